"""Draws the pictures that the house weights are trained on.

    textures.py COUNT SEED OUT.npz

A *family* is a function that draws one kind of pattern (stripes, cells, brush strokes ...) as a
field in 0..1. A *program* is a family with fixed parameters and a palette: it is one class. Every
time it is drawn, position, details, light and (a little) colour are fresh. Half of the crops show
one program, the others are scenes that nest two to five of them: patches, a ground plane in
perspective under a sky, shaded balls, overlapping leaves.

OUT.npz holds X, the crops (COUNT, SIZE, SIZE, 3) in 8-bit RGB, and Y, for each cell of 8x8 pixels,
the number of the program that covers it, or MIXED.
"""
import sys

import numpy as np
from scipy import ndimage

SIZE = 96            # pixels, a side
CELL = 8             # pixels a side of one label
PROGRAMS = 192       # classes
MIXED = 255          # the label of a cell that no program covers by 60 %
YY, XX = np.mgrid[0:SIZE, 0:SIZE].astype(float)


# ---- helpers ----

def noise(r, slope):
    """Periodic noise of unit deviation whose amplitude spectrum falls as frequency^-slope."""
    f = np.hypot(np.fft.fftfreq(SIZE)[:, None], np.fft.rfftfreq(SIZE)[None])
    f[0, 0] = 1
    spectrum = np.fft.rfft2(r.normal(size=(SIZE, SIZE))) * f ** -slope
    spectrum[0, 0] = 0
    a = np.fft.irfft2(spectrum, s=(SIZE, SIZE))
    return a / a.std()


def unit(a):
    """Stretches a field to 0..1."""
    a = a - a.min()
    return a / (a.max() + 1e-9)


def turned(r, p):
    """Coordinates turned by the program's angle, about a random origin."""
    t = p['angle'] + r.normal() * 0.12
    c, s = np.cos(t), np.sin(t)
    x, y = XX - r.uniform(0, SIZE), YY - r.uniform(0, SIZE)
    return c * x + s * y, c * y - s * x


def warp(r, p):
    return noise(r, 2.0) * p['warp'] if p['warp'] else 0.0


# ---- families ----

def stripes(r, p):
    u, _ = turned(r, p)
    q = (u + warp(r, p)) / p['period'] % 1
    return (q < p['duty']) * 0.8 + q * 0.2


def waves(r, p):
    u, v = turned(r, p)
    a = np.sin((u + warp(r, p)) / p['period'] * 2 * np.pi)
    return 0.5 + 0.25 * a + 0.25 * np.sin(v / (p['period'] * (1 + p['aspect'])) * 2 * np.pi) * p['ring']


def checks(r, p):
    u, v = turned(r, p)
    w = warp(r, p)
    return (np.floor((u + w) / p['period']) + np.floor((v + w) / p['period'])) % 2


def dots(r, p):
    u, v = turned(r, p)
    pitch = p['period'] * 1.5
    row = np.floor(v / pitch)
    d = np.hypot((u + (row % 2) * pitch / 2 * p['stagger']) % pitch - pitch / 2, v % pitch - pitch / 2)
    if p['ring'] < 0.5:
        return (d < pitch * 0.7 * p['duty']).astype(float)
    return ((d < pitch * 0.42) & (d > pitch * 0.22)).astype(float)


def bricks(r, p):
    u, v = turned(r, p)
    high, wide = p['period'], p['period'] * 2.2
    row = np.floor(v / high)
    u = u + (row % 2) * wide / 2
    mortar = (u % wide > 1.5) & (v % high > 1.5)
    number = (np.floor(u / wide) * 17 + row * 31).astype(int) % 400
    return mortar * r.uniform(0.4, 1, 400)[number]


