#!/usr/bin/env bash
# Makes again everything that docs/what-is-style.md shows and counts: draws the pictures, runs the studies
# with each of the weights. About half an hour on two cores. Run again after an interruption, it goes
# on with what is missing.
#
#   docs/what-is-style.sh DIR [WEIGHTS...]
#
# WEIGHTS are as --weights takes them; without any, the house weights and then random filters.
# $VGGSTYLE is the tool, if not build/release/vggstyle. $JUDGE, if set, are weights of another network, which
# says how near the textures of each of the WEIGHTS are to their originals.
set -euo pipefail

if [ $# -lt 1 ] || [[ "$1" == -* ]]; then
  echo "usage: docs/what-is-style.sh DIR [WEIGHTS...]" >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
tool=$(realpath "${VGGSTYLE:-$root/build/release/vggstyle}")
out=$1
shift
[ $# -gt 0 ] || set -- "$root/weights/house.h5" synthetic

# Commands go into the files they write: short ones, without the folders of this machine.
mkdir -p "$out/in"
all=()
for weights; do
  [ -f "$weights" ] && ln -sf "$(realpath "$weights")" "$out/$(basename "$weights")"
  all+=("$(basename "$weights")")
done
[ -z "${JUDGE:-}" ] || JUDGE=$(realpath "$JUDGE")
set -- "${all[@]}"
cd "$out"
in=in
for kind in scene strokes circle halves checkers rainbow dots stripes gradients clouds barnacles leaves text; do
  [ -e "$in/$kind.png" ] || "$tool" contrive "$kind" --size 96 -o "$in/$kind.png"
done

"$tool" toy -o toy
"$tool" toy --grid 4x4 -o grid
"$tool" toy --grid 4x4 --black -1 -o grid-black

for weights; do
  to=$(basename "$weights" .h5)
  mkdir -p "$to"
  "$tool" study content "$in/scene.png" --weights "$weights" --iterations 200 -o "$to/content"
  "$tool" study gram "$in"/{circle,rainbow,halves,checkers,strokes}.png --weights "$weights" --iterations 120 \
    -o "$to/gram"
  "$tool" study gram "$in"/{circle,rainbow,halves,checkers,strokes}.png --weights "$weights" --iterations 120 \
    --style-layers pixels,conv1_1,conv2_1,conv3_1,conv4_1 -o "$to/gram-five"
  "$tool" study layers "$in/strokes.png" --cumulative --optimizer gd,lbfgs --weights "$weights" \
    --iterations 120 -o "$to/layers"
  "$tool" distance "$in" --weights "$weights" -o "$to/distance"
  "$tool" study gallery "$in" --weights "$weights" --iterations 400 -o "$to/gallery"
done

# With the first weights only: five times the evaluations, and the descent with all of the tutorial's settings.
to=$(basename "$1" .h5)
"$tool" study gram "$in"/{circle,rainbow}.png --weights "$1" --iterations 600 \
  --style-layers pixels,conv1_1,conv2_1,conv3_1,conv4_1 -o "$to/gram-five-long"
"$tool" study layers "$in/strokes.png" --cumulative --optimizer gd,lbfgs --normalization tutorial \
  --weights "$1" --iterations 120 -o "$to/layers-tutorial"

if [ -n "${JUDGE:-}" ]; then
  mkdir -p judge
  "$tool" distance "$in" --weights "$JUDGE" -o judge/originals
  for original in "$in"/*.png; do
    kind=$(basename "$original" .png)
    textures=()
    for weights; do textures+=("$(basename "$weights" .h5)/gallery/pictures/$kind.png"); done
    "$tool" distance "$original" "${textures[@]}" --weights "$JUDGE" -o "judge/$kind"
  done
fi
