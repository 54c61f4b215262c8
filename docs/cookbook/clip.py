#!/usr/bin/env python3
"""Draws the frames of a short clip, for docs/cookbook.md and bench/flicker.sh: a camera that moves past a wall with
clouds of colour and windows, and a ball that rolls the other way in front of it.

    docs/cookbook/clip.py FOLDER [SIZE [COUNT]]    (SIZE x 3/4 SIZE pixels; default: 256, 12 frames)
"""
import math
import struct
import sys
import zlib
from functools import lru_cache
from pathlib import Path

PAN = 0.0115  # of the width, from frame to frame
ROLL = 0.021


@lru_cache(maxsize=None)
def lattice(x, y, octave):
    """A number from 0 to 1 that looks random."""
    h = (x * 374761393 + y * 668265263 + octave * 2246822519) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((h ^ (h >> 16)) & 0xFFFF) / 0xFFFF


def noise(x, y, octave):
    left, top = math.floor(x), math.floor(y)
    u, v = x - left, y - top
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    upper = lattice(left, top, octave) * (1 - u) + lattice(left + 1, top, octave) * u
    lower = lattice(left, top + 1, octave) * (1 - u) + lattice(left + 1, top + 1, octave) * u
    return upper * (1 - v) + lower * v


def clouds(x, y):
    return sum(noise(x * 2 ** o, y * 2 ** o, o) / 2 ** (o + 1) for o in range(2, 7)) * 4


def wall(x, y):
    shade = clouds(x, y)
    color = (70 + 170 * shade, 90 + 90 * noise(3 * x, 3 * y, 9) + 40 * shade, 190 - 130 * shade)
    column, row = math.floor(x * 7), math.floor(y * 7)
    inside = 0.25 < x * 7 - column < 0.75 and 0.3 < y * 7 - row < 0.8
    if inside and lattice(column, row, 20) > 0.45:
        color = tuple(c * 0.3 + 30 * lattice(column, row, 21 + i) for i, c in enumerate(color))
    return color


def ball(x, y, turn):
    angle = math.atan2(y, x) - turn
    light = 1.1 - 0.9 * math.hypot(x + 0.3, y + 0.3)
    band = (220, 60, 50) if math.floor(angle / math.pi * 4) % 2 else (245, 225, 150)
    return tuple(c * max(light, 0.2) for c in band)


def pixel(x, y, frame):
    radius = 0.16
    at_x, at_y = x - 0.15 - ROLL * frame, y - 0.48
    if math.hypot(at_x, at_y) < radius:
        return ball(at_x / radius, at_y / radius, ROLL * frame / radius)
    return wall(x + 1 - PAN * frame, y)


def chunk(name, data):
    return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))


def write_png(path, width, height, rows):
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)) +
                   chunk(b'IDAT', zlib.compress(rows, 6)) + chunk(b'IEND', b''))


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    width = int(sys.argv[2]) if len(sys.argv) > 2 else 256
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 12
    height = width * 3 // 4
    folder.mkdir(parents=True, exist_ok=True)
    for frame in range(count):
        rows = b''.join(b'\0' + bytes(min(255, max(0, round(c))) for x in range(width)
                                      for c in pixel((x + 0.5) / width, (y + 0.5) / width, frame)) for y in range(height))
        write_png(folder / f'frame{frame + 1:04}.png', width, height, rows)


if __name__ == '__main__':
    main()
