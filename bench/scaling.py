#!/usr/bin/env python3
"""How time and memory of a run grow with its pixels, with its tiles, and among processes; and what the model of docs/scaling.md says.

    bench/scaling.py pixels [--largest 2048] [--plot FILE.svg]    one process, sides from 64 on
    bench/scaling.py tiles [--side 1024]                          one process, windows of several sizes
    bench/scaling.py ranks [--sides 256,1024] [--most 2]          1, 2 ... processes of one thread each, by mpirun
    bench/scaling.py predict                                      from 1 to 1024 GPUs, by the model alone

A run is a transfer of drawn pictures with the default layers of the house weights by Adam, 4 evaluations; the time is
the median of the last 3, the memory the largest resident set of a process, as the operating system counts it. Needs a
built tool; `ranks` needs mpirun, --plot matplotlib.
"""
import argparse
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = pathlib.Path(os.environ.get('TOOL', ROOT / 'build/release/vggstyle'))
MIB = 1 << 20
ROOT_MAY = {'OMPI_ALLOW_RUN_AS_ROOT': '1', 'OMPI_ALLOW_RUN_AS_ROOT_CONFIRM': '1', 'GOMP_SPINCOUNT': '1000'}
# The default layers: what a window sees beyond its core, and the pools' stride (net/tiles/tile_plan.h).
HALO, STRIDE = 64, 8
# Numbers of a network that ranks would have: bytes a second to and from each, and seconds a message.
NETWORK, LATENCY = 25e9, 20e-6
# One value and gradient of 512 x 512 pixels, 13 layers, on an H100 in tf32 (bench/results/h100-80gb-hbm3), with that halo and stride.
GPU_PIXEL, GPU_HALO, GPU_STRIDE = 2.27e-3 / 512**2, 192, 16
GPU_BLOCKS = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))  # layers and channels between the pools
GPU_SUMS = 8 * sum(n * (c * c + c + 1) for n, c in GPU_BLOCKS)


class Bench:
    def __init__(self, work):
        self.work = pathlib.Path(work)
        subprocess.run([TOOL, 'contrive', 'strokes', '--size', '256', '-o', self.work / 'style.png'], check=True)

    def run(self, side, options=(), processes=0):
        """Seconds an evaluation, and the largest resident set of a process in bytes."""
        content = self.work / f'{side}.png'
        if not content.exists():
            subprocess.run([TOOL, 'contrive', 'scene', '--size', str(side), '-o', content], check=True)
        log, peaks = self.work / 'run.jsonl', self.work / 'peaks'
        peaks.unlink(missing_ok=True)
        command = ['/usr/bin/time', '-a', '-o', peaks, '-f', '%M', TOOL, 'transfer', content, self.work / 'style.png',
                   '--size', str(side), '--style-size', '256', '--optimizer', 'adam', '--iterations', '4', '--log', log,
                   '-o', self.work / 'out.png', '--quiet', '--checkpoint', 'none', '--max-megapixels', '100', *options]
        if processes > 0:
            command = ['mpirun', '--oversubscribe', '-np', str(processes), *command]
        done = subprocess.run(command, env=os.environ | ROOT_MAY, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f'{side} pixels, {options}: {done.stderr}')
        seconds = [json.loads(line)['seconds'] for line in log.read_text().splitlines()]
        return (statistics.median(b - a for a, b in zip(seconds, seconds[1:])),
                1024 * max(int(line) for line in peaks.read_text().split()))


def pixels(bench, args):
    rows = []
    print('| side | seconds | us a pixel | MB | bytes a pixel |\n| --- | --- | --- | --- | --- |')
    side = 64
    while side <= args.largest:
        seconds, peak = bench.run(side)
        rows.append((side, seconds, peak))
        print(f'| {side} | {seconds:.3f} | {1e6 * seconds / side**2:.2f} | {peak / MIB:.0f} | {peak / side**2:.0f} |', flush=True)
        side *= 2
    if args.plot:
        plot(rows, args.plot)


def plot(rows, file):
    import matplotlib
    matplotlib.use('svg')
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.4))
    sides = [side for side, _, _ in rows]
    axes[0].plot(sides, [1e6 * seconds / side**2 for side, seconds, _ in rows], 'o-')
    axes[0].set(xscale='log', yscale='log', xlabel='side in pixels', ylabel='microseconds a pixel, one evaluation')
    axes[1].plot(sides, [peak / side**2 for side, _, peak in rows], 'o-')
    axes[1].set(xscale='log', yscale='log', xlabel='side in pixels', ylabel='bytes a pixel, largest resident set')
    for axis in axes:
        axis.set_xticks(sides, [str(side) for side in sides])
        axis.minorticks_off()
        axis.grid(True, alpha=0.3)
    figure.tight_layout()
    figure.savefig(file, metadata={'Date': None})


