"""Trains VGG-16 on the drawn crops.

    train.py STEPS OUT.pth DATA.npz... [--init FILE.h5 ... | --resume NET.pth]

What the network must answer, and why:

- which program covers each cell: from conv4_3 (cells of 8 pixels) and conv5_3 (16 pixels). This makes
  form, up to the receptive field, readable from the features;
- which share of the crop each program has: from mean and deviation of conv5_3's channels;
- the colours of each cell (mean and deviation of RGB, and which of 64 colour bins): from pool1, pool2, pool3;
  without it the early layers let colour fade;
- the direction and strength of the edges in each cell, from the same layers.

The last two are computed from the crop itself. Batch norm, AdamW, one cosine over STEPS; bfloat16
autocast and channels-last, which is about twice as fast as float32 on a CPU that has it.

--init starts from folded weights in Keras layout (several files: the first that has a layer gives it),
with batch norm calibrated on the crops so that the network computes what the file's does. --resume goes
on from a network of this program, heads included, with a new cosine.
"""
import argparse
import math
import time

import h5py
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

WIDTHS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
NAMES = [f'block{b + 1}_conv{i + 1}' for b, widths in enumerate(WIDTHS) for i in range(len(widths))]
BGR_MEAN = torch.tensor([103.939, 116.779, 123.68])     # the `caffe` preprocessing
PROGRAMS, MIXED, CELL = 192, 255, 8                     # as in textures.py
EARLY = 7                                               # layers up to conv3_3: slower after a warm start


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
        self.share = nn.Linear(1024, PROGRAMS)
        self.local = nn.ModuleList(nn.Conv2d(c, 64 + 9, 1) for c in (64, 128, 256))

    def layer(self, n, x):
        return F.relu(self.norm[n](self.conv[n](x)))

    def forward(self, x):
        n, ends, local = 0, [], []
        for b, widths in enumerate(WIDTHS):
            for _ in widths:
                x = self.layer(n, x)
                n += 1
            ends.append(x)
            x = F.max_pool2d(x, 2)
            if b < 3:
                y = x.float()
                local.append(self.local[b](F.avg_pool2d(y, 2 ** (2 - b)) if b < 2 else y))
        last = ends[4].float()
        z = torch.cat([last.mean((2, 3)), last.flatten(2).std(2)], 1)
        return dict(cell4=self.cell4(F.dropout2d(ends[3].float(), 0.1, self.training)),
                    cell5=self.cell5(F.dropout2d(last, 0.1, self.training)),
                    share=self.share(F.dropout(z, 0.2, self.training)), local=local)


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


def cell_loss(logits, label):
    return F.cross_entropy(logits, label, ignore_index=MIXED, label_smoothing=0.05)


def loss_of(out, rgb, label):
    bins, values = local_targets(rgb)
    label5 = label[:, ::2, ::2].clone()                 # a 16-pixel cell counts where its four agree
    for i, j in ((0, 1), (1, 0), (1, 1)):
        label5[label[:, i::2, j::2] != label5] = MIXED
    share = F.one_hot(label, 256).float().mean((1, 2))[:, :PROGRAMS]
    share = share / share.sum(1, keepdim=True).clamp(min=1e-3)
    loss = cell_loss(out['cell4'], label) + 0.5 * F.cross_entropy(out['share'], share)
    if (label5 != MIXED).any():
        loss = loss + 0.7 * cell_loss(out['cell5'], label5)
    for y in out['local']:
        loss = loss + 0.15 * F.cross_entropy(y[:, :64], bins) + 0.3 * F.smooth_l1_loss(y[:, 64:], values)
    return loss


