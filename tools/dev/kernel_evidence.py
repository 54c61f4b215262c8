#!/usr/bin/env python3
"""What the compiled kernels say of themselves: registers, spills, shared memory, instructions.

  tools/dev/kernel_evidence.py --check 90                 compile for sm_90; exit 1 if a kernel spills
  tools/dev/kernel_evidence.py --write docs/kernels.md    compile for all, and renew the tables there

Needs nvcc; --write also cuobjdump (in PATH, or installed from PyPI's nvidia-cuda-cuobjdump into
build/evidence, which is done by itself) and a release build with tests (access_report). Standard library only.
"""
import argparse
import functools
import math
import os
import re
import shutil
import subprocess
import sys
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kernel_model import (CARDS, PRECISIONS, Prediction, change_table, floor_table, measured_table,
                          predicted_tables)

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build" / "evidence"
ARCHITECTURES = (75, 80, 86, 89, 90, 120)
SASS_ARCHITECTURE = 90
RESULTS = ROOT / "bench" / "results" / "h100-80gb-hbm3"

# CUDA C++ Programming Guide, "Technical Specifications per Compute Capability": what a
# multiprocessor holds. Of its registers each quarter has 16384, given to warps in units of 256;
# from 8.0 on a block takes 1 KB of shared memory for the system.
QUARTER_REGISTERS = 16384
MOST_WARPS = {75: 32, 80: 64, 86: 48, 89: 48, 90: 64, 120: 48}
MOST_BLOCKS = {75: 16, 80: 32, 86: 16, 89: 24, 90: 32, 120: 24}
SHARED_KB = {75: 64, 80: 164, 86: 100, 89: 100, 90: 228, 120: 100}

# Threads a block, of kernels whose tile does not say them; 256 if not here.
THREADS = {"gram_fast_kernel": 128, "first_layer_fprop_kernel": 128, "first_layer_dgrad_kernel": 128, "pack_p": 512}
# The tiles of the convolutions, which know their threads and their dynamic shared memory.
TILES = {"conv3x3_fast_kernel": ("ConvTile<16, 4>", "ConvTile<4, 2>"),
         "conv3x3_wgmma_kernel": ("WgmmaTile<16, 128>", "WgmmaTile<16, 64>", "WgmmaTile<8, 128>", "WgmmaTile<8, 64>")}


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"kernel_evidence: error: {' '.join(map(str, command))}:\n{done.stderr}")
    return done.stdout + done.stderr


def find_nvcc():
    nvcc = shutil.which("nvcc") or shutil.which("nvcc", path="/usr/local/cuda/bin")
    if nvcc is None:
        sys.exit("kernel_evidence: error: nvcc was not found: install the CUDA toolkit, or set PATH")
    return nvcc


def find_cuobjdump():
    found = shutil.which("cuobjdump")
    if found is None:
        if not (BUILD / "venv").exists():
            venv.create(BUILD / "venv", with_pip=True)
            run([BUILD / "venv/bin/pip", "install", "-q", "nvidia-cuda-cuobjdump", "nvidia-cuda-nvdisasm"])
        found = next((BUILD / "venv").glob("lib/python*/site-packages/nvidia/*/bin/cuobjdump"))
    os.environ["PATH"] += os.pathsep + str(Path(found).parent)  # it calls nvdisasm
    return found


def short(symbol):
    """vggstyle::cuda::f<vggstyle::cuda::A<...>, float>(...) as f<A<...>, float>."""
    name = run(["c++filt", symbol]).strip()
    name = re.sub(r"\(anonymous namespace\)::|vggstyle::cuda::|vggstyle::|^void ", "", name)
    depth = 0
    for i, letter in enumerate(name):
        depth += (letter == "<") - (letter == ">")
        if letter == "(" and depth == 0:
            return name[:i].replace("__nv_bfloat16", "bfloat16").replace("__half", "half")
    return name


def compile_kernels(nvcc, architecture):
    """{name: (registers, spilled bytes, static shared bytes)}; device code stays in BUILD."""
    BUILD.mkdir(parents=True, exist_ok=True)

    def one(source):
        code = f"{architecture}{'a' if architecture == 90 else ''}"  # as tools/dev/cmake/Cuda.cmake
        said = run([nvcc, "-std=c++20", "-O3", f"-gencode=arch=compute_{code},code=sm_{code}", f"-I{ROOT}", "-Xptxas", "-v",
                    "-cubin", source, "-o", BUILD / f"{source.stem}-{architecture}.cubin"])
        found = {}
        for part in re.split(r"Compiling entry function '", said)[1:]:
            spills = sum(int(n) for n in re.findall(r"(\d+) bytes spill", part))
            shared = re.search(r"(\d+) bytes smem", part)
            found[short(part.split("'")[0])] = (int(re.search(r"Used (\d+) registers", part)[1]), spills,
                                         int(shared[1]) if shared else 0)
        return found

    kernels = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(one, sorted((ROOT / "kernels/cuda").rglob("*.cu"))):
            kernels.update(found)
    return kernels


