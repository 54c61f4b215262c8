#!/usr/bin/env bash
# Copies the pictures of docs/what-is-style.md from DIR, which docs/what-is-style.sh wrote.
set -euo pipefail

if [ $# -ne 1 ] || [[ "$1" == -* ]]; then
  echo "usage: docs/images/what-is-style/copy.sh DIR" >&2
  exit 2
fi
from=$1
to=$(dirname "$0")

for kind in scene circle rainbow strokes dots halves; do
  cp "$from/in/$kind.png" "$to/$kind.png"
done
cp "$from/toy/sheet.png" "$to/toy.png"

# STUDY PICTURE...: as STUDY-PICTURE.png
pictures() {
  local study=$1
  shift
  for picture; do cp "$from/$study/pictures/$picture.png" "$to/${study//\//-}-$picture.png"; done
}
for weights in house synthetic; do
  pictures $weights/content scene-conv{3_1,3_3,5_3}
  pictures $weights/layers strokes-lbfgs-to-conv{3_2,5_3}
  pictures $weights/gallery dots scene halves
done
pictures house/gram-five-long {circle,rainbow}-{raw,centered,both}
pictures synthetic/gram-five {circle,rainbow}-{raw,centered,both}
pictures house/layers strokes-gd-to-conv5_3 strokes-lbfgs-to-conv1_1
pictures house/layers-tutorial strokes-lbfgs-to-conv{3_2,5_3}
