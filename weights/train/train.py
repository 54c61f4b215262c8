"""Trains VGG-16 on crops of free pictures and on drawn ones.

    train.py STEPS OUT.pth --real DATA.npz... --drawn DATA.npz... [--init FILE.h5 | --resume NET.pth]

What the network must answer, and why:

- which crops come from one picture: by mean and deviation of the channels at the end of blocks 2 to 5
  (supervised contrastive loss, Khosla et al. 2020). This makes texture readable from the features;
- what changes when a crop is spoilt by noise, grain or blur: nothing, in any layer. The published weights are steady so,
  and a network that is not lets the optimiser meet its statistics by grain;
- what one channel says that another does not: the correlations between a layer's channels, over all places,
  are made small (as in Barlow Twins, Zbontar et al. 2021), else Gram matrices have few directions;
- the colours of each cell (mean and deviation of RGB, and which of 64 colour bins) and the direction and
  strength of its edges: from pool1, pool2, pool3, for the spoilt crops as well. Without it colour fades;
- where it is lighter and darker, in steps of two pixels: from conv4_2. Else the layer that content is told by
  forgets places;
- for drawn crops, which program covers each cell (conv4_3, conv5_3): form, up to the receptive field.

Batch norm, AdamW, one cosine over STEPS. --init starts from the filters of a weights
file in Keras layout; --resume goes on from a network of this program, heads included, with a new cosine.
"""
import argparse
import math
import os
import time

import h5py
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

WIDTHS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
NAMES = [f'block{b + 1}_conv{i + 1}' for b, widths in enumerate(WIDTHS) for i in range(len(widths))]
PROGRAMS, MIXED, CELL = 192, 255, 8                     # as in textures.py
CONTENT = NAMES.index('block4_conv2')
MAP = 16                                                # rows of a map that layer_losses takes whole


