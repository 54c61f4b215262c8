#!/usr/bin/env bash
# Fetches the published weights (ImageNet, Simonyan and Zisserman 2015; the Keras "notop" files) to
# where vggstyle looks for them. Size and checksum are checked before the file gets its name, so
# that a file of that name is whole; an interrupted download is resumed by the next call.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: weights/fetch.sh [vgg16|vgg19] [options]

  -o, --output DIR   folder for the file (default: $XDG_DATA_HOME/vggstyle,
                     which is ~/.local/share/vggstyle)
  --within SECONDS   give up if the server does not answer within this time (default: 30)
  --url URL          fetch from elsewhere; file:// is understood (default: $VGGSTYLE_WEIGHTS_URL,
                     else the published place)
  --size BYTES       expect this size instead of the published file's
  --md5 SUM          expect this checksum instead of the published file's
  -h, --help         print this

Exit code: 0 the file is there and right, 1 it could not be fetched, 2 wrong usage.
TEXT
}
fail() { echo "fetch.sh: $1" >&2; exit 1; }
misused() { echo "fetch.sh: $1 (--help lists the options)" >&2; exit 2; }

model=
folder=
url=${VGGSTYLE_WEIGHTS_URL:-}
size=
md5=
within=30
while (($# > 0)); do
  case $1 in
    -h | --help) usage; exit 0 ;;
    -o | --output | --within | --url | --size | --md5)
      (($# > 1)) || misused "$1 needs a value"
      case $1 in
        -o | --output) folder=$2 ;;
        --within) within=$2 ;;
        --url) url=$2 ;;
        --size) size=$2 ;;
        --md5) md5=${2,,} ;;
      esac
      shift 2
      ;;
    vgg16 | vgg19)
      [[ -z $model ]] || misused "name one model"
      model=$1
      shift
      ;;
    *) misused "unknown argument '$1'" ;;
  esac
done
model=${model:-vgg16}
case $model in
  vgg16) published_size=58889256 published_md5=6d6bbae143d832006294945121d1f1fc ;;
  vgg19) published_size=80134624 published_md5=253f8cb515780f3b799900260a226db6 ;;
esac
size=${size:-$published_size}
md5=${md5:-$published_md5}
[[ $size =~ ^[1-9][0-9]*$ ]] || misused "--size '$size' is not a number of bytes"
[[ $md5 =~ ^[0-9a-f]{32}$ ]] || misused "--md5 '$md5' is not 32 hexadecimal digits"
[[ $within =~ ^[1-9][0-9]*$ ]] || misused "--within '$within' is not a whole number of seconds"

name=${model}_weights_tf_dim_ordering_tf_kernels_notop.h5
url=${url:-https://storage.googleapis.com/tensorflow/keras-applications/$model/$name}
if [[ -z $folder ]]; then
  data=${XDG_DATA_HOME:-}
  [[ $data == /* ]] || data=${HOME:?neither XDG_DATA_HOME nor HOME is set: use -o DIR}/.local/share
  folder=$data/vggstyle
fi
file=$folder/$name
part=$file.part

size_of() { if [[ -e $1 ]]; then wc -c <"$1"; else echo 0; fi; }
# From stdin, so that no file name can be taken for an option or be escaped.
md5_of() {
  if command -v md5sum >/dev/null; then md5sum <"$1" | cut -d ' ' -f 1; else md5 -q <"$1"; fi
}
is_right() { [[ $(size_of "$1") -eq $size && $(md5_of "$1") == "$md5" ]]; }

command -v curl >/dev/null || fail "curl is needed and not installed"
mkdir -p -- "$folder" 2>/dev/null || fail "cannot create the folder '$folder'"
[[ -w $folder ]] || fail "the folder '$folder' is not writable"
[[ ! -d $file ]] || fail "'$file' is a folder; remove it"

if [[ -e $file ]]; then
  if is_right "$file"; then
    echo "$file is already there, size and checksum are right"
    exit 0
  fi
  echo "$file is there but wrong; fetching it again" >&2
fi

# One download at a time: two would mix their bytes in the same .part.
if command -v flock >/dev/null; then
  exec 9<"$folder"
  flock -n 9 || fail "another fetch.sh is at work in '$folder'"
fi

# Prints the HTTP status (000 without one); returns curl's own. Appends to the .part. The limit on
# the file's size stops a server that sends more than it should, whatever it announces.
download() (
  trap '' XFSZ
  ulimit -f $((size / 1024 + 1))
  curl --fail --location --silent --show-error --proto '=http,https,file' \
    --connect-timeout "$within" --speed-limit 1 --speed-time "$within" \
    --max-filesize "$size" --continue-at - --output "$part" --write-out '%{http_code}' -- "$url"
)

# curl's exit codes that mean something here.
curl_http_error=22 curl_no_range=33 curl_too_large=63

# A .part as long as the file or longer cannot be continued: it is done, or wrong.
if (($(size_of "$part") > size)); then rm -f -- "$part"; fi
last_progress=$SECONDS
while (($(size_of "$part") < size)); do
  have=$(size_of "$part")
  if ((have > 0)); then
    echo "resuming $name at $have of $size bytes"
  else
    echo "fetching $name from $url"
  fi
  status=0
  http=$(download) || status=$?
  now=$(size_of "$part")
  if ((now > have)); then last_progress=$SECONDS; fi
  if ((now >= size)); then break; fi
  case $status in
    0)
      rm -f -- "$part"
      fail "$url has $now bytes where $size were expected; nothing was kept"
      ;;
    "$curl_no_range")
      # It cannot continue; so from the start, once: the next attempt asks for no range.
      rm -f -- "$part"
      continue
      ;;
    "$curl_too_large")
      rm -f -- "$part"
      fail "$url has more than the $size bytes that were expected; nothing was kept"
      ;;
    "$curl_http_error")
      case $http in
        408 | 429 | 5??) ;;
        *) fail "$url: the server answered $http; try another --url" ;;
      esac
      ;;
  esac
  ((SECONDS - last_progress < within)) ||
    fail "no answer from $url within $within seconds; run it again to resume at $now bytes"
  sleep 1
done

if ! is_right "$part"; then
  rm -f -- "$part"
  fail "$url sent a file of the wrong size or checksum (MD5 $md5 was expected); nothing was kept"
fi
mv -f -- "$part" "$file"
echo "$file is there, size and checksum are right"
