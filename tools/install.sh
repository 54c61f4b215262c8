#!/usr/bin/env bash
# Installs what building vggstyle needs on Debian and Ubuntu; says what first, and does nothing where
# everything is there. With --tests also what the tests need, with --full what `test.sh --full` needs.
set -euo pipefail

packages=(g++ make cmake ninja-build pkg-config libdnnl-dev libhdf5-dev libpng-dev libjpeg-dev
          libtiff-dev libwebp-dev libgif-dev libstb-dev libheif-dev libopencv-video-dev libavformat-dev libavcodec-dev libavutil-dev libswscale-dev liblcms2-dev libexif-dev libzimg-dev libeigen3-dev libfreetype-dev libfontconfig-dev
          fonts-dejavu-core libcli11-dev libfmt-dev nlohmann-json3-dev libtomlplusplus-dev libcpp-httplib-dev libsixel-dev curl ca-certificates)
tests=(doctest-dev libopenmpi-dev openmpi-bin libboost-context-dev libexpat1-dev binutils python3 python3-jsonschema)
# What writes the HEIC and AVIF pictures that are read: in Debian 12 a part of libheif itself.
[ "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" = bookworm ] || tests+=(libheif-plugin-x265 libheif-plugin-aomenc)
case "${1:-}" in
  '') ;;
  --tests) packages+=("${tests[@]}") ;;
  --full) packages+=("${tests[@]}" clang libomp-dev clang-format) ;;
  *) echo "usage: tools/install.sh [--tests|--full]" >&2; exit 2 ;;
esac

missing=()
for package in "${packages[@]}"; do
  # A virtual package such as libjpeg-dev counts as installed through what provides it.
  dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q 'ok installed' ||
    missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "missing packages: ${missing[*]}: install them as root (apt-get install), then run this again" >&2
    exit 1
  }
  sudo=(sudo)
fi
echo "Installing with apt: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
install=("${sudo[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}")
# A fresh machine has no package lists, an old one has stale ones: refresh them when that is it.
"${install[@]}" >/dev/null 2>&1 || {
  "${sudo[@]}" apt-get update -q >/dev/null
  "${install[@]}" >/dev/null
}