class Crops:
    def __init__(self, paths, side):
        self.side, data = side, [np.load(p) for p in paths]
        self.x = np.concatenate([d['X'] for d in data])
        self.y = np.concatenate([d['Y'] for d in data])

    def batch(self, index, r):
        """RGB in 0..1 and cell labels: random squares, half of them mirrored, a little light and tint."""
        xs, ys, side = [], [], self.side
        for n in index:
            i, j = r.integers(0, (self.x.shape[1] - side) // CELL + 1, 2)
            x = self.x[n, i * CELL:i * CELL + side, j * CELL:j * CELL + side]
            y = self.y[n, i:i + side // CELL, j:j + side // CELL]
            flip = r.random() < 0.5
            xs.append(x[:, ::-1] if flip else x)
            ys.append(y[:, ::-1] if flip else y)
        rgb = torch.from_numpy(np.stack(xs)).permute(0, 3, 1, 2).float() / 255
        rgb = rgb * torch.from_numpy(r.normal(1, 0.06, (len(xs), 1, 1, 1))).float()
        rgb = rgb + torch.from_numpy(r.normal(0, 0.03, (len(xs), 3, 1, 1))).float()
        return rgb.clamp(0, 1), torch.from_numpy(np.stack(ys)).long()


def scaled(rgb):
    return ((rgb - 0.5) * 4).contiguous(memory_format=torch.channels_last)


def read_keras(paths):
    """{layer: (weight OIHW, bias)}; the first file that has a layer gives it."""
    layers = {}
    for path in paths:
        with h5py.File(path) as f:
            for name in NAMES:
                if name in f and name not in layers:
                    d = {v.ndim: torch.from_numpy(v[...].astype('f4')) for v in f[name].values()}
                    layers[name] = (d[4].permute(3, 2, 0, 1).contiguous(), d[1])
    return layers


@torch.no_grad()
def warm_start(net, paths, rgb):
    """Folded weights into conv and batch norm: the same function, up to one factor a layer."""
    x, scale = scaled(rgb), 1.0                         # what the file's network has = x * scale
    for n, name in enumerate(NAMES):
        given = read_keras(paths).get(name)
        conv, norm = net.conv[n], net.norm[n]
        if given:
            w, b = given
            if n == 0:                                  # from BGR - mean to our RGB scaling
                w = w.flip(1) * 63.75
                b = b + (w.sum((2, 3)) * (127.5 - BGR_MEAN.flip(0)) / 63.75).sum(1)
            spread = w.pow(2).mean().sqrt() / conv.weight.pow(2).mean().sqrt()
            conv.weight.copy_(w / spread)
            y = conv(x)
            mean, var = y.mean((0, 2, 3)), y.var((0, 2, 3))
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(var)
            gamma, beta = spread * scale * var.sqrt(), spread * scale * mean + b
            scale = gamma.pow(2).mean().sqrt()
            norm.weight.copy_(gamma / scale)
            norm.bias.copy_(beta / scale)
        net.eval()
        x = net.layer(n, x)
        if n + 1 < len(NAMES) and NAMES[n + 1][5] != name[5]:
            x = F.max_pool2d(x, 2)


def main():
    arg = argparse.ArgumentParser()
    arg.add_argument('steps', type=int)
    arg.add_argument('out')
    arg.add_argument('data', nargs='+')
    arg.add_argument('--init', nargs='+', metavar='FILE.h5')
    arg.add_argument('--resume', metavar='NET.pth')
    arg.add_argument('--side', type=int, default=64, help='pixels of the squares, a multiple of 16')
    arg.add_argument('--batch', type=int, default=32)
    arg.add_argument('--rate', type=float, default=1e-3)
    arg.add_argument('--early-rate', type=float, default=1.0, help='conv1_1 to conv3_3: times the rate')
    arg.add_argument('--seed', type=int, default=0)
    arg.add_argument('--threads', type=int, default=2)
    arg = arg.parse_args()
    torch.set_num_threads(arg.threads)
    torch.manual_seed(arg.seed)
    r = np.random.default_rng(arg.seed)

    crops, net = Crops(arg.data, arg.side), Net()
    held = min(320, len(crops.x) // 10)                 # kept for the last check
    if arg.init:
        warm_start(net, arg.init, crops.batch(r.integers(held, len(crops.x), 128), r)[0])
    if arg.resume:
        net.load_state_dict(torch.load(arg.resume))
    net = net.to(memory_format=torch.channels_last)
    early = [p for n in range(EARLY) for m in (net.conv[n], net.norm[n]) for p in m.parameters()]
    late = [p for p in net.parameters() if all(p is not q for q in early)]
    groups = [dict(params=early, times=arg.early_rate), dict(params=late, times=1.0)]
    opt = torch.optim.AdamW(groups, arg.rate, weight_decay=2e-2)

    net.train()
    start, average = time.time(), None
    for step in range(arg.steps):
        for g in opt.param_groups:
            g['lr'] = arg.rate * g['times'] * min(1, (step + 1) / 100) * 0.5 * (1 + math.cos(math.pi * step / arg.steps))
        rgb, label = crops.batch(r.integers(held, len(crops.x), arg.batch), r)
        with torch.autocast('cpu', dtype=torch.bfloat16):
            out = net(scaled(rgb))
        loss = loss_of(out, rgb, label)
        opt.zero_grad()
        loss.backward()
        opt.step()
        known = label != MIXED
        now = np.array([loss.item(), (out['cell4'].argmax(1) == label)[known].float().mean().item()])
        average = now if average is None else 0.98 * average + 0.02 * now
        if step % 50 == 49:
            print(f'{step + 1} {time.time() - start:.0f}s loss {average[0]:.3f} cells right {average[1]:.3f}', flush=True)
        if step % 200 == 199:
            torch.save(net.state_dict(), arg.out)
    torch.save(net.state_dict(), arg.out)

    net.eval()
    right = total = 0
    with torch.no_grad():
        for n in range(0, held, 32):
            rgb, label = crops.batch(range(n, min(n + 32, held)), r)
            known = label != MIXED
            right += (net(scaled(rgb))['cell4'].argmax(1) == label)[known].sum().item()
            total += known.sum().item()
    print(f'held-out crops: cells right {right / total:.3f}')


if __name__ == '__main__':
    main()
