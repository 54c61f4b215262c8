#!/usr/bin/env bash
# Makes the README's pictures again, with the house weights: a few minutes on 2 cores. studio.png is a screenshot, taken
# by hand as tools/dev/studio_check.py takes its own.
set -euo pipefail
cd "$(dirname "$0")"
root=../..
tool=$root/build/release/vggstyle
export VGGSTYLE_WEIGHTS=$root/weights/house.h5

"$tool" contrive scene --size 320 --seed 1 -o content.png
"$tool" contrive strokes --size 320 --seed 1 -o style.png
"$tool" transfer content.png style.png -o stylised.png
for color in style content luminance match only; do
  "$tool" transfer content.png style.png --size 160 --color $color -o color_$color.png
done
"$tool" contrive dots --size 192 --seed 1 -o dots.png
for gram in raw centered both; do
  "$tool" texture dots.png --gram $gram -o dots_$gram.png
done

"$tool" contrive scene --size 192 --seed 1 -o region_content.png
"$tool" contrive strokes --size 192 --seed 1 -o region_light.png
"$tool" contrive leaves --size 192 --seed 1 -o region_dark.png
"$tool" transfer region_content.png region_light.png region_dark.png \
  --content-mask light=luma:0.45-1 --content-mask dark=luma:0-0.45 -o region_both.png
"$tool" transfer region_content.png region_light.png --content-mask luma:0.45-1 -o region_alone.png