def cells(r, p):
    n = max(4, int((SIZE / p['period']) ** 2))
    points = r.uniform(-8, SIZE + 8, (n, 2))
    near, which = nearest(points)
    if p['ring'] < 0.33:
        return np.minimum((near[..., 1] - near[..., 0]) / 4, 1)
    if p['ring'] < 0.66:
        return r.uniform(0, 1, n)[which]
    return unit(near[..., 0])


def nearest(points):
    """Distances of each pixel to its two nearest points, and the number of the nearest."""
    from scipy.spatial import cKDTree
    d, i = cKDTree(points).query(np.stack([XX, YY], -1).reshape(-1, 2), k=2)
    return d.reshape(SIZE, SIZE, 2), i[:, 0].reshape(SIZE, SIZE)


def clouds(r, p):
    return unit(noise(r, p['slope']))


def ridges(r, p):
    return np.exp(-(noise(r, p['slope']) * p['sharp']) ** 2)


def leaves(r, p):
    """Overlapping shapes of many sizes (dead leaves)."""
    out = np.zeros((SIZE, SIZE))
    for _ in range(int(p['number'])):
        radius = min(SIZE / 2, p['period'] * 0.4 * r.pareto(2.5) + 2)
        shape = blob(r, radius, p['aspect'], p['shape'])
        out[shape] = r.uniform()
    return out


def blob(r, radius, aspect, power):
    """A superellipse somewhere, as a mask."""
    t = r.uniform(0, np.pi)
    c, s = np.cos(t), np.sin(t)
    x, y = XX - r.uniform(-6, SIZE + 6), YY - r.uniform(-6, SIZE + 6)
    return np.abs((c * x + s * y) / radius) ** power + np.abs((c * y - s * x) / (radius * aspect)) ** power < 1


def strokes(r, p):
    """Brush strokes that follow a smooth flow; each has its own tone, taken from clouds, and bristles."""
    base = ndimage.gaussian_filter(noise(r, 2.2), 3, mode='wrap')
    flow = np.arctan2(ndimage.sobel(base, 0, mode='wrap'), ndimage.sobel(base, 1, mode='wrap'))
    if p['ring'] < 0.5:
        flow = 0.35 * np.sin(flow)                      # nearly straight, instead of round
    flow = flow + p['angle']
    long, wide = int(p['period'] * 1.2) + 3, 1 + int(p['duty'] * 6)
    n = int(2.5 * SIZE * SIZE / (long * wide))
    x, y = r.uniform(0, SIZE, (2, n))
    tone = unit(noise(r, 1.6))[y.astype(int), x.astype(int)] + r.normal(0, 0.18, n)
    path = []
    for _ in range(long):
        t = flow[y.astype(int) % SIZE, x.astype(int) % SIZE]
        path.append((x, y, t))
        x, y = x + np.cos(t), y + np.sin(t)
    px, py, t = (np.stack(q, 1)[:, :, None] for q in zip(*path))       # stroke, step, bristle
    across = np.arange(-wide, wide + 1) * 0.5
    j = (px - np.sin(t) * across).astype(int) % SIZE
    i = (py + np.cos(t) * across).astype(int) % SIZE
    value = tone[:, None, None] + r.normal(0, 0.1, (n, 1, len(across)))
    out = np.full(SIZE * SIZE, 0.5)
    out[(i * SIZE + j).ravel()] = np.broadcast_to(value, i.shape).ravel()   # the last one wins
    return np.clip(out.reshape(SIZE, SIZE), 0, 1)


def swirls(r, p):
    """Spirals and rings about one to four centres."""
    phase, best = np.zeros((SIZE, SIZE)), np.full((SIZE, SIZE), np.inf)
    for _ in range(int(p['centres'])):
        x, y = XX - r.uniform(0, SIZE), YY - r.uniform(0, SIZE)
        d = np.hypot(x, y)
        phase = np.where(d < best, d / p['period'] * 2 * np.pi + p['arms'] * np.arctan2(y, x), phase)
        best = np.minimum(best, d)
    a = np.sin(phase + warp(r, p) / p['period'] * 2 * np.pi)
    return (a > np.cos(np.pi * p['duty'])).astype(float) if p['ring'] < 0.6 else 0.5 + 0.5 * a