@functools.cache
def launches():
    """What launches ask for, {beginning of a kernel's name: (threads a block, bytes of dynamic shared memory)}."""
    prints = "".join(f'  std::printf("{kernel}<{tile}\\t%d\\t%zu\\n", {tile}::kThreads, sizeof({tile}::Shared));\n'
                     for kernel, tiles in TILES.items() for tile in tiles)
    source = BUILD / "launches.cu"
    source.write_text('#include <cstdio>\n#include "kernels/cuda/conv3x3/conv3x3_fast.cuh"\n'
                      '#include "kernels/cuda/conv3x3/conv3x3_wgmma.cuh"\nusing namespace vggstyle::cuda;\n'
                      f"int main() {{\n{prints}}}\n")
    run([find_nvcc(), "-std=c++20", f"-I{ROOT}", source, "-o", BUILD / "launches"])
    lines = (line.split("\t") for line in run([BUILD / "launches"]).splitlines())
    return {name: (threads, 0) for name, threads in THREADS.items()} | {
        name: (int(threads), int(shared)) for name, threads, shared in lines}


def instructions(cuobjdump, architecture):
    """{name: [(address, text)]} of all kernels."""
    functions = {}
    for path in sorted(BUILD.glob(f"*-{architecture}.cubin")):
        current = None
        for line in run([cuobjdump, "-sass", path]).splitlines():
            if match := re.search(r"Function : (\S+)", line):
                current = functions.setdefault(short(match[1]), [])
            elif (match := re.match(r"\s+/\*([0-9a-f]{4,})\*/\s+(.*?);", line)) and current is not None:
                current.append((int(match[1], 16), match[2]))
    return functions


def branch_target(text):
    match = re.search(r"\bBRA(?:\.\S+)?\s.*?(0x[0-9a-f]+)", text)
    return int(match[1], 16) if match else None


class MainLoop:
    """The smallest of the loops with the most products (HGMMA, HMMA, or else FFMA)."""

    def __init__(self, code):
        self.product = next(p for p in ("HGMMA", "HMMA", "FFMA") if p == "FFMA" or any(p in t for _, t in code))
        bodies = []
        for address, text in code:
            target = branch_target(text)
            if target is not None and target < address:
                bodies.append([(a, t) for a, t in code if target <= a <= address])
        self.body = min(bodies, key=lambda body: (-self.count(body), len(body)), default=[])
        self.products = self.count(self.body)

    def count(self, body):
        return sum(self.product in t for _, t in body)

    def slots(self, choose):
        """Instructions of a turn that does all products and jumps over the fewest (choose = max) or
        the most (min) others; each inner loop counts once."""
        at = {address: i for i, (address, _) in enumerate(self.body)}
        best = [None] * len(self.body)
        best[0] = 1
        for i, (_, text) in enumerate(self.body[:-1]):
            if best[i] is None:
                continue
            following = [] if re.match(r"(BRA|EXIT)\b", text) else [i + 1]
            target = at.get(branch_target(text))
            if target is not None and target > i and not any(
                    self.product in t for _, t in self.body[i + 1:target]):
                following.append(target)
            for j in following:
                best[j] = best[i] + 1 if best[j] is None else choose(best[j], best[i] + 1)
        return best[-1]