class Net(nn.Module):
    """VGG-16 with batch norm, on RGB scaled as (x / 255 - 0.5) * 4; heads on top."""

    def __init__(self):
        super().__init__()
        self.conv, self.norm, channels = nn.ModuleList(), nn.ModuleList(), 3
        for width in sum(WIDTHS, ()):
            self.conv.append(nn.Conv2d(channels, width, 3, padding=1, bias=False))
            self.norm.append(nn.BatchNorm2d(width, momentum=0.03))
            nn.init.kaiming_normal_(self.conv[-1].weight, nonlinearity='relu')
            channels = width
        self.cell4, self.cell5 = nn.Conv2d(512, PROGRAMS, 1), nn.Conv2d(512, PROGRAMS, 1)
        self.texture = nn.ModuleList(nn.Sequential(nn.LayerNorm(2 * w[-1]), nn.Linear(2 * w[-1], 128))
                                     for w in WIDTHS[1:])
        self.layout = nn.Conv2d(512, (CELL // 2) ** 2, 1)
        self.local = nn.ModuleList(nn.Conv2d(c, 64 + 9, 1) for c in (64, 128, 256))

    def layer(self, n, x):
        return F.relu(self.norm[n](self.conv[n](x)))

    def forward(self, x):
        """Every layer's features and the answers of the heads."""
        layers, texture, local, ends = [], [], [], []
        for b, widths in enumerate(WIDTHS):
            for _ in widths:
                x = self.layer(len(layers), x)
                layers.append(x)
            ends.append(x)
            if b:
                z = torch.cat([x.mean((2, 3)), x.flatten(2).std(2)], 1)
                texture.append(F.normalize(self.texture[b - 1](z), dim=1))
            x = F.max_pool2d(x, 2)
            if b < 3:
                local.append(self.local[b](F.avg_pool2d(x, 2 ** (2 - b)) if b < 2 else x))
        return dict(layers=layers, texture=texture, local=local, layout=self.layout(layers[CONTENT]),
                    cell4=self.cell4(ends[3]), cell5=self.cell5(ends[4]))


def local_targets(rgb):
    """Per cell of 8x8 pixels, from RGB in 0..1: shares of 64 colour bins; mean and deviation of the
    channels, edge energy along three axes of direction."""
    rgb = rgb.clamp(0, 1)
    q = (rgb * 3).round().long()
    bins = F.one_hot(q[:, 0] * 16 + q[:, 1] * 4 + q[:, 2], 64).permute(0, 3, 1, 2).float()
    pool = lambda a: F.avg_pool2d(a, CELL)
    mean = pool(rgb)
    deviation = (pool(rgb * rgb) - mean * mean).clamp(min=0).sqrt()
    grey = F.pad(rgb.mean(1, keepdim=True), (1, 1, 1, 1), mode='replicate')
    dx, dy = grey[:, :, 1:-1, 2:] - grey[:, :, 1:-1, :-2], grey[:, :, 2:, 1:-1] - grey[:, :, :-2, 1:-1]
    xx, yy, xy = pool(dx * dx), pool(dy * dy), pool(dx * dy)
    size = (xx + yy + 1e-4).sqrt()
    edges = torch.cat([size, (xx - yy) / size, 2 * xy / size], 1)
    return pool(bins), torch.cat([mean, deviation, edges], 1) * torch.tensor([4.] * 3 + [8.] * 3 + [6.] * 3).view(1, 9, 1, 1)


def layout_target(rgb):
    """Per cell of 8x8 pixels: its 4x4 means of lightness, from the square's mean and in units of its deviation."""
    grey = F.avg_pool2d(rgb.mean(1, keepdim=True), 2)
    grey = (grey - grey.mean((2, 3), keepdim=True)) / (grey.std((2, 3), keepdim=True) + 0.02)
    return F.pixel_unshuffle(grey, CELL // 2)


def cell_loss(logits, label):
    return F.cross_entropy(logits, label, ignore_index=MIXED, label_smoothing=0.05)


def cell_losses(out, label):
    """The program of each cell of 8 pixels (conv4_3) and of 16 pixels (conv5_3) of the drawn crops, which come last."""
    label5 = label[:, ::2, ::2].clone()                 # a 16-pixel cell counts where its four agree
    for i, j in ((0, 1), (1, 0), (1, 1)):
        label5[label[:, i::2, j::2] != label5] = MIXED
    loss = cell_loss(out['cell4'][-len(label):], label)
    return loss + 0.7 * cell_loss(out['cell5'][-len(label):], label5) if (label5 != MIXED).any() else loss


def texture_loss(z, picture, place):
    """Khosla et al. 2020, equation 2: crops of one picture, at another place, against those of the others."""
    alike = z @ z.T / 0.15
    same, here = picture[:, None] == picture[None], place[:, None] == place[None]
    log = alike - torch.logsumexp(alike.masked_fill(here, -1e9), 1, keepdim=True)
    wanted = (same & ~here).float()
    return -(log * wanted).sum() / wanted.sum()


class Places(torch.autograd.Function):
    """Every STEP-th row and column of the first N squares, as [channel, square * place]. One pass over memory each way, where
    slices would take one for each dimension."""

    @staticmethod
    def forward(ctx, x, squares, step, row, column):
        ctx.all, ctx.taken = x, (slice(squares), slice(None), slice(row, None, step), slice(column, None, step))
        return x[ctx.taken].transpose(0, 1).flatten(1).float()

    @staticmethod
    def backward(ctx, gradient):
        whole = torch.zeros_like(ctx.all)
        part = whole[ctx.taken]
        n, channels, height, width = part.shape
        part.copy_(gradient.view(channels, n, height, width).transpose(0, 1))
        return whole, None, None, None, None


def layer_losses(x, n, r):
    """Of n clean squares and the same n spoilt: the square of 1 minus the mean correlation of a channel with itself; the logarithm
    of the mean squared correlation between channels, which is minus that of the number of directions that a Gram
    matrix has. Large maps tell both from every second row and column."""
    step = 2 if x.shape[2] > MAP else 1
    a, b = Places.apply(x, 2 * n, step, *r.integers(0, step, 2)).chunk(2, 1)
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    size_a, size_b = (y.pow(2).sum(1).add(1e-4 * y.shape[1]).sqrt() for y in (a, b))
    steady = ((a * b).sum(1) / (size_a * size_b)).mean()
    a = a / size_a[:, None]
    return (1 - steady) ** 2, (a @ a.T).pow(2).mean().log()


def spoilt(rgb, r):
    """Noise of up to 30 of 255, half of it grain of two pixels, and blur, each on some of the crops."""
    n, shape = len(rgb), rgb.shape
    uniform = lambda low, high: torch.from_numpy(r.uniform(low, high, (n, 1, 1, 1))).float().clamp(min=0)
    soft = F.avg_pool2d(F.pad(rgb, (1, 1, 1, 1), mode='replicate'), 3, 1)
    rgb = rgb + uniform(-1, 1) * (soft - rgb)
    fine, coarse = torch.randn(shape), F.interpolate(torch.randn(n, 3, shape[2] // 2, shape[3] // 2), scale_factor=2)
    return (rgb + uniform(-0.03, 0.12) * fine + uniform(-0.06, 0.06) * coarse).clamp(0, 1)


def square(picture, i, j, side, flip):
    picture = picture[i:i + side, j:j + side]
    return picture[:, ::-1] if flip else picture


class Drawn:
    def __init__(self, paths):
        data = [np.load(p) for p in paths]
        self.x = np.concatenate([d['X'] for d in data])
        self.y = np.concatenate([d['Y'] for d in data])

    def batch(self, index, side, r):
        """Random squares in 8-bit RGB and their cell labels, half of them mirrored."""
        xs, ys = [], []
        for n in index:
            (i, j), flip = r.integers(0, (self.x.shape[1] - side) // CELL + 1, 2), r.random() < 0.5
            xs.append(square(self.x[n], i * CELL, j * CELL, side, flip))
            ys.append(square(self.y[n], i, j, side // CELL, flip))
        return np.stack(xs), torch.from_numpy(np.stack(ys)).long()


class Real:
    def __init__(self, paths):
        self.x = np.concatenate([np.load(p)['X'] for p in paths])   # [picture, crop, side, side, 3]

    def batch(self, pictures, side, r):
        """Two random squares of each picture, from two of its crops, in 8-bit RGB."""
        xs = []
        for n in pictures:
            for crop in r.choice(self.x.shape[1], 2, replace=False):
                i, j = r.integers(0, self.x.shape[2] - side + 1, 2)
                xs.append(square(self.x[n, crop], i, j, side, r.random() < 0.5))
        return np.stack(xs)


def light(squares, r):
    """RGB in 0..1 with a little light and tint."""
    rgb = torch.from_numpy(squares).permute(0, 3, 1, 2).float() / 255
    rgb = rgb * torch.from_numpy(r.normal(1, 0.06, (len(rgb), 1, 1, 1))).float()
    return (rgb + torch.from_numpy(r.normal(0, 0.03, (len(rgb), 3, 1, 1))).float()).clamp(0, 1)


def scaled(rgb):
    return ((rgb - 0.5) * 4).contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def start_from(net, path):
    """Filters of a weights file in Keras layout; batch norm starts afresh."""
    with h5py.File(path) as f:
        for conv, name in zip(net.conv, NAMES):
            found = []
            f[name].visititems(lambda _, v: found.append(v[...]) if getattr(v, 'ndim', 0) == 4 else None)
            w = torch.from_numpy(found[0].astype('f4')).permute(3, 2, 0, 1)
            w = w.flip(1) if w.shape[1] == 3 else w     # BGR
            conv.weight.copy_(w * (conv.weight.pow(2).mean() / w.pow(2).mean()).sqrt())


def losses(net, real, drawn, label, r, bfloat16=False):
    """{name: loss} of one step: squares of real pictures, two a picture, each clean and spoilt; drawn ones."""
    n = len(real)
    rgb, place = torch.cat([real, real, drawn]), torch.arange(n).repeat(2)
    with torch.autocast('cpu', torch.bfloat16, enabled=bfloat16):
        out = net(scaled(torch.cat([real, spoilt(real, r), drawn])))
    out = {name: [y.float() for y in values] if name in ('texture', 'local') else
           values if name == 'layers' else values.float() for name, values in out.items()}
    bins, values = local_targets(rgb)
    of_layers = [layer_losses(x, n, r) for x in out['layers']]
    return dict(texture=sum(texture_loss(z[:2 * n], place // 2, place) for z in out['texture']),
                steady=sum(a for a, _ in of_layers), alike=0.6 * sum(b for _, b in of_layers),
                colours=0.15 * sum(F.cross_entropy(y[:, :64], bins) for y in out['local']),
                edges=0.3 * sum(F.smooth_l1_loss(y[:, 64:], values) for y in out['local']),
                layout=4 * F.smooth_l1_loss(out['layout'], layout_target(rgb)),
                cells=cell_losses(out, label))


def main():
    arg = argparse.ArgumentParser()
    arg.add_argument('steps', type=int)
    arg.add_argument('out')
    arg.add_argument('--real', nargs='+', required=True, metavar='DATA.npz')
    arg.add_argument('--drawn', nargs='+', required=True, metavar='DATA.npz')
    arg.add_argument('--init', metavar='FILE.h5')
    arg.add_argument('--resume', metavar='NET.pth')
    arg.add_argument('--side', type=int, default=64, help='pixels of the squares, a multiple of 16')
    arg.add_argument('--pictures', type=int, default=12, help='real pictures a step: four squares each')
    arg.add_argument('--squares', type=int, default=8, help='drawn squares a step')
    arg.add_argument('--rate', type=float, default=1e-3)
    arg.add_argument('--seed', type=int, default=0)
    arg.add_argument('--threads', type=int, default=len(os.sched_getaffinity(0)), help='default: all cores')
    arg.add_argument('--bfloat16', action='store_true', help='products in bfloat16, for processors that have them')
    arg = arg.parse_args()
    torch.set_num_threads(arg.threads)
    torch.manual_seed(arg.seed)
    r = np.random.default_rng(arg.seed)

    real, drawn, net = Real(arg.real), Drawn(arg.drawn), Net()
    def batch():
        squares, label = drawn.batch(r.integers(0, len(drawn.x), arg.squares), arg.side, r)
        pictures = r.choice(len(real.x), arg.pictures, replace=False)
        return light(real.batch(pictures, arg.side, r), r), light(squares, r), label
    if arg.init:
        start_from(net, arg.init)
    if arg.resume:
        net.load_state_dict(torch.load(arg.resume))
    net = net.to(memory_format=torch.channels_last)
    opt = torch.optim.AdamW(net.parameters(), arg.rate, weight_decay=2e-2)

    net.train()
    start, average = time.time(), None
    for step in range(arg.steps):
        for g in opt.param_groups:
            g['lr'] = arg.rate * min(1, (step + 1) / 50) * 0.5 * (1 + math.cos(math.pi * step / arg.steps))
        parts = losses(net, *batch(), r, arg.bfloat16)
        opt.zero_grad()
        sum(parts.values()).backward()
        opt.step()
        now = np.array([v.item() for v in parts.values()])
        average = now if average is None else 0.98 * average + 0.02 * now
        if step % 25 == 24:
            shown = ' '.join(f'{name} {value:.3f}' for name, value in zip(parts, average))
            print(f'{step + 1} {time.time() - start:.0f}s {shown}', flush=True)
        if step % 100 == 99:
            torch.save(net.state_dict(), arg.out)
    torch.save(net.state_dict(), arg.out)


if __name__ == '__main__':
    main()
