#!/usr/bin/env python3
"""How far each optimiser brings the loss with so many evaluations: vggstyle's L-BFGS, SciPy's L-BFGS-B, PyTorch's LBFGS.

    bench/optim.py [--size 96] [--evaluations 500] [--weights FILE] [--kinds ...] [--json FILE] [--plot FILE.svg]

All minimise the same objectives from the same pictures: textures, transfers from the content and from noise,
reconstructions; `relative` and `neural-style`; three pictures each. Before a comparison counts, the loss of the start
in PyTorch must be vggstyle's to 1e-4. Peers keep 20 curvature pairs, as vggstyle does, have no bounds and no tolerance
that could stop them, and count every value and gradient.

Prints, for each objective, after how many evaluations each first has a loss of 1.1, 1.05 and 1.02 times the lowest
that any of them finds; then the ratio of ours to the best peer, median and worst. `-` never got there; it counts as
one more than all evaluations.

Needs a built tool, PyTorch, SciPy, NumPy, h5py and Pillow (and matplotlib for --plot).
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import scipy.optimize
import torch
import torch.nn.functional as F
from PIL import Image

from pytorch_cpu import BLOCKS, ROOT, layer_names
from pytorch_loss import grams, picture, with_denominators

FIVE = ('pixels', 'conv1_1', 'conv2_1', 'conv3_1', 'conv4_1')
BLOCK_FIRST = ('conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1')
SHARES = (1.1, 1.05, 1.02)
PEERS = ('SciPy L-BFGS-B', 'PyTorch LBFGS', 'PyTorch LBFGS, strong Wolfe')
KINDS = ('texture', 'transfer', 'transfer-noise', 'reconstruct')


class Spent(Exception):
    """All evaluations are used."""


class Network:
    def __init__(self, file):
        with h5py.File(file) as f:
            self.weights = [tuple(torch.from_numpy(np.asarray(f[self.key(name)][f'{self.key(name)}_{part}_1:0'], np.float32))
                                  for part in 'Wb') for name in layer_names('vgg16')]
        self.weights = [(kernel.permute(3, 2, 0, 1).contiguous(), bias) for kernel, bias in self.weights]
        self.mean = torch.tensor([123.68, 116.779, 103.939]).view(1, 3, 1, 1)

    @staticmethod
    def key(name):
        return f'block{name[4]}_conv{name[6]}'

    def features(self, rgb, last):
        found, layer = {'pixels': rgb / 255}, 0
        x = (rgb - self.mean).flip(1)
        for block, layers in enumerate(BLOCKS['vgg16']):
            if block > 0:
                x = F.max_pool2d(x, 2)
            for i in range(layers):
                x = F.relu(F.conv2d(x, *self.weights[layer], padding=1))
                found[f'conv{block + 1}_{i + 1}'] = x
                layer += 1
                if layer > last:
                    return found
        return found


class Objective:
    """The loss of net/loss_spec.h. `style` and `content` are pictures or None."""

    def __init__(self, network, normalization, style, content, content_layer, content_weight):
        self.network, self.relative = network, normalization == 'relative'
        self.layers = FIVE if self.relative else BLOCK_FIRST
        self.tv = 0 if self.relative or style is None else 1e-3
        deepest = (self.layers[-1] if style is not None else 'conv1_1', content_layer or 'conv1_1')
        self.last = max(layer_names('vgg16').index(name) for name in deepest)
        with torch.no_grad():
            self.style = style is not None and [with_denominators(*grams(f[name])) for f in [network.features(style, self.last)]
                                                for name in self.layers]
            self.content = None
            if content is not None:
                target = network.features(content, self.last)[content_layer]
                variation = (target - target.mean((2, 3), keepdim=True)).pow(2).sum()
                self.content = content_layer, target, content_weight / (variation if self.relative else target.numel())

    def __call__(self, rgb):
        features = self.network.features(rgb, self.last)
        loss = torch.zeros(())
        if self.style:
            for name, targets in zip(self.layers, self.style):
                for mode, (gram, (target, denominator)) in enumerate(zip(grams(features[name]), targets)):
                    apart = (gram - target).pow(2).sum()
                    if self.relative:
                        loss = loss + apart / denominator / len(self.layers)
                    elif mode == 0:
                        loss = loss + 100 * apart / target.shape[0] ** 4
        if self.content:
            name, target, weight = self.content
            loss = loss + weight * (features[name] - target).pow(2).sum()
        if self.tv:
            loss = loss + self.tv * ((rgb[..., 1:] - rgb[..., :-1]).abs().sum() + (rgb[..., 1:, :] - rgb[..., :-1, :]).abs().sum())
        return loss


def run_peer(peer, objective, start, evaluations):
    """The loss at each evaluation."""
    losses = []
    x = start.clone().requires_grad_()

    def value_gradient():
        if len(losses) == evaluations:
            raise Spent
        x.grad = None
        loss = objective(x)
        loss.backward()
        losses.append(loss.item())
        return loss

    def flat(values):
        with torch.no_grad():
            x.copy_(torch.from_numpy(values.astype(np.float32)).view_as(x))
        value = value_gradient().item()
        return value, x.grad.numpy().astype(np.float64).ravel()

    try:
        if peer == PEERS[0]:
            scipy.optimize.minimize(flat, start.numpy().astype(np.float64).ravel(), jac=True, method='L-BFGS-B',
                                    options={'maxcor': 20, 'ftol': 0, 'gtol': 0, 'maxfun': 10 ** 6, 'maxiter': 10 ** 6})
        else:
            search = 'strong_wolfe' if peer == PEERS[2] else None
            torch.optim.LBFGS([x], lr=1, max_iter=10 ** 6, max_eval=10 ** 6, tolerance_grad=0, tolerance_change=0,
                              history_size=20, line_search_fn=search).step(value_gradient)
    except Spent:
        pass
    return losses


def tool(args, *command):
    subprocess.run([str(part) for part in (args.tool, *command)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def run_ours(args, command, folder):
    """The loss of each accepted step, by evaluation: the last one holds until the next."""
    log = folder / 'run.jsonl'
    tool(args, *command, '--iterations', args.evaluations, '--log', log, '-o', folder / 'out.png', '--quiet')
    losses = []
    for line in log.read_text().splitlines():
        step = json.loads(line)
        losses += losses[-1:] * (step['evaluations'] - 1 - len(losses)) + [step['total']]
    return losses


def problems(args, folder):
    """(name, command, objective, start) of each."""
    network = Network(folder / 'weights.h5')
    size, weights = args.size, ('--weights', folder / 'weights.h5')
    noise = folder / 'noise.png'
    pixels = np.clip(np.random.default_rng(0).normal(128, 32, (size, size, 3)), 0, 255)
    Image.fromarray(pixels.astype(np.uint8)).save(noise)
    contents = [('scene', 1), ('ram', 0), ('rocks', 0)][:args.pictures]
    styles = [('strokes', 1), ('leaves', 0), ('flowers', 0)][:args.pictures]
    for kind, seed in {*contents, *styles}:
        tool(args, 'contrive', kind, '--size', size, '--seed', seed, '-o', folder / f'{kind}.png')
    for normalization in args.normalizations:
        content_weight = 0.04 if normalization == 'relative' else 5
        for (content, _), (style, _) in zip(contents, styles):
            c, s = folder / f'{content}.png', folder / f'{style}.png'
            given = ('--normalization', normalization, *weights)
            for kind in args.kinds:
                start = c if kind == 'transfer' else noise
                if kind == 'texture':
                    gram = () if normalization == 'relative' else ('--gram', 'raw')
                    command = ('texture', s, *given, *gram, '--init', start)
                    objective = Objective(network, normalization, picture(s), None, None, 0)
                elif kind == 'reconstruct':
                    command = ('reconstruct', c, *given, '--layer', 'conv3_1', '--init', start)
                    objective = Objective(network, normalization, None, picture(c), 'conv3_1', 1)
                else:
                    command = ('transfer', c, s, *given, '--content-layers', 'conv4_2', '--init', start)
                    objective = Objective(network, normalization, picture(s), picture(c), 'conv4_2', content_weight)
                yield f'{kind}, {normalization}, {style if kind != "reconstruct" else content}', command, objective, picture(start)


def reached(losses, goal):
    """The first evaluation with a loss of `goal` or less; None if there is none."""
    return next((n for n, loss in enumerate(losses, 1) if loss <= goal), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--size', type=int, default=96)
    parser.add_argument('--evaluations', type=int, default=500)
    parser.add_argument('--pictures', type=int, choices=(1, 2, 3), default=3)
    parser.add_argument('--kinds', nargs='+', choices=KINDS, default=KINDS)
    parser.add_argument('--normalizations', nargs='+', choices=('relative', 'neural-style'), default=('relative', 'neural-style'))
    parser.add_argument('--weights', default=ROOT / 'weights/house.h5')
    parser.add_argument('--threads', type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument('--tool', default=ROOT / 'build/release/vggstyle')
    parser.add_argument('--json', help='also write every loss to this file')
    parser.add_argument('--plot', help='also draw the lowest loss by evaluation, as SVG')
    args = parser.parse_args()
    torch.set_num_threads(args.threads)

    names = ('vggstyle', *PEERS)
    results, ratios = {}, {share: [] for share in SHARES}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tool(args, 'weights', 'export', args.weights, '-o', folder / 'weights.h5')
        print('| evaluations to 1.1 / 1.05 / 1.02 of the lowest loss | ' + ' | '.join(names) + ' |')
        print('| --- |' + ' --- |' * len(names))
        for name, command, objective, start in problems(args, folder):
            losses = {'vggstyle': run_ours(args, command, folder)}
            with torch.no_grad():
                apart = abs(objective(start).item() / losses['vggstyle'][0] - 1)
            if apart > 1e-4:
                sys.exit(f'{name}: the losses of the start differ by {apart:.1e}: the comparison does not hold')
            for peer in PEERS:
                losses[peer] = run_peer(peer, objective, start, args.evaluations)
            lowest = min(loss for each in losses.values() for loss in each)
            found = {n: [reached(losses[n], share * lowest) for share in SHARES] for n in names}
            print(f'| {name} | ' + ' | '.join(' / '.join(str(n or '-') for n in found[each]) for each in names) + ' |', flush=True)
            late = args.evaluations + 1
            for i, share in enumerate(SHARES):
                ratios[share].append((found['vggstyle'][i] or late) / min(found[peer][i] or late for peer in PEERS))
            results[name] = losses
    print()
    for share, found in ratios.items():
        print(f'to {share} of the lowest: ours / best peer {statistics.median(found):.2f} in the median, {max(found):.2f} at worst')
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(results) + '\n')
    if args.plot:
        plot(results, args.plot)


def plot(results, file):
    import matplotlib
    matplotlib.use('svg')
    from matplotlib import pyplot
    columns = 3
    rows = -(-len(results) // columns)
    figure, axes = pyplot.subplots(rows, columns, figsize=(5 * columns, 3.2 * rows), squeeze=False)
    for axis, (name, losses) in zip(axes.flat, results.items()):
        for each, values in losses.items():
            axis.plot(range(1, len(values) + 1), np.minimum.accumulate(values), label=each)
        axis.set(title=name, xlabel='evaluations', ylabel='lowest loss', yscale='log')
    axes.flat[0].legend()
    figure.tight_layout()
    figure.savefig(file)


if __name__ == '__main__':
    main()
