#!/usr/bin/env python3
"""Draws figure.png, a vase without a background, for docs/cookbook.md: RGBA, with a soft edge.

    docs/cookbook/figure.py OUT.png [SIZE]
"""
import math
import struct
import sys
import zlib


def width_at(y):
    """Half of the vase's width at height y, both as shares of the side."""
    if not 0.08 < y < 0.95:
        return -1
    return 0.14 + 0.17 * math.sin(math.pi * (y - 0.05)) ** 2 - 0.1 * math.exp(-((y - 0.22) / 0.07) ** 2)


def pixel(x, y, size):
    inside = width_at(y) - abs(x - 0.5)
    alpha = min(max(inside * size / 2 + 0.5, 0), 1)
    light = 0.55 + 0.45 * math.cos(3 * (x - 0.42) / 0.3)
    band = 0.5 + 0.5 * math.sin(40 * y + 6 * math.sin(9 * x))
    color = [(190, 80, 40), (60, 90, 150)][band > 0.5]
    return bytes([min(255, int(c * (0.5 + light / 2))) for c in color] + [round(255 * alpha)])


def chunk(name, data):
    return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))


def main():
    path, size = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 256
    rows = b''.join(b'\0' + b''.join(pixel((x + 0.5) / size, (y + 0.5) / size, size) for x in range(size))
                    for y in range(size))
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', size, size, 8, 6, 0, 0, 0)) +
                   chunk(b'IDAT', zlib.compress(rows, 9)) + chunk(b'IEND', b''))


if __name__ == '__main__':
    main()
