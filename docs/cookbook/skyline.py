#!/usr/bin/env python3
"""Draws sky.png and ground.png for docs/cookbook.md: masks of the picture that `vggstyle contrive scene --seed 1` draws, as
one would paint them by hand, with a soft edge.

    docs/cookbook/skyline.py FOLDER [SIZE]
"""
import struct
import sys
import zlib
from pathlib import Path

# From left to right, as shares of the side: a tree, mountains, a tower, mountains.
SKYLINE = ((0, .33), (.015, .33), (.03, .29), (.08, .25), (.13, .225), (.2, .225), (.25, .25), (.285, .3), (.295, .36),
           (.335, .36), (.38, .335), (.41, .37), (.44, .38), (.49, .355), (.52, .365), (.55, .395), (.6, .425), (.635, .415),
           (.68, .44), (.71, .43), (.738, .355), (.765, .405), (.8, .365), (.85, .34), (.905, .31), (.95, .34), (1, .375))
EDGE = 0.02


def skyline_at(x):
    for (left, y), (right, then) in zip(SKYLINE, SKYLINE[1:]):
        if x <= right:
            return y + (then - y) * (x - left) / (right - left)
    return SKYLINE[-1][1]


def chunk(name, data):
    return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))


def write_grey(path, size, rows):
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', size, size, 8, 0, 0, 0, 0)) +
                   chunk(b'IDAT', zlib.compress(b''.join(b'\0' + bytes(row) for row in rows), 9)) + chunk(b'IEND', b''))


def main():
    folder, size = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 512
    places = [(i + 0.5) / size for i in range(size)]
    line = [skyline_at(x) for x in places]
    sky = [[round(255 * min(max((at - y) / EDGE + 0.5, 0), 1)) for at in line] for y in places]
    write_grey(folder / 'sky.png', size, sky)
    write_grey(folder / 'ground.png', size, [[255 - grey for grey in row] for row in sky])


if __name__ == '__main__':
    main()
