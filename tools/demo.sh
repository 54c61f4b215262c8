#!/usr/bin/env bash
# From a clean clone to a stylised picture: installs what is missing, builds, draws a content and a
# style picture with the tool itself, and transfers one onto the other. DIR (default build/demo) then
# holds content.png, style.png and stylised.png.
set -euo pipefail

if [ $# -gt 1 ] || [[ "${1:-}" == -* ]]; then
  echo "usage: tools/demo.sh [DIR]" >&2
  exit 2
fi
here=$(pwd)
cd "$(dirname "$0")/.."
dir=${1:-$PWD/build/demo}
case "$dir" in /*) ;; *) dir=$here/$dir ;; esac
mkdir -p "$dir"

tools/install.sh
echo "Building (a minute or two)"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{ cmake --preset release -DVGGSTYLE_TESTS=OFF && cmake --build --preset release --target vggstyle; } \
  >"$log" 2>&1 || { cat "$log" >&2; echo "the build failed; its output is above" >&2; exit 1; }

echo "Looking for the published weights (ImageNet), for a few seconds"
timeout 60 weights/fetch.sh vgg16 --within 5 >/dev/null 2>&1 ||
  echo "They cannot be had right now: going on with the house weights that come with vggstyle"

tool=build/release/vggstyle
"$tool" contrive scene --size 384 --seed 1 -o "$dir/content.png"
"$tool" contrive strokes --size 384 --seed 1 -o "$dir/style.png"
"$tool" transfer "$dir/content.png" "$dir/style.png" --size 320 -o "$dir/stylised.png"
echo
echo "Look at them:"
printf '  %s\n' "$dir/content.png" "$dir/style.png" "$dir/stylised.png"