def glyphs(r, p):
    """Lines of made-up writing: three bars a letter."""
    out = np.ones((SIZE, SIZE))
    high = int(max(5, p['period']))
    wide, tall, bar = int(high * 0.55), int(high * 0.7), 1 + high // 12
    for y in range(int(r.integers(0, high)), SIZE, int(high * 1.3)):
        for x in range(int(r.integers(-high, 0)), SIZE, wide + 1):
            if r.random() < 0.15:
                continue
            for _ in range(3):
                if r.random() < 0.5:
                    a = max(0, x + int(r.integers(0, wide)))
                    out[y:y + tall, a:a + bar] = 0
                else:
                    b = y + int(r.integers(0, tall))
                    out[b:b + bar, max(0, x):max(0, x + wide)] = 0
    return out


def steps(r, p):
    """One edge, hard or soft, or a crease."""
    u, _ = turned(r, p)
    a = np.tanh((u + warp(r, p)) / p['blur']) * 0.5 + 0.5
    return a if p['ring'] < 0.5 else np.abs(2 * a - 1)


def grid(r, p):
    """Lines both ways: windows, fences, tiles."""
    u, v = turned(r, p)
    w = warp(r, p)
    line = max(1.2, p['period'] * 0.3 * p['duty'])
    return (((u + w) % p['period'] < line) | ((v + w) % (p['period'] * (0.6 + p['aspect'])) < line)).astype(float)


def hatching(r, p):
    """Fine strokes in one direction under slow clouds: drawing, grass, hair."""
    u, v = turned(r, p)
    fine = noise(r, 0.3)
    along = ndimage.map_coordinates(fine, [(u + warp(r, p)) % SIZE, (v / (3 + p['period'])) % SIZE], order=1,
                                    mode='grid-wrap')
    return unit(np.clip(along, -2, 2) * 0.6 + noise(r, 2.0) * 0.4)


def collage(r, p):
    """Two families inside the shapes of a third."""
    shapes = leaves(r, {**p, 'period': p['period'] * 1.8, 'number': 30}) if p['ring'] < 0.5 else \
        cells(r, {**p, 'period': p['period'] * 1.8, 'ring': 0.5})
    base = [stripes, dots, clouds, strokes, swirls, checks]
    a = base[p['second'] % 6](r, {**p, 'period': max(4, p['period'] * 0.5)})
    b = base[(p['second'] * 5 + 1) % 6](r, {**p, 'period': max(5, p['period'] * 0.6), 'angle': p['angle'] + 1.2})
    return np.where(shapes > 0.5, a * 0.6 + 0.4 * shapes, b * 0.6)


FAMILIES = [stripes, waves, checks, dots, bricks, cells, clouds, ridges, leaves, strokes, strokes, strokes,
            swirls, swirls, glyphs, steps, grid, hatching, hatching, collage]


# ---- programs ----

def rgb(h, s, v):
    k = (np.array([5.0, 3.0, 1.0]) + h * 6) % 6
    return v * (1 - s * np.clip(np.minimum(k, 4 - k), 0, 1))


def palette(r):
    """Four colours: two hues, each darker and lighter, as paintings and landscapes have them."""
    h = r.uniform()
    other = h + r.choice([0.08, 0.2, 0.4, 0.5]) * r.choice([-1, 1])
    sat = r.beta(2, 1.8)
    return np.array([rgb(h, min(1, sat * r.uniform(0.7, 1.3)), r.uniform(0.05, 0.5)),
                     rgb(h + r.normal(0, 0.04), sat, r.uniform(0.4, 1)),
                     rgb(other, min(1, sat * r.uniform(0.6, 1.3)), r.uniform(0.5, 1)),
                     rgb(r.uniform(), r.uniform(0, 0.9), r.uniform(0.05, 1))])