def tiles(bench, args):
    print('| --memory | seconds | times that in one | MB |\n| --- | --- | --- | --- |')
    whole, peak = bench.run(args.side)
    print(f'| in one | {whole:.2f} | 1.00 | {peak / MIB:.0f} |', flush=True)
    for share in (0.8, 0.6, 0.5, 0.4, 0.35):
        memory = int(share * peak / MIB)
        seconds, used = bench.run(args.side, ['--memory', f'{memory}M'])
        print(f'| {memory} MB | {seconds:.2f} | {seconds / whole:.2f} | {used / MIB:.0f} |', flush=True)


def bands(side, stride, ranks):
    """The rows of each rank (plan_bands)."""
    steps = side // stride
    ends = [steps * r // ranks * stride for r in range(ranks)] + [side]
    return list(zip(ends, ends[1:]))


def windows(side, halo, stride, ranks):
    """The most rows that a rank computes."""
    return max(min(end + halo, side) - max(begin - halo, 0) for begin, end in bands(side, stride, ranks))


def ranks(bench, args):
    print('| side | processes | seconds | speed-up | model | MB each |\n| --- | --- | --- | --- | --- | --- |')
    for side in args.sides:
        alone = None
        count = 1
        while count <= args.most:
            seconds, peak = bench.run(side, ['--threads', '1'], count if count > 1 else 0)
            alone = alone or seconds
            model = side / windows(side, HALO, STRIDE, count)
            print(f'| {side} | {count} | {seconds:.2f} | {alone / seconds:.2f} | {model:.2f} | {peak / MIB:.0f} |', flush=True)
            count *= 2


def predicted(height, width, count):
    """Seconds of an evaluation and an L-BFGS step among so many GPUs: computing, halo, sums, preconditioner; and all of it if
    ranks exchanged the rows of activations at their edges, a layer at a time, instead of computing the halo."""
    computing = windows(height, GPU_HALO, GPU_STRIDE, count) * width * GPU_PIXEL
    if count == 1:
        return (computing, 0, 0, 0), computing
    halo = 2 * LATENCY + 2 * GPU_HALO * width * 3 * 4 / NETWORK
    sums = 2 * count * LATENCY + 2 * GPU_SUMS / NETWORK
    halved = 2 * math.log2(GPU_STRIDE) * 2 * LATENCY
    gathered = height * width * 3 * 4 / GPU_STRIDE**2 / NETWORK + count * LATENCY
    edges = windows(height, GPU_STRIDE, GPU_STRIDE, count) * width * GPU_PIXEL
    # Forward and backward, a row each way of every layer.
    rows = 2 * sum(n * (2 * LATENCY + 2 * 4 * c * width / 2**pools / NETWORK) for pools, (n, c) in enumerate(GPU_BLOCKS))
    return (computing, halo, sums, halved + gathered), edges + rows + sums + halved + gathered


def predict(_, args):
    print('| picture | GPUs | ms | computing | halo | sums | preconditioner | efficiency | ms, rows exchanged |\n' + '| --- ' * 9 + '|')
    table = [(f'{side} x {side}', side, side, count) for side in (8192, 32768) for count in (1, 4, 16, 64, 256, 1024) if side // GPU_STRIDE >= count]
    table += [(f'{2048 * count} x 8192', 2048 * count, 8192, count) for count in (1, 4, 16, 64, 256, 1024)]
    for name, height, width, count in table:
        parts, exchanged = predicted(height, width, count)
        ideal = height * width * GPU_PIXEL / count
        print(f'| {name} | {count} | {1e3 * sum(parts):.1f} | ' + ' | '.join(f'{1e3 * part:.2f}' for part in parts) +
              f' | {ideal / sum(parts):.2f} | {1e3 * exchanged:.1f} |')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('what', choices=('pixels', 'tiles', 'ranks', 'predict'))
    parser.add_argument('--largest', type=int, default=2048)
    parser.add_argument('--side', type=int, default=1024)
    parser.add_argument('--sides', type=lambda text: [int(side) for side in text.split(',')], default=[256, 1024])
    parser.add_argument('--most', type=int, default=2)
    parser.add_argument('--plot')
    args = parser.parse_args()
    if args.what == 'ranks' and not shutil.which('mpirun'):
        sys.exit('mpirun was not found: install openmpi-bin')
    with tempfile.TemporaryDirectory() as work:
        {'pixels': pixels, 'tiles': tiles, 'ranks': ranks, 'predict': predict}[args.what](Bench(work) if args.what != 'predict' else None, args)


if __name__ == '__main__':
    main()
