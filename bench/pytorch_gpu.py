#!/usr/bin/env python3
"""One value and gradient in PyTorch, of what bench_kernels measured.

    bench_kernels --save FOLDER >FOLDER/bench.txt
    bench/pytorch_gpu.py FOLDER

FOLDER has weights.f32, start-S.f32, style-S.f32, gradient-P-S.f32 and bench.txt (bench/kernel_bench.h). For each size and
precision PyTorch runs in several ways: eager, channels-last, each of them recorded as a CUDA graph, and
compiled (--compile; some minutes). Weights are stored in the precision, as a user who knows would; sums over
positions and losses are float32. The fastest counts, and every way's time and failure is shown. Values and
gradients must agree to the precision's bound, or the comparison does not hold: exit status 1. Prints a table
with fields between tabs, and the rate of large matrix products first. Needs PyTorch and NumPy.
"""
import argparse
import pathlib
import statistics
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from pytorch_loss import with_denominators

CHANNELS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
# Of bench_kernels' precision: storage, whether TF32 is on, how far losses and gradients may be apart. Where
# activations err by e, the ReLUs turn over for a fraction e, and gradients err by its root.
PRECISIONS = {'fp32': (torch.float32, False, 1e-4, 1e-2), 'tf32': (torch.float32, True, 2e-2, 0.3),
              'fp16': (torch.float16, True, 2e-2, 0.3), 'bf16': (torch.bfloat16, True, 1e-1, 0.5)}
MEAN = (123.68, 116.779, 103.939)


def load_weights(path, device, storage):
    values, weights, at = np.fromfile(path, np.float32), [], 0
    channels_in = 3
    for block in CHANNELS:
        for channels in block:
            count = channels * channels_in * 9
            kernel = values[at:at + count].reshape(channels, channels_in, 3, 3)
            bias = values[at + count:at + count + channels]
            weights.append(tuple(torch.tensor(v, device=device, dtype=storage) for v in (kernel, bias)))
            at, channels_in = at + count + channels, channels
    if at != values.size:
        sys.exit(f'{path} has {values.size} numbers, not {at}')
    return weights


def features(rgb, weights, mean):
    x, layer, result = (rgb - mean).flip(1).to(weights[0][0].dtype), 0, []
    for block in CHANNELS:
        if layer > 0:
            x = F.max_pool2d(x, 2)
        for _ in block:
            x = F.relu(F.conv2d(x, *weights[layer], padding=1))
            result.append(x)
            layer += 1
    return result


def grams(f):
    f = f.flatten(2)[0]
    positions = f.shape[1]
    centered = f - f.mean(1, keepdim=True)
    # Before the product: 16 bits would overflow after it.
    scale = positions ** -0.5
    return (f * scale) @ (f * scale).t(), (centered * scale) @ (centered * scale).t()


def loss_of(rgb, weights, mean, targets):
    found = features(rgb, weights, mean)
    return sum((g.float() - target).pow(2).sum() / denominator for f, layer in zip(found, targets)
               for g, (target, denominator) in zip(grams(f), layer)) / len(found)


class Measurement:
    """A value and gradient at one size and precision, in several ways."""

    def __init__(self, folder, size, precision, device):
        self.storage, tf32, self.loss_bound, self.gradient_bound = PRECISIONS[precision]
        self.device = device
        torch.backends.cuda.matmul.allow_tf32 = tf32
        torch.backends.cudnn.allow_tf32 = tf32
        torch.backends.cudnn.benchmark = True
        self.weights = load_weights(folder / 'weights.f32', device, self.storage)
        self.mean = torch.tensor(MEAN, device=device).view(1, 3, 1, 1)

        def picture(name):
            values = np.fromfile(folder / f'{name}-{size}.f32', np.float32)
            return torch.tensor(values.reshape(1, 3, size, size), device=device)

        self.pixels = picture('start').requires_grad_()
        with torch.no_grad():
            self.targets = [with_denominators(*grams(f))
                            for f in features(picture('style'), self.weights, self.mean)]

    def channels_last(self):
        self.weights = [(w.contiguous(memory_format=torch.channels_last), b) for w, b in self.weights]
        self.pixels = self.pixels.detach().contiguous(memory_format=torch.channels_last).requires_grad_()

    def value_gradient(self, loss_function=loss_of):
        loss = loss_function(self.pixels, self.weights, self.mean, self.targets)
        # Gradients of 16 bits need a scale; a power of two, taken off again.
        gradient, = torch.autograd.grad(loss * 4096, self.pixels)
        self.gradient = gradient / 4096
        return loss

    def synchronize(self):
        if self.device.type == 'cuda':
            torch.cuda.synchronize()

    def time(self, work, repeats):
        for _ in range(3):
            work()
        times = []
        for _ in range(repeats):
            self.synchronize()
            start = time.perf_counter()
            work()
            self.synchronize()
            times.append(1e3 * (time.perf_counter() - start))
        return statistics.median(times)

    def graph(self):
        """The same, recorded once."""
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self.value_gradient()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.value_gradient()
        return graph.replay

    def compiled(self, mode):
        torch._dynamo.reset()
        compiled = torch.compile(loss_of, mode=mode, dynamic=False)
        return lambda: self.value_gradient(compiled)

    def ways(self, modes):
        """(name, function that returns one that does it) of each way; each builds on those before it."""
        on_gpu = self.device.type == 'cuda'
        yield 'eager', lambda: self.value_gradient
        if on_gpu:
            yield 'graph', self.graph
        yield 'channels-last', lambda: (self.channels_last(), self.value_gradient)[1]
        if on_gpu:
            yield 'channels-last graph', self.graph
        for mode in modes:
            yield f'compiled, {mode}', lambda mode=mode: self.compiled(mode)


