#!/usr/bin/env bash
# How much less a video flickers than frames that are painted one by one: draws a clip (docs/cookbook/clip.py) and a
# style, paints both ways and prints the flicker of each and their ratio. More words are options of both.
#
#     bench/flicker.sh [OPTION...]        SIZE, FRAMES and TOOL in the environment change the clip and the program
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
tool=${TOOL:-$here/build/release/vggstyle}
size=${SIZE:-128}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 "$here/docs/cookbook/clip.py" "$work/clip" "$size" "${FRAMES:-6}"
"$tool" contrive strokes --size 256 --seed 1 -o "$work/style.png"

# The last line of a run ends with it.
flicker() {
  "$tool" video "$work/clip" "$work/style.png" --size "$size" "$@" 2>&1 | tee /dev/stderr |
    sed -n 's/^wrote .* flicker \([0-9.]*\)$/\1/p'
}
held=$(flicker -o "$work/held" "${@}")
alone=$(flicker -o "$work/alone" --independent "${@}")
echo "flicker: $held as a video, $alone frame by frame: $(python3 -c "print(f'{$held / $alone:.2f}')") of it"
