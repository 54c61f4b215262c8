#!/usr/bin/env python3
"""One value+gradient of vggstyle's CPU backend against the same in PyTorch on the CPU.

    bench/pytorch_cpu.py [--size 256] [--model vgg16] [--threads N] [--rounds 3] [--json FILE]

Both compute the same loss (all convolutions as style layers, `both` Gram matrices, `relative`
normalisation) of the same picture with the same weights and number of threads; the losses must agree to
1e-4. Rounds alternate between the two programs, so that a machine whose speed drifts is fair to both.
Needs a built tool (build/release/vggstyle), PyTorch, NumPy and h5py (Debian: python3-torch python3-h5py
libopenblas0-pthread).
"""
import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCKS = {'vgg16': (2, 2, 3, 3, 3), 'vgg19': (2, 2, 4, 4, 4)}


def layer_names(model):
    return [f'conv{b}_{i}' for b, n in enumerate(BLOCKS[model], 1) for i in range(1, n + 1)]


def worker(args):
    """Times PyTorch in a process of its own; prints one JSON object."""
    import h5py
    import numpy as np
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(args.threads)
    names = layer_names(args.model)
    weights = {}
    with h5py.File(args.weights) as f:
        for name in names:
            key = f'block{name[4]}_conv{name[6]}'
            kernel = np.asarray(f[key][f'{key}_W_1:0'], np.float32).transpose(3, 2, 0, 1)
            bias = np.asarray(f[key][f'{key}_b_1:0'], np.float32)
            weights[name] = (torch.from_numpy(kernel.copy()), torch.from_numpy(bias.copy()))

    mean = torch.tensor([123.68, 116.779, 103.939]).view(1, 3, 1, 1)

    def features(rgb):
        x = (rgb - mean).flip(1)
        result, block = [], '1'
        for name in names:
            if name[4] != block:
                x, block = F.max_pool2d(x, 2), name[4]
            x = F.relu(F.conv2d(x, *weights[name], padding=1))
            result.append(x)
        return result

    def grams(f):
        f = f.flatten(2)[0]
        positions = f.shape[1]
        centered = f - f.mean(1, keepdim=True)
        return f @ f.t() / positions, centered @ centered.t() / positions

    def picture(path):
        from PIL import Image
        return torch.from_numpy(np.asarray(Image.open(path).convert('RGB'), np.float32).copy()) \
            .permute(2, 0, 1)[None].contiguous()

    with torch.no_grad():
        targets = [grams(f) for f in features(picture(args.style))]
    pixels = picture(args.image).requires_grad_()

    def value_gradient():
        pixels.grad = None
        loss = sum((g - target).pow(2).sum() / target.pow(2).sum()
                   for f, layer in zip(features(pixels), targets)
                   for g, target in zip(grams(f), layer)) / len(names)
        loss.backward()
        return loss.item()

    loss = value_gradient()
    value_gradient()
    times = []
    for _ in range(args.repeats):
        start = time.perf_counter()
        value_gradient()
        times.append(1e3 * (time.perf_counter() - start))
    print(json.dumps({
        'loss': loss, 'times_ms': times, 'torch': torch.__version__,
        'peak_memory_mb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def run(command):
    result = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, check=True)
    return result.stdout.decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--size', type=int, default=256)
    parser.add_argument('--model', choices=BLOCKS, default='vgg16')
    parser.add_argument('--threads', type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument('--rounds', type=int, default=3, help='of each program, in turn')
    parser.add_argument('--repeats', type=int, default=5, help='timed evaluations a round')
    parser.add_argument('--tool', default=ROOT / 'build/release/vggstyle')
    parser.add_argument('--json', help='also write the figures to this file')
    parser.add_argument('--worker', action='store_true', help=argparse.SUPPRESS)
    parser.add_argument('--weights', help=argparse.SUPPRESS)
    parser.add_argument('--image', help=argparse.SUPPRESS)
    parser.add_argument('--style', help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        return worker(args)

    import h5py
    tool = args.tool
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        weights, image, style, out = (folder / n for n in ('w.h5', 'image.png', 'style.png', 'out.h5'))
        run([tool, 'weights', 'synth', '--model', args.model, '--seed', 1, '-o', weights])
        run([tool, 'contrive', 'scene', '--size', args.size, '--seed', 1, '-o', image])
        run([tool, 'contrive', 'strokes', '--size', args.size, '--seed', 1, '-o', style])
        run([tool, 'evaluate', image, '--style', style, '--weights', weights, '--style-layers', 'all',
             '--gram', 'both', '--normalization', 'relative', '--style-weight', 1, '--content-weight', 0,
             '--tv-weight', 0, '--layers', 'conv1_1', '--threads', args.threads, '-o', out, '--quiet'])
        with h5py.File(out) as f:
            loss = float(f['loss/total'][()])

        ours, theirs, memory = [], [], {}
        for _ in range(args.rounds):
            bench = json.loads(run([tool, 'bench', '--size', args.size, '--model', args.model, '--threads',
                                    args.threads, '--repeats', args.repeats, '--json']))
            ours.append(bench['value_gradient']['median_ms'])
            memory['vggstyle'] = bench['peak_memory_mb']
            torch = json.loads(run([sys.executable, __file__, '--worker', '--weights', weights, '--image', image,
                                    '--style', style, '--model', args.model, '--threads', args.threads,
                                    '--repeats', args.repeats]))
            theirs += torch['times_ms']
            memory['PyTorch'] = torch['peak_memory_mb']

    error = abs(torch['loss'] - loss) / abs(loss)
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(f'{args.model}, {args.size} px, all layers, both, {args.threads} threads, PyTorch {torch["torch"]}')
    print(f'loss          vggstyle {loss:.8g}, PyTorch {torch["loss"]:.8g}, relative difference {error:.1e}')
    print(f'median ms     vggstyle {statistics.median(ours):.1f}, PyTorch {statistics.median(theirs):.1f}')
    print(f'peak MB       vggstyle {memory["vggstyle"]:.0f}, PyTorch {memory["PyTorch"]:.0f}')
    print(f'ratio         vggstyle is {ratio:.2f} times as fast')
    if args.json:
        figures = {'size': args.size, 'model': args.model, 'threads': args.threads, 'torch': torch['torch'],
                   'loss_difference': error, 'vggstyle_ms': statistics.median(ours),
                   'pytorch_ms': statistics.median(theirs), 'ratio': ratio, 'peak_mb': memory}
        pathlib.Path(args.json).write_text(json.dumps(figures, indent=2) + '\n')
    if error > 1e-4:
        sys.exit('the two losses differ by more than 1e-4: the comparison does not hold')


if __name__ == '__main__':
    main()
