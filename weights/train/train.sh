#!/bin/sh
# Makes house weights from nothing: gets free pictures, cuts and draws crops, trains, exports.
#
#   weights/train/train.sh [OUT.h5]         (default: house.h5 in the current folder)
#
# Needs Python 3 with torch, numpy, scipy, pillow and h5py, and the tool (build/release/vggstyle, or $VGGSTYLE), which
# draws the first filters; no GPU. Without PICTURES, 2.5 GB of Debian packages are downloaded by apt-get, which
# needs no root, and unpacked (5 GB) in a temporary folder; they are not installed. Seeds are fixed.
#
# From the environment: PICTURES (a folder of pictures, to train on those), STEPS (2400: half an hour on two cores that
# multiply in bfloat16, two to three times that on others), CROPS (drawn ones, 10000), SIDE (of the squares in pixels, 48), PYTHON.
# STEPS=4 CROPS=200 PICTURES=FOLDER, with a few dozen pictures or more, tries the whole path in minutes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath "${1:-house.h5}")
python=${PYTHON:-python3}
tool=$(realpath "${VGGSTYLE:-$here/../../build/release/vggstyle}")
half=$((${CROPS:-10000} / 2))
# Textures of games, photographs and drawings for desktops, all free: weights/HOUSE.md.
packages='0ad-data supertuxkart-data warzone2100-data ufoai-textures openarena-081-textures colobot-common-textures
          gnome-backgrounds mate-backgrounds plasma-workspace-wallpapers'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$tool" weights synth --seed 1 -o "$work/first.h5"
if [ -z "${PICTURES:-}" ]; then
    PICTURES=$work/pictures
    mkdir "$PICTURES"
    cd "$PICTURES"
    # shellcheck disable=SC2086
    apt-get download $packages
    for package in *.deb; do dpkg-deb -x "$package" "${package%%_*}" && rm "$package"; done
    find . -name '*.zip' -o -name '*.pk3' -o -name '*.wz' | while read -r archive; do
        "$python" -m zipfile -e "$archive" "$archive.d" && rm "$archive"
    done
fi
"$python" "$here/pictures.py" "$PICTURES" "$work/real.npz"
OMP_NUM_THREADS=1 "$python" "$here/textures.py" "$half" 1 "$work/1.npz" &
other=$!
OMP_NUM_THREADS=1 "$python" "$here/textures.py" "$half" 2 "$work/2.npz"
wait "$other"
products=
if grep -qs amx_bf16 /proc/cpuinfo; then products=--bfloat16; fi
# shellcheck disable=SC2086
"$python" "$here/train.py" "${STEPS:-2400}" "$work/net.pth" $products --real "$work/real.npz" --drawn "$work/1.npz" "$work/2.npz" \
    --init "$work/first.h5" --side "${SIDE:-48}"
"$python" "$here/export.py" "$work/net.pth" "$work/real.npz" "$out"