def program(r, k):
    return dict(
        family=k % len(FAMILIES), second=int(r.integers(0, len(FAMILIES))), mix=r.random() < 0.3,
        angle=r.uniform(0, np.pi), period=np.exp(r.uniform(np.log(4), np.log(40))), duty=r.uniform(0.25, 0.65),
        warp=r.choice([0, 0, 2, 5]), stagger=r.integers(0, 2), ring=r.random(), slope=r.uniform(0.6, 2.2),
        sharp=r.uniform(0.8, 3), number=r.uniform(50, 200), shape=r.choice([1, 2, 6]), aspect=r.uniform(0.25, 1),
        arms=r.integers(-3, 4), centres=r.integers(1, 5), blur=r.choice([0.7, 3, 8]), soft=r.choice([0, 0.5, 0.9, 2]),
        grain=r.choice([0, 0, 0.02, 0.05]), palette=palette(r))


def programs():
    """The classes, the same in every run."""
    r = np.random.default_rng(1234)
    return [program(r, k) for k in range(PROGRAMS)]


def draw(p, r):
    """One program, freshly drawn, as float RGB in 0..1."""
    a = FAMILIES[p['family']](r, p)
    b = FAMILIES[p['second']](r, p) if p['mix'] else unit(noise(r, 1.6))
    if p['soft']:
        a = ndimage.gaussian_filter(a, p['soft'], mode='wrap')
    a, b = np.clip(a, 0, 1)[..., None], np.clip(b, 0, 1)[..., None]
    dark, middle, light, other = p['palette'] if r.random() < 0.65 else palette(r)
    im = np.where(a < 0.5, dark + (middle - dark) * 2 * a, middle + (light - middle) * (2 * a - 1))
    im = im + (other - im) * 0.4 * b
    im = im + r.normal(size=(SIZE, SIZE, 1)) * p['grain'] * 0.6 + r.normal(size=(SIZE, SIZE, 3)) * p['grain'] * 0.4
    if r.random() < 0.5:
        im = im * (0.75 + 0.4 * unit(noise(r, 2.4)))[..., None]
    return np.clip((im - 0.5) * r.uniform(0.85, 1.15) + 0.5 + r.normal(0, 0.03) + r.normal(0, 0.03, 3), 0, 1)


# ---- scenes ----

def patches(r, parts):
    """Neighbouring regions with wavy borders."""
    points = r.uniform(0, SIZE, (len(parts), 2))
    dx, dy = noise(r, 2.0) * 4, noise(r, 2.0) * 4
    d = [np.hypot(XX + dx - x, YY + dy - y) for x, y in points]
    which = np.argmin(d, 0)
    return np.choose(which[..., None], [im for im, _ in parts]), np.choose(which, [k for _, k in parts])


def plane(r, parts):
    """A ground in perspective under a sky; what is left stands in front as balls."""
    (sky, k0), (ground, k1), *rest = parts
    horizon = r.uniform(0.1, 0.7) * SIZE + noise(r, 2.4)[0] * r.choice([0, 1.5, 5])
    depth = np.maximum(YY - horizon[None], 0.5)
    scale = 0.5 * SIZE
    v, u = scale * scale / depth * 0.5 % SIZE, (XX - SIZE / 2) * scale / (depth + 4) % SIZE
    ground = ground[v.astype(int) % SIZE, u.astype(int) % SIZE]
    haze = np.exp(-depth / r.uniform(4, 12))[..., None]
    ground = ground * (1 - 0.7 * haze) + 0.7 * haze * sky.mean((0, 1))
    below = YY > horizon[None]
    sky = sky * (0.8 + 0.2 * YY / SIZE)[..., None] if r.random() < 0.5 else sky
    return balls(r, [(np.where(below[..., None], ground, sky), np.where(below, k1, k0)), *rest])


