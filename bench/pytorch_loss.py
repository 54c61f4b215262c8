"""What bench/pytorch_cpu.py and bench/pytorch_gpu.py have in common: the loss `relative` in PyTorch."""
import torch


def with_denominators(raw, centered):
    """A style's two Gram matrices, each with what `relative` divides its loss by (net/loss_spec.h)."""
    of_raw, of_centered = raw.float().pow(2).sum(), centered.float().pow(2).sum()
    flat = of_centered <= 1e-6 * of_raw
    return ((raw.float(), of_raw),
            (centered.float(), of_raw if flat else torch.maximum(of_centered, 3e-4 * of_raw)))
