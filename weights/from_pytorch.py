#!/usr/bin/env python3
"""Turns a VGG of PyTorch into a safetensors file, which vggstyle reads.

    weights/from_pytorch.py IN.pth OUT.safetensors

IN is what torch.save() made of torchvision's vgg16 or vgg19, or of its state dict (vgg16-397923af.pth, say). Only
the convolutions are taken, in float32. Needs PyTorch; code in the file is not run (weights_only). Then:

    vggstyle transfer CONTENT STYLE --weights OUT.safetensors -o OUT.png
"""
import json
import os
import struct
import sys

import torch


def main():
    if len(sys.argv) != 3:
        sys.exit('usage: weights/from_pytorch.py IN.pth OUT.safetensors')
    source, target = sys.argv[1:]
    state = torch.load(source, map_location='cpu', weights_only=True)
    state = state.get('state_dict', state)
    tensors = {name: value.to(torch.float32).contiguous().numpy().astype('<f4') for name, value in state.items()
               if 'features.' in name and isinstance(value, torch.Tensor)}
    if not any(name.endswith('features.0.weight') for name in tensors):
        sys.exit(f"'{source}' has no VGG as torchvision names it (features.0.weight and so on)")
    header, place = {}, 0
    for name, value in tensors.items():
        header[name] = {'dtype': 'F32', 'shape': list(value.shape), 'data_offsets': [place, place + value.nbytes]}
        place += value.nbytes
    text = json.dumps(header).encode()
    temporary = f'{target}.part'
    with open(temporary, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text)
        for value in tensors.values():
            file.write(value.tobytes())
    os.replace(temporary, target)


if __name__ == '__main__':
    main()