def balls(r, parts):
    """The first part with the others as shaded balls on it."""
    (im, label), *rest = parts
    label = np.broadcast_to(label, (SIZE, SIZE))
    light = r.normal(size=3) * [1, 1, 0.3] + [0, -0.6, 1]
    light /= np.linalg.norm(light)
    for tex, k in rest:
        radius, x, y = r.uniform(12, 40), *r.uniform(8, SIZE - 8, 2)
        nx, ny = (XX - x) / radius, (YY - y) / radius
        rr = nx * nx + ny * ny
        inside = rr < 1
        nz = np.sqrt(np.clip(1 - rr, 0.02, 1))
        stretch = np.arcsin(np.clip(np.sqrt(rr), 0, 1)) / np.maximum(np.sqrt(rr), 1e-3) * radius
        ball = tex[(ny * stretch + y).astype(int) % SIZE, (nx * stretch + x).astype(int) % SIZE]
        shade = 0.35 + 0.75 * np.clip(nx * light[0] + ny * light[1] + nz * light[2], 0, 1)
        shadow = np.exp(-(((XX - x + light[0] * radius) / radius) ** 2 + ((YY - y - 0.8 * radius) / (radius * 0.4)) ** 2))
        im = im * (1 - 0.4 * shadow[..., None])
        im = np.where(inside[..., None], np.clip(ball * shade[..., None], 0, 1), im)
        label = np.where(inside, k, label)
    return im, label


def overlay(r, parts):
    """Leaves of the other parts, large ones, over the first."""
    im, label = parts[0]
    label = np.broadcast_to(label, (SIZE, SIZE))
    for tex, k in parts[1:]:
        mask = blob(r, r.uniform(14, 50), r.uniform(0.3, 1), r.choice([1, 2, 6]))
        im = np.where(mask[..., None], tex * (0.8 + 0.4 * r.uniform()), im)
        label = np.where(mask, k, label)
    return im, label


SCENES = [patches, plane, plane, balls, overlay]


def scene(r, pool):
    """Two to five crops of the pool [(picture, program)] in one picture, with the program of each pixel."""
    parts = []
    for i in r.integers(0, len(pool), r.integers(2, 6)):
        im, k = pool[i]
        im = np.roll(im, r.integers(0, SIZE, 2), (0, 1)) if r.random() < 0.3 else im
        parts.append((im[:, ::-1] if r.random() < 0.5 else im, k))
    im, label = SCENES[r.integers(0, len(SCENES))](r, parts)
    if r.random() < 0.5:
        im = ndimage.gaussian_filter(im, (0.5, 0.5, 0))
    return np.clip(im, 0, 1), label


def cell_labels(label):
    """The program that covers each cell, or MIXED."""
    n = SIZE // CELL
    blocks = label.reshape(n, CELL, n, CELL).transpose(0, 2, 1, 3).reshape(n, n, -1)
    middle = np.median(blocks, -1).astype(int)
    share = (blocks == middle[..., None]).mean(-1)
    return np.where(share >= 0.6, middle, MIXED).astype(np.uint8)


def crops(count, seed):
    """Yields (picture, cell labels): single programs and scenes in turn."""
    r = np.random.default_rng(seed)
    all_programs, pool = programs(), []
    for n in range(count):
        if n % 2 and len(pool) >= 32:
            im, label = scene(r, pool)
        else:
            k = int(r.integers(0, PROGRAMS))
            im, label = draw(all_programs[k], r), np.full((SIZE, SIZE), k)
            pool = [*pool[-255:], (im, k)]
        yield (im * 255).round().astype(np.uint8), cell_labels(label)


def main():
    count, seed, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    x = np.empty((count, SIZE, SIZE, 3), np.uint8)
    y = np.empty((count, SIZE // CELL, SIZE // CELL), np.uint8)
    for n, (im, label) in enumerate(crops(count, seed)):
        x[n], y[n] = im, label
    np.savez(out, X=x, Y=y)


if __name__ == '__main__':
    main()
