"""What the comparisons with PyTorch have in common: the loss `relative`, the matrices of a layer, pictures."""
import torch


def with_denominators(raw, centered):
    """A style's two Gram matrices, each with what `relative` divides its loss by (net/loss_spec.h)."""
    of_raw, of_centered = raw.float().pow(2).sum(), centered.float().pow(2).sum()
    flat = of_centered <= 1e-6 * of_raw
    return ((raw.float(), of_raw),
            (centered.float(), of_raw if flat else torch.maximum(of_centered, 3e-4 * of_raw)))


def grams(f):
    """The raw and the centred Gram matrix of activations [1][C][H][W], per position."""
    f = f.flatten(2)[0]
    positions = f.shape[1]
    centered = f - f.mean(1, keepdim=True)
    return f @ f.t() / positions, centered @ centered.t() / positions


def picture(path):
    """A file's pixels, [1][3][H][W] in 0..255."""
    import numpy as np
    from PIL import Image
    return torch.from_numpy(np.asarray(Image.open(path).convert('RGB'), np.float32).copy()) \
        .permute(2, 0, 1)[None].contiguous()
