#!/bin/sh
# Makes house weights from nothing: draws the crops, trains, exports.
#
#   weights/train/train.sh [OUT.h5]         (default: house.h5 in the current folder)
#
# Needs Python 3 with torch, numpy, scipy and h5py; no GPU, no network, no picture. Seeds are fixed.
# STEPS (default 12000: about three hours on two cores with bfloat16), CROPS (28000: 0.8 GB of memory) and
# PYTHON may be set in the environment; STEPS=20 CROPS=500 tries the whole path in a minute.
# What train.py's further options are for: weights/HOUSE.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-house.h5}
python=${PYTHON:-python3}
steps=${STEPS:-12000}
half=$((${CROPS:-28000} / 2))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

OMP_NUM_THREADS=1 "$python" "$here/textures.py" "$half" 1 "$work/1.npz" &
other=$!
OMP_NUM_THREADS=1 "$python" "$here/textures.py" "$half" 2 "$work/2.npz"
wait "$other"
"$python" "$here/train.py" "$steps" "$work/net.pth" "$work/1.npz" "$work/2.npz"
"$python" "$here/export.py" "$work/net.pth" "$out"