def matrix_rates(device):
    n = 8192
    for name, (storage, tf32, _, _) in PRECISIONS.items():
        torch.backends.cuda.matmul.allow_tf32 = tf32
        a, b = (torch.randn(n, n, device=device, dtype=storage) for _ in range(2))
        for _ in range(3):
            a @ b
        events = [torch.cuda.Event(enable_timing=True) for _ in range(2)]
        events[0].record()
        for _ in range(10):
            a @ b
        events[1].record()
        torch.cuda.synchronize()
        print(f'# {n}^3 product, {name}: {10 * 2 * n ** 3 / events[0].elapsed_time(events[1]) * 1e-9:.1f} TFLOP/s')


def ours(path):
    """(precision, size): (ms, loss), of the last table of bench_kernels."""
    lines = path.read_text().splitlines()
    head = next((i for i, line in enumerate(lines) if line.startswith('precision\tsize\t')), None)
    if head is None:
        sys.exit(f'{path} has no table of values and gradients: bench_kernels did not finish')
    rows = [line.split('\t') for line in lines[head + 1:] if line.count('\t') == 5]
    return {(row[0], int(row[1])): (float(row[2]), float(row[5])) for row in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--device', default='cuda')
    parser.add_argument('--repeats', type=int, default=20)
    parser.add_argument('--compile', nargs='*', default=[], metavar='MODE',
                        help='modes of torch.compile to try: default reduce-overhead max-autotune')
    parser.add_argument('--size', type=int, action='append', help='only this size')
    arguments = parser.parse_args()
    device = torch.device(arguments.device)
    print(f'# PyTorch {torch.__version__}')
    if device.type == 'cuda':
        matrix_rates(device)
    print('precision\tsize\tvggstyle ms\t' + 'PyTorch ms\tway\tratio\tloss difference\tgradient difference')
    apart = False
    for (precision, size), (milliseconds, expected) in ours(arguments.folder / 'bench.txt').items():
        if precision not in PRECISIONS or arguments.size and size not in arguments.size:
            continue
        measurement = Measurement(arguments.folder, size, precision, device)
        loss = measurement.value_gradient().item()
        expected_gradient = torch.tensor(
            np.fromfile(arguments.folder / f'gradient-{precision}-{size}.f32', np.float32)).view(1, 3, size, size)
        times = {}
        for name, prepare in measurement.ways(arguments.compile):
            try:
                times[name] = measurement.time(prepare(), arguments.repeats)
            except Exception as error:  # a way that this version or this machine cannot go
                reason = str(error).strip().splitlines()
                print(f'# {precision}, {size}, {name}: {reason[0] if reason else error!r}', flush=True)
        print(f'# {precision}, {size}: ' + ', '.join(f'{name} {ms:.3f}' for name, ms in times.items()))
        best = min(times, key=times.get)
        # The gradient is that of the way that ran last.
        gradient_difference = ((measurement.gradient.cpu() - expected_gradient).norm() / expected_gradient.norm()).item()
        difference = abs(loss - expected) / abs(expected)
        apart |= not (difference <= measurement.loss_bound and gradient_difference <= measurement.gradient_bound)
        print(f'{precision}\t{size}\t{milliseconds:.3f}\t{times[best]:.3f}\t{best}\t{times[best] / milliseconds:.2f}\t'
              f'{difference:.1e}\t{gradient_difference:.1e}', flush=True)
    if apart:
        sys.exit('losses or gradients differ by more than the precision allows: the comparison does not hold')


if __name__ == '__main__':
    main()
