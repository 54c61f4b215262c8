#!/usr/bin/env bash
# Makes again, from nothing, everything that docs/what-is-style.md shows and counts: draws the pictures, runs
# the studies with each network, writes DIR/index.html over all of them, and checks that the numbers and
# pictures of the document are those that it found. A good hour on two cores with three networks. Run
# again after an interruption, it goes on with what is missing.
#
#   docs/what-is-style.sh DIR [FILE]           # then, to take over what is new:
#   docs/what-is-style/document.py update DIR
#
# FILE are the published VGG-16 weights (weights/fetch.sh vgg16 says where they lie). Without them the house
# weights and random filters are measured, and what the document says of the published ones is left as it is.
# $JUDGE, if set, are the published VGG-19 weights, which judge the textures of the others; without them, what
# the document says of that is left as it is. $VGGSTYLE is the tool, if not build/release/vggstyle.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ] || [[ "$1" == -* ]]; then
  echo "usage: docs/what-is-style.sh DIR [FILE]" >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
tool=$(realpath "${VGGSTYLE:-$root/build/release/vggstyle}")
document=$root/docs/what-is-style/document.py
out=$1

# Commands go into the files that they write: short ones, without the folders of this machine.
mkdir -p "$out/in" "$out/large"
networks=(house.h5 synthetic)
ln -sfn "$root/weights/house.h5" "$out/house.h5"
if [ $# -eq 2 ]; then
  networks=(published.h5 "${networks[@]}")
  ln -sfn "$(realpath -e "$2")" "$out/published.h5"
fi
[ -z "${JUDGE:-}" ] || ln -sfn "$(realpath -e "$JUDGE")" "$out/judge.h5"
cd "$out"

draw() {  # FOLDER SIZE KIND...: pictures that are not there yet
  local folder=$1 size=$2 kind
  for kind in "${@:3}"; do
    [ -e "$folder/$kind.png" ] || "$tool" contrive "$kind" --size "$size" -o "$folder/$kind.png"
  done
}
draw in 96 barnacles checkers circle clouds dots gradients halves leaves mud rainbow scene stripes strokes text
draw large 256 circle flower flowers forest ram rocks text

"$tool" toy -o toy
"$tool" toy --grid 4x4 -o grid
"$tool" toy --grid 4x4 --black -1 -o grid-black

five=pixels,conv1_1,conv2_1,conv3_1,conv4_1
matrices=(in/{circle,rainbow,halves,checkers,strokes}.png)
for weights in "${networks[@]}"; do
  to=${weights%.h5}
  mkdir -p "$to"
  # STUDY NAME PICTURES AND OPTIONS...
  study() { "$tool" study "$1" "${@:3}" --weights "$weights" -o "$to/$2"; }

  study content content in/scene.png --iterations 200

  # 13 layers in the scaling of ours and, by its descent, of the tutorial; then five layers.
  study gram gram "${matrices[@]}" --iterations 200
  study gram gram-tutorial "${matrices[@]}" --iterations 200 --normalization tutorial
  study gram gram-five "${matrices[@]}" --iterations 200 --style-layers "$five"
  study gram form large/circle.png --size 256 --iterations 300
  study gram form-tutorial large/circle.png --size 256 --iterations 300 --normalization tutorial

  study layers layers in/strokes.png --cumulative --optimizer gd,lbfgs --iterations 120
  study layers layers-tutorial in/strokes.png --cumulative --optimizer gd,lbfgs --normalization tutorial \
    --iterations 120
  study layers layers-alone in/strokes.png --iterations 120

  study gallery gallery in --iterations 400
  study gallery gallery-large large --size 256 --iterations 200
  "$tool" distance in --weights "$weights" -o "$to/distance"
  "$tool" toy --grid 4x4 --weights "$weights" -o "$to/grid"
done

if [ -e judge.h5 ]; then
  mkdir -p judge
  "$tool" distance in --weights judge.h5 -o judge/originals
  for original in in/*.png; do
    kind=$(basename "$original" .png)
    textures=()
    for weights in "${networks[@]}"; do textures+=("${weights%.h5}/gallery/pictures/$kind.png"); done
    "$tool" distance "$original" "${textures[@]}" --weights judge.h5 -o "judge/$kind"
  done
fi

"$document" page .
"$document" check .
