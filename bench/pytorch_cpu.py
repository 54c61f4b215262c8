#!/usr/bin/env python3
"""One value and gradient of vggstyle's CPU backend against the same in PyTorch on the CPU.

    bench/pytorch_cpu.py [--sizes 128 256 512] [--model vgg16] [--threads N] [--rounds 3] [--compile] [--json FILE]

Both compute the same loss (all convolutions as style layers, `both` Gram matrices, `relative` normalisation) of the
same picture with the same weights and number of threads; the losses must agree to 1e-4. PyTorch runs as it comes,
with channels last, and with --compile also compiled; the fastest counts. Rounds alternate between all of them, each in a
process of its own, so that a machine whose speed drifts is fair to all.

Prints a table: medians, how far the middle half of the times lies apart, peak memory, and how many times as long the
fastest PyTorch takes. `floor` is what the products alone take at the processor's peak, which `vggstyle bench` measures
in the same run: Winograd's F(4x4, 3x3) from 64 channels on, half of each Gram matrix, all of P F.

Needs a built tool (build/release/vggstyle), PyTorch, NumPy, h5py and Pillow: bench/run.sh prepares them.
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
CHANNELS = (64, 128, 256, 512, 512)


def layer_names(model):
    return [f'conv{b}_{i}' for b, n in enumerate(BLOCKS[model], 1) for i in range(1, n + 1)]


def floor_flop(model, size):
    """Of the products that a value and gradient cannot do without."""
    total, channels_in = 0, 3
    for block, (layers, channels) in enumerate(zip(BLOCKS[model], CHANNELS)):
        side = size >> block
        for _ in range(layers):
            tiles = ((side + 3) // 4) ** 2
            products = 36 * tiles if channels_in >= 64 else 9 * side ** 2
            total += 2 * 2 * products * channels_in * channels  # there and back
            total += (1 + 2) * channels ** 2 * side ** 2        # half of F F^T, all of P F
            channels_in = channels
    return total


def worker(args):
    """Times PyTorch in a process of its own; prints one JSON object."""
    import h5py
    import numpy as np
    import torch
    import torch.nn.functional as F
    from pytorch_loss import grams, picture, with_denominators

    torch.set_num_threads(args.threads)
    layout = torch.contiguous_format if args.way == 'plain' else torch.channels_last
    names = layer_names(args.model)
    weights = []
    with h5py.File(args.weights) as f:
        for name in names:
            key = f'block{name[4]}_conv{name[6]}'
            kernel = np.asarray(f[key][f'{key}_W_1:0'], np.float32).transpose(3, 2, 0, 1)
            bias = np.asarray(f[key][f'{key}_b_1:0'], np.float32)
            weights.append((torch.from_numpy(kernel.copy()).contiguous(memory_format=layout),
                            torch.from_numpy(bias.copy())))

    mean = torch.tensor([123.68, 116.779, 103.939]).view(1, 3, 1, 1)

    def features(rgb):
        x = (rgb - mean).flip(1).contiguous(memory_format=layout)
        result, layer = [], 0
        for block, layers in enumerate(BLOCKS[args.model]):
            if block > 0:
                x = F.max_pool2d(x, 2)
            for _ in range(layers):
                x = F.relu(F.conv2d(x, *weights[layer], padding=1))
                result.append(x)
                layer += 1
        return result

    with torch.no_grad():
        targets = [with_denominators(*grams(f)) for f in features(picture(args.style))]
    pixels = picture(args.image).requires_grad_()

    def loss_of(rgb):
        return sum((g - target).pow(2).sum() / denominator
                   for f, layer in zip(features(rgb), targets)
                   for g, (target, denominator) in zip(grams(f), layer)) / len(names)

    if args.way == 'compiled':
        loss_of = torch.compile(loss_of, dynamic=False)

    def value_gradient():
        pixels.grad = None
        loss = loss_of(pixels)
        loss.backward()
        return loss.item()

    loss = value_gradient()
    value_gradient()
    times = []
    for _ in range(args.repeats):
        start = time.perf_counter()
        value_gradient()
        times.append(1e3 * (time.perf_counter() - start))
    print(json.dumps({'loss': loss, 'times_ms': times, 'torch': torch.__version__,
                      'peak_mb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def run(command):
    result = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, check=True)
    return result.stdout.decode()


def summary(times):
    quarters = statistics.quantiles(times, n=4)
    return {'median_ms': statistics.median(times), 'spread_ms': quarters[2] - quarters[0]}


def measure(args, size, ways, folder):
    """All programs at one size, in turn."""
    weights, image, style, out = (folder / n for n in ('w.h5', 'image.png', 'style.png', 'out.h5'))
    run([args.tool, 'contrive', 'scene', '--size', size, '--seed', 1, '-o', image])
    run([args.tool, 'contrive', 'strokes', '--size', size, '--seed', 1, '-o', style])
    run([args.tool, 'evaluate', image, '--style', style, '--weights', weights, '--style-layers', 'all',
         '--gram', 'both', '--normalization', 'relative', '--style-weight', 1, '--content-weight', 0,
         '--tv-weight', 0, '--layers', 'conv1_1', '--threads', args.threads, '-o', out, '--quiet'])
    import h5py
    with h5py.File(out) as f:
        loss = float(f['loss/total'][()])

    times, memory, peaks, apart = {way: [] for way in ('vggstyle', *ways)}, {}, [], 0
    for _ in range(args.rounds):
        bench = json.loads(run([args.tool, 'bench', '--size', size, '--model', args.model, '--threads', args.threads,
                                '--repeats', args.repeats, '--json']))
        times['vggstyle'] += [bench['value_gradient'][k] for k in ('min_ms', 'median_ms', 'max_ms')]
        memory['vggstyle'] = bench['peak_memory_mb']
        peaks.append(bench['peak_gflop_per_second'])
        device = bench['device']
        for way in ways:
            torch = json.loads(run([sys.executable, __file__, '--worker', '--way', way, '--weights', weights,
                                    '--image', image, '--style', style, '--model', args.model,
                                    '--threads', args.threads, '--repeats', args.repeats]))
            times[way] += torch['times_ms']
            memory[way] = torch['peak_mb']
            apart = max(apart, abs(torch['loss'] - loss) / abs(loss))
    return {'size': size, 'device': device, 'torch': torch['torch'], 'loss_difference': apart,
            'peak_gflop_per_second': max(peaks), 'floor_ms': floor_flop(args.model, size) / max(peaks) * 1e-6,
            'programs': {way: {**summary(ms), 'peak_mb': memory[way]} for way, ms in times.items()}}


def print_row(result, ways):
    programs = result['programs']
    ours = programs['vggstyle']
    best = min(ways, key=lambda way: programs[way]['median_ms'])

    def cell(program):
        return f'{program["median_ms"]:.0f} ± {program["spread_ms"] / 2:.0f}, {program["peak_mb"]:.0f} MB'

    print(f'| {result["size"]} px | {result["floor_ms"]:.0f} | **{cell(ours)}** | ' +
          ' | '.join(cell(programs[way]) for way in ways) +
          f' | {programs[best]["median_ms"] / ours["median_ms"]:.1f} | {result["loss_difference"]:.0e} |', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--sizes', type=int, nargs='+', default=[256])
    parser.add_argument('--model', choices=BLOCKS, default='vgg16')
    parser.add_argument('--threads', type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument('--rounds', type=int, default=3, help='of each program, in turn')
    parser.add_argument('--repeats', type=int, default=5, help='timed evaluations a round')
    parser.add_argument('--compile', action='store_true', help='torch.compile too: needs a C++ compiler and minutes')
    parser.add_argument('--tool', default=ROOT / 'build/release/vggstyle')
    parser.add_argument('--json', help='also write the figures to this file')
    parser.add_argument('--worker', action='store_true', help=argparse.SUPPRESS)
    for hidden in ('--way', '--weights', '--image', '--style'):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        return worker(args)

    ways = ['plain', 'channels last'] + (['compiled'] if args.compile else [])
    results = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        run([args.tool, 'weights', 'synth', '--model', args.model, '--seed', 1, '-o', folder / 'w.h5'])
        for size in args.sizes:
            results.append(measure(args, size, ways, folder))
            if len(results) == 1:
                print(f'{results[0]["device"]}, {results[0]["peak_gflop_per_second"]:.0f} GFLOP/s at its peak; '
                      f'{args.model}, all layers, both; PyTorch {results[0]["torch"]}. Milliseconds and peak memory.\n')
                print('| | floor | vggstyle | ' + ' | '.join(f'PyTorch, {way}' for way in ways) +
                      ' | times as fast | losses apart |')
                print('| --- | ---: | ---: |' + ' ---: |' * len(ways) + ' ---: | ---: |')
            print_row(results[-1], ways)
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(results, indent=2) + '\n')
    if max(result['loss_difference'] for result in results) > 1e-4:
        sys.exit('losses differ by more than 1e-4: the comparison does not hold')


if __name__ == '__main__':
    main()
