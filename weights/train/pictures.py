"""Cuts crops out of free pictures: photographs, paintings and the textures of games.

    pictures.py FOLDER OUT.npz [SEED]

Reads every PNG, JPEG, WebP and TGA below FOLDER that shows something (not icons, maps of normals, masks,
pictures below 128 pixels or mostly transparent ones) and writes X, uint8 [picture, crop, 96, 96, 3], CROPS of
each picture. Photographs of more than 600
pixels are made smaller, so that a crop shows more than a plain area, and each crop is scaled by 0.5 to 1.
"""
import multiprocessing
import os
import sys

import numpy as np
from PIL import Image

SIDE, CROPS, LEAST, MOST = 96, 6, 128, 600
ENDS = ('.jpg', '.jpeg', '.png', '.webp', '.tga')
NOT_PICTURES = ('icon', 'gui', 'font', 'minimap', 'normal', '_norm', '_nm.', '_n.', '_spec', '_s.', 'gloss',
                'mask', 'alpha', '/ui/', 'cursor', 'flag', 'screenshot')
Image.MAX_IMAGE_PIXELS = None


def paths(folder):
    found = []
    for root, _, names in os.walk(folder):
        images = [os.path.join(root, n) for n in names if n.lower().endswith(ENDS)]
        if os.path.basename(root) == 'images':          # a wallpaper in many sizes: one is enough
            images = sorted(images, key=os.path.getsize)[-1:]
        found += [p for p in images if not any(word in p[len(folder):].lower() for word in NOT_PICTURES)]
    return sorted(found)


def opened(path):
    """The picture as RGB of at most MOST pixels on its short side, or None."""
    image = Image.open(path)
    if min(image.size) < LEAST or max(image.size) > 8 * min(image.size):
        return None
    image = image.convert('RGBA')
    if (np.asarray(image.getchannel('A')) < 200).mean() > 0.1:
        return None
    image, shrink = image.convert('RGB'), min(image.size) / MOST
    return image if shrink <= 1 else image.resize([int(n / shrink) for n in image.size], Image.LANCZOS)


def crops(job):
    path, seed = job
    try:
        image = opened(path)
    except (OSError, SyntaxError, ValueError):          # damaged or not what its name says
        return []
    r, out = np.random.default_rng(seed), []
    for _ in range(4 * CROPS if image else 0):
        side = min(int(SIDE / r.uniform(0.5, 1)), *image.size)
        x, y = (int(r.integers(0, n - side + 1)) for n in image.size)
        crop = np.asarray(image.crop((x, y, x + side, y + side)).resize((SIDE, SIDE), Image.BICUBIC))
        if crop.std((0, 1)).max() > 9:                  # not plain
            out.append(crop)
        if len(out) == CROPS:
            return out
    return []


def main():
    folder, out, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0
    jobs = [(path, [seed, n]) for n, path in enumerate(paths(folder))]
    with multiprocessing.Pool() as pool:
        found = [c for c in pool.imap(crops, jobs, 16) if c]
    np.savez(out, X=np.array(found))
    print(f'{len(found)} pictures of {len(jobs)}, {CROPS} crops each')


if __name__ == '__main__':
    main()