def resident_blocks(name, architecture, registers, static_shared):
    """How many blocks of a kernel a multiprocessor holds at once, and the threads of each."""
    threads, dynamic = next((v for k, v in launches().items() if name.startswith(k)), (256, 0))
    warps = threads // 32
    by_registers = 4 * (QUARTER_REGISTERS // (256 * math.ceil(max(registers, 1) / 8))) // warps
    shared = dynamic + static_shared + (1024 if architecture >= 80 else 0)
    by_shared = SHARED_KB[architecture] * 1024 // shared if shared else MOST_BLOCKS[architecture]
    return min(by_registers, by_shared, MOST_WARPS[architecture] // warps,
               MOST_BLOCKS[architecture]), threads


def resource_table(all_kernels):
    lines = ["| kernel | " + " | ".join(f"sm_{a}" for a in ARCHITECTURES) + " | shared, bytes |",
             "| --- |" + " ---: |" * (len(ARCHITECTURES) + 1)]
    for name in sorted(all_kernels[90]):
        cells = []
        for architecture in ARCHITECTURES:
            if "wgmma" in name and architecture != 90:  # not called there
                cells.append("")
                continue
            registers, spills, shared = all_kernels[architecture][name]
            blocks, threads = resident_blocks(name, architecture, registers, shared)
            cells.append(f"{registers} / {blocks * threads // 32}" +
                         (f", **{spills} spilled**" if spills else ""))
        dynamic = next((v[1] for k, v in launches().items() if name.startswith(k)), 0)
        lines.append(f"| `{name}` | " + " | ".join(cells) +
                     f" | {all_kernels[90][name][2] + dynamic or ''} |")
    return lines


def instruction_table(functions):
    patterns = {"HGMMA": "HGMMA", "HMMA": "HMMA", "FFMA": "FFMA", "LDSM": "LDSM", "LDS.128": r"LDS\S*\.128",
                "LDG.128": r"LDG\S*\.128", "cp.async": "LDGSTS", "barriers": "BAR.SYNC"}
    lines = ["| kernel | " + " | ".join(patterns) + " | products a turn | slots a turn | slots a product |",
             "| --- |" + " ---: |" * (len(patterns) + 3)]
    for name in sorted(functions):
        if "fast" not in name and "wgmma" not in name:
            continue
        code = functions[name]
        counts = [sum(bool(re.search(p, text)) for _, text in code) for p in patterns.values()]
        loop = MainLoop(code)
        if loop.products == 0:  # pools
            continue
        least, most = loop.slots(min), loop.slots(max)
        lines.append(f"| `{name}` | " + " | ".join(map(str, counts)) +
                     f" | {loop.products} {loop.product} | {least} to {most} | "
                     f"{least / loop.products:.1f} to {most / loop.products:.1f} |")
    return lines


def predict_with(all_kernels, all_functions):
    """predict(card, precision, change): a Prediction from what was compiled for the card."""
    products = {"fp32": "Ffma", "tf32": "TensorCores<Tf32Mma", "fp16": "TensorCores<Float16Mma"}

    def predict(card, precision, change):
        architecture = CARDS[card].architecture

        def find(table, tile):
            return next((name, table[name]) for name in table
                        if name.startswith(f"conv3x3_fast_kernel<ConvTile<{tile}>, {products[precision]}"))

        def blocks(tile):
            name, (registers, _, shared) = find(all_kernels[architecture], tile)
            return resident_blocks(name, architecture, registers, shared)[0]

        least = {tile: MainLoop(find(all_functions[architecture], tile)[1]).slots(min)
                 for tile in ("16, 4", "4, 2")}
        return Prediction(CARDS[card], precision, blocks, least.get, change)

    return predict


def access_table():
    program = ROOT / "build/release/tests/bin/access_report"
    if not program.exists():
        sys.exit(f"kernel_evidence: error: {program} is missing: run tools/test.sh, or build with VGGSTYLE_TESTS=ON")
    return run([program]).splitlines()


def replace_between(text, name, lines):
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    if start not in text or end not in text:
        sys.exit(f"kernel_evidence: error: the marks of '{name}' are missing")
    return text[:text.index(start) + len(start)] + "\n" + "\n".join(lines) + "\n" + text[text.index(end):]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", type=int, metavar="ARCH", help="compile for sm_ARCH; fail if a kernel spills")
    what.add_argument("--write", type=Path, metavar="FILE", help="renew the tables in FILE")
    arguments = parser.parse_args()
    nvcc = find_nvcc()
    if arguments.check:
        kernels = compile_kernels(nvcc, arguments.check)
        spilling = {name: k[1] for name, k in kernels.items() if k[1]}
        for name, spilled in spilling.items():
            print(f"{name} spills {spilled} bytes on sm_{arguments.check}")
        print(f"{len(kernels)} kernels, {len(spilling)} of them spill")
        return 1 if spilling or not kernels else 0
    kernels = {a: compile_kernels(nvcc, a) for a in ARCHITECTURES}
    cuobjdump = find_cuobjdump()
    functions = {a: instructions(cuobjdump, a) for a in {c.architecture for c in CARDS.values()}}
    predict = functools.cache(predict_with(kernels, functions))
    by_kernel, by_layer = predicted_tables({(c, p): predict(c, p, None) for c in CARDS for p in PRECISIONS})
    text = arguments.write.read_text()
    text = replace_between(text, "resources", resource_table(kernels))
    text = replace_between(text, "instructions", instruction_table(functions[SASS_ARCHITECTURE]))
    text = replace_between(text, "accesses", access_table())
    text = replace_between(text, "floor", floor_table())
    text = replace_between(text, "prediction by kernel", by_kernel)
    text = replace_between(text, "prediction by layer", by_layer)
    text = replace_between(text, "changes", change_table(predict))
    text = replace_between(text, "measured", measured_table(predict, RESULTS))
    arguments.write.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
