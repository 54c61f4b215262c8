"""Writes a trained network as a weights file that the engine reads.

    export.py NET.pth REAL.npz OUT.h5 [DESCRIPTION]

Batch norm is measured anew, on clean crops of real pictures, and folded. The input scaling moves into conv1_1, so that
the `caffe` preprocessing (BGR, 0..255, minus 103.939, 116.779, 123.68) holds. Each channel of a layer gets a root mean
square by its steadiness under noise, so that all that tell of the picture count alike in a Gram matrix; each layer
gets the mean activation that a published VGG has on natural pictures, so that published loss weights fit. Scaling
channels changes the function by those factors only: ReLU and pooling are homogeneous, and the next layer divides by
them. Weights are rounded to 8 bits with a scale for each output channel.

OUT.h5: a group for each layer, by Keras name: `kernel` int8 HWIO, `kernel_scale` float32 (the weight is
kernel * kernel_scale[output]), `bias` float32. Prints the error that the 8 bits make, layer by layer.
"""
import sys

import h5py
import numpy as np
import torch
import torch.nn.functional as F

from train import NAMES

# Mean activations of published weights on four natural pictures at 256 px: VGG-16 to conv3_3; from there
# on VGG-19's layer of the same name.
TARGET_MEAN = (23.0, 114.4, 175.8, 204.5, 257.0, 274.6, 186.4, 482.2, 314.5, 169.8, 44.2, 17.9, 7.4)
CROPS, SEED = 160, 77           # crops that measure the network's own means
NOISE = 12                      # deviation, in pixel values
QUIET = 0.05                    # channels with less of the layer's root mean square than this stay weaker
BGR_MEAN = torch.tensor([103.939, 116.779, 123.68])     # the `caffe` preprocessing
DESCRIPTION = 'VGG-16 trained by this project on free pictures and on drawn ones (weights/HOUSE.md)'


def folded(state, x, spoilt):
    """[(weight, bias)] in float64, for BGR - mean. A channel's root mean square on x becomes its steadiness, v / (v + d):
    v is its variance on x, d the mean squared difference to `spoilt`, the same crops with noise."""
    layers = []
    before = torch.full((3,), 1 / 63.75, dtype=torch.float64)
    for n, name in enumerate(NAMES):
        w, gamma, beta = (state[name].double() for name in (f'conv.{n}.weight', f'norm.{n}.weight', f'norm.{n}.bias'))
        w = (w.flip(1) if n == 0 else w) * before[None, :, None, None]      # the first saw RGB (x - 127.5) / 63.75
        if n and name.endswith('conv1'):
            x, spoilt = F.max_pool2d(x, 2), F.max_pool2d(spoilt, 2)
        y = F.conv2d(x, w.float(), padding=1)
        s = gamma / (y.double().var((0, 2, 3)) + 1e-5).sqrt()
        w, b = w * s[:, None, None, None], beta - y.double().mean((0, 2, 3)) * s
        x, spoilt = (F.relu(F.conv2d(a, w.float(), b.float(), padding=1)) for a in (x, spoilt))
        size = x.double().pow(2).mean((0, 2, 3)).sqrt()
        before = size.clamp(min=QUIET * size.pow(2).mean().sqrt())
        varies, moves = x.double().var((0, 2, 3)), (x - spoilt).double().pow(2).mean((0, 2, 3))
        before = before * (varies + moves) / varies.clamp(min=1e-9)
        layers.append((w / before[:, None, None, None], b / before))
        x, spoilt = x / before.float()[:, None, None], spoilt / before.float()[:, None, None]
    return layers


def run(layers, x):
    """Yields the activations of each layer. `layers` may be a generator that reads what came before."""
    for name, (w, b) in zip(NAMES, layers):
        if name.endswith('conv1') and name != NAMES[0]:
            x = F.max_pool2d(x, 2)
        x = F.relu(F.conv2d(x, w.float(), b.float(), padding=1))
        yield x


def rescaled(layers, x):
    """The same network with the mean activations TARGET_MEAN on x."""
    out, before = [], 1.0
    for (w, b), y, target in zip(layers, run(layers, x), TARGET_MEAN):
        factor = target / y.double().mean().item()
        out.append((w * (factor / before), b * factor))
        before = factor
    return out


def eight_bits(w):
    """int8 weights and a scale for each output channel, the one of a few that errs least."""
    rows = w.flatten(1)
    top, best, least = rows.abs().amax(1).clamp(min=1e-12), None, None
    for clip in np.linspace(0.6, 1.0, 21):
        scale = (top * clip / 127).float().double()
        error = ((rows / scale[:, None]).round().clamp(-127, 127) * scale[:, None] - rows).pow(2).sum(1)
        best, least = (scale, error) if best is None else (torch.where(error < least, scale, best), torch.minimum(error, least))
    return (rows / best[:, None]).round().clamp(-127, 127).view_as(w), best


def main():
    net, real, out = sys.argv[1:4]
    torch.set_num_threads(2)
    torch.manual_seed(SEED)
    crops = np.load(real)['X']
    crops = crops.reshape(-1, *crops.shape[2:])
    crops = crops[np.random.default_rng(SEED).choice(len(crops), CROPS, replace=False)]
    x = torch.from_numpy(crops).permute(0, 3, 1, 2).flip(1).float() - BGR_MEAN.view(1, 3, 1, 1)

    with torch.no_grad():
        layers = rescaled(folded(torch.load(net, map_location='cpu'), x, x + NOISE * torch.randn(x.shape)), x)
        coded = [(*eight_bits(w), b) for w, b in layers]
        rounded = [(q * scale[:, None, None, None], b) for q, scale, b in coded]
        for name, a, b in zip(NAMES, run(layers, x), run(rounded, x)):
            print(f'{name}: mean {a.mean():.2f}, error of the 8 bits {(a - b).norm() / a.norm():.4f}')

    with h5py.File(out, 'w', track_order=False) as f:
        f.attrs['layer_names'] = np.array([n.encode() for n in NAMES])
        f.attrs['preprocessing'] = 'caffe'
        f.attrs['weights_kind'] = 'house'
        f.attrs['model'] = 'vgg16'
        f.attrs['description'] = sys.argv[4] if len(sys.argv) > 4 else DESCRIPTION
        for name, (q, scale, b) in zip(NAMES, coded):
            g = f.create_group(name)
            g.create_dataset('kernel', data=q.permute(2, 3, 1, 0).numpy().astype('i1'), compression='gzip',
                             compression_opts=9, shuffle=True)
            g.create_dataset('kernel_scale', data=scale.numpy().astype('f4'))
            g.create_dataset('bias', data=b.numpy().astype('f4'))


if __name__ == '__main__':
    main()
