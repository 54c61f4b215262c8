#!/usr/bin/env python3
"""One value and gradient in PyTorch, of what bench_kernels measured.

    bench_kernels --save FOLDER >FOLDER/bench.txt
    bench/pytorch_gpu.py FOLDER

FOLDER has weights.f32, start-S.f32, style-S.f32 and bench.txt (bench/kernel_bench.h). For each size and
precision PyTorch runs eager, channels-last, with CUDA graphs, and compiled, as far as it can; the fastest
counts. Losses must agree to the precision's bound, or the comparison does not hold: exit status 1. Prints a
table with fields between tabs, and the rate of large matrix products first. Needs PyTorch and NumPy.
"""
import argparse
import contextlib
import pathlib
import statistics
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

CHANNELS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
# Of bench_kernels' precision: storage, whether TF32 is on, how far the losses may be apart.
PRECISIONS = {'fp32': (None, False, 1e-4), 'tf32': (None, True, 2e-2), 'fp16': (torch.float16, True, 2e-2),
              'bf16': (torch.bfloat16, True, 1e-1)}


def load_weights(path, device):
    values, weights, at = np.fromfile(path, np.float32), [], 0
    channels_in = 3
    for block in CHANNELS:
        for channels in block:
            count = channels * channels_in * 9
            kernel = values[at:at + count].reshape(channels, channels_in, 3, 3)
            bias = values[at + count:at + count + channels]
            weights.append((torch.tensor(kernel, device=device), torch.tensor(bias, device=device)))
            at, channels_in = at + count + channels, channels
    if at != values.size:
        sys.exit(f'{path} has {values.size} numbers, not {at}')
    return weights


def features(rgb, weights):
    mean = torch.tensor([123.68, 116.779, 103.939], device=rgb.device).view(1, 3, 1, 1)
    x, layer, result = (rgb - mean).flip(1), 0, []
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


def loss_of(rgb, weights, targets):
    found = features(rgb, weights)
    return sum((g.float() - target).pow(2).sum() / target.pow(2).sum()
               for f, layer in zip(found, targets) for g, target in zip(grams(f), layer)) / len(found)


class Measurement:
    """A value and gradient at one size and precision, in several ways."""

    def __init__(self, folder, size, precision, device):
        self.storage, tf32, self.bound = PRECISIONS[precision]
        self.device = device
        torch.backends.cuda.matmul.allow_tf32 = tf32
        torch.backends.cudnn.allow_tf32 = tf32
        torch.backends.cudnn.benchmark = True
        self.weights = load_weights(folder / 'weights.f32', device)

        def picture(name):
            values = np.fromfile(folder / f'{name}-{size}.f32', np.float32)
            return torch.tensor(values.reshape(1, 3, size, size), device=device)

        self.pixels = picture('start').requires_grad_()
        with torch.no_grad(), self.autocast():
            self.targets = [tuple(g.float() for g in grams(f)) for f in features(picture('style'), self.weights)]

    def autocast(self):
        if self.storage is None:
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, self.storage)

    def channels_last(self):
        self.weights = [(w.contiguous(memory_format=torch.channels_last), b) for w, b in self.weights]
        self.pixels = self.pixels.detach().contiguous(memory_format=torch.channels_last).requires_grad_()

    def value_gradient(self, loss_function=loss_of):
        self.pixels.grad = None
        with self.autocast():
            loss = loss_function(self.pixels, self.weights, self.targets)
        # Gradients of 16 bits need a scale; a power of two, taken off again.
        (loss * 4096).backward()
        self.pixels.grad /= 4096
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
        self.pixels.grad = None
        with torch.cuda.graph(graph):
            self.value_gradient()
        return graph.replay

    def ways(self):
        """(name, function that does one) of each way that this PyTorch has."""
        yield 'eager', lambda: self.value_gradient
        yield 'channels-last', lambda: (self.channels_last(), self.value_gradient)[1]
        if self.device.type == 'cuda':
            yield 'graph', self.graph
        if hasattr(torch, 'compile'):
            compiled = torch.compile(loss_of)
            yield 'compiled', lambda: lambda: self.value_gradient(compiled)


def matrix_rates(device):
    n = 8192
    for name, (storage, tf32, _) in PRECISIONS.items():
        torch.backends.cuda.matmul.allow_tf32 = tf32
        a, b = (torch.randn(n, n, device=device, dtype=storage or torch.float32) for _ in range(2))
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
    arguments = parser.parse_args()
    device = torch.device(arguments.device)
    print(f'# PyTorch {torch.__version__}')
    if device.type == 'cuda':
        matrix_rates(device)
    print('precision\tsize\tvggstyle ms\t' + 'PyTorch ms\tway\tratio\tloss difference')
    apart = False
    for (precision, size), (milliseconds, expected) in ours(arguments.folder / 'bench.txt').items():
        if precision not in PRECISIONS:
            continue
        measurement = Measurement(arguments.folder, size, precision, device)
        loss = measurement.value_gradient().item()
        times = {}
        for name, prepare in measurement.ways():
            try:
                times[name] = measurement.time(prepare(), arguments.repeats)
            except Exception as error:  # a way that this version or this machine cannot go
                print(f'# {name}, {precision}, {size}: {str(error).splitlines()[0] if str(error) else error!r}')
        best = min(times, key=times.get)
        difference = abs(loss - expected) / abs(expected)
        apart |= not difference <= measurement.bound
        print(f'{precision}\t{size}\t{milliseconds:.3f}\t{times[best]:.3f}\t{best}\t{times[best] / milliseconds:.2f}\t'
              f'{difference:.1e}', flush=True)
    if apart:
        sys.exit('losses differ by more than the precision allows: the comparison does not hold')


if __name__ == '__main__':
    main()
