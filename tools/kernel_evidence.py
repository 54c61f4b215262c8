#!/usr/bin/env python3
"""What the compiled kernels say of themselves: registers, spills, shared memory, instructions.

  tools/kernel_evidence.py --check 90                 compile for sm_90; exit 1 if a kernel spills
  tools/kernel_evidence.py --write docs/kernels.md    compile for all, and renew the tables there

Needs nvcc; --write also cuobjdump (in PATH, or installed from PyPI's nvidia-cuda-cuobjdump into
build/evidence, which is done by itself). Standard library only.
"""
import argparse
import math
import os
import re
import shutil
import subprocess
import sys
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "evidence"
ARCHITECTURES = (75, 80, 86, 89, 90, 120)
# CUDA C++ Programming Guide, "Technical Specifications per Compute Capability".
REGISTERS = 65536
MOST_WARPS = {75: 32, 80: 64, 86: 48, 89: 48, 90: 64, 120: 48}
SASS_ARCHITECTURE = 90


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
    """{name: (registers, spilled bytes, static shared bytes)}; objects stay in BUILD."""
    BUILD.mkdir(parents=True, exist_ok=True)

    def one(source):
        said = run([nvcc, "-std=c++20", "-O3", f"-arch=sm_{architecture}", f"-I{ROOT}", "-Xptxas", "-v",
                    "-c", source, "-o", BUILD / f"{source.stem}-{architecture}.o"])
        found = {}
        for part in re.split(r"Compiling entry function '", said)[1:]:
            spills = sum(int(n) for n in re.findall(r"(\d+) bytes spill", part))
            shared = re.search(r"(\d+) bytes smem", part)
            found[short(part.split("'")[0])] = (int(re.search(r"Used (\d+) registers", part)[1]), spills,
                                         int(shared[1]) if shared else 0)
        return found

    kernels = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(one, sorted((ROOT / "kernels/cuda").glob("*.cu"))):
            kernels.update(found)
    return kernels


def instructions(cuobjdump, architecture):
    """{name: [(address, text)]} of all objects."""
    functions = {}
    for path in sorted(BUILD.glob(f"*-{architecture}.o")):
        current = None
        for line in run([cuobjdump, "-sass", path]).splitlines():
            if match := re.search(r"Function : (\S+)", line):
                current = functions.setdefault(short(match[1]), [])
            elif (match := re.match(r"\s+/\*([0-9a-f]{4,})\*/\s+(.*?);", line)) and current is not None:
                current.append((int(match[1], 16), match[2]))
    return functions


def innermost_mma_loop(code):
    """Instructions, and how many of them are tensor-core products, of the smallest loop with any."""
    best = None
    for address, text in code:
        match = re.search(r"\bBRA(?:\.\S+)? .*?(0x[0-9a-f]+)", text)
        if not match or int(match[1], 16) > address:
            continue
        body = [t for a, t in code if int(match[1], 16) <= a <= address]
        products = sum("HMMA" in t for t in body)
        if products and (best is None or len(body) < best[0]):
            best = (len(body), products)
    return best


def resource_table(all_kernels):
    lines = ["| kernel | " + " | ".join(f"sm_{a}" for a in ARCHITECTURES) + " | static shared |",
             "| --- |" + " ---: |" * (len(ARCHITECTURES) + 1)]
    for name in sorted(all_kernels[90]):
        cells = []
        for architecture in ARCHITECTURES:
            registers, spills, _ = all_kernels[architecture][name]
            warps = min(MOST_WARPS[architecture],
                        REGISTERS // (32 * 8 * math.ceil(max(registers, 1) / 8)))
            cells.append(f"{registers} / {warps}" + (f", **{spills} spilled**" if spills else ""))
        lines.append(f"| `{name}` | " + " | ".join(cells) +
                     f" | {all_kernels[90][name][2] or ''} |")
    return lines


def instruction_table(functions):
    patterns = {"HMMA": "HMMA", "FFMA": "FFMA", "LDSM": "LDSM", "LDS.128": r"LDS\S*\.128",
                "LDG.128": r"LDG\S*\.128", "cp.async": "LDGSTS", "barriers": "BAR.SYNC"}
    lines = ["| kernel | " + " | ".join(patterns) + " | main loop: slots per HMMA |",
             "| --- |" + " ---: |" * (len(patterns) + 1)]
    for name in sorted(functions):
        code = functions[name]
        counts = [sum(bool(re.search(p, text)) for _, text in code) for p in patterns.values()]
        if not any(counts[:2]) or "fast" not in name:
            continue
        loop = innermost_mma_loop(code)
        slots = f"{loop[0] / loop[1]:.1f} ({loop[0]} / {loop[1]})" if loop else ""
        lines.append(f"| `{name}` | " + " | ".join(map(str, counts)) + f" | {slots} |")
    return lines


# Arithmetic of VGG-16 at 512 x 512. Peaks are those of the data sheets, dense, without sparsity:
# NVIDIA Ada GPU Architecture whitepaper (RTX 4090), NVIDIA H100 data sheet (SXM5).
LAYERS = [("conv1_1", 3, 64, 1), ("conv1_2", 64, 64, 1), ("conv2_1", 64, 128, 2), ("conv2_2", 128, 128, 2),
          ("conv3_1", 128, 256, 4), ("conv3_2", 256, 256, 4), ("conv3_3", 256, 256, 4),
          ("conv4_1", 256, 512, 8), ("conv4_2", 512, 512, 8), ("conv4_3", 512, 512, 8),
          ("conv5_1", 512, 512, 16), ("conv5_2", 512, 512, 16), ("conv5_3", 512, 512, 16)]
CARDS = {"RTX 4090": {"fp32": 82.6, "tf32": 82.6, "fp16": 165.2, "GB/s": 1008},
         "H100 SXM": {"fp32": 66.9, "tf32": 494.7, "fp16": 989.4, "GB/s": 3350}}


def roofline_table():
    columns = [(card, precision) for card in CARDS for precision in ("fp32", "tf32", "fp16")]
    lines = ["| layer | GFLOP | MB (fp32) | " + " | ".join(f"{c}, {p}" for c, p in columns) + " |",
             "| --- |" + " ---: |" * (2 + len(columns))]
    totals = [0.0] * (2 + len(columns))
    for name, channels_in, channels, stride in LAYERS:
        positions = (512 // stride) ** 2
        convolutions = 2 * 2 * 9 * channels_in * channels * positions
        products = 3 * channels * channels * positions  # Gram, half of it; P F, all
        flop = convolutions + products
        # fprop: in and out; Gram: out; dgrad: d out, in as the mask, d in.
        elements = positions * (3 * channels_in + 3 * channels)
        row = [flop / 1e9, elements * 4 / 1e6]
        for card, precision in columns:
            size = 2 if precision == "fp16" else 4
            peak = CARDS[card]["fp32" if channels_in == 3 else precision]
            row.append(max(flop / peak / 1e12, elements * size / CARDS[card]["GB/s"] / 1e9) * 1e3)
        totals = [a + b for a, b in zip(totals, row)]
        lines.append(f"| {name} | {row[0]:.1f} | {row[1]:.0f} | " + " | ".join(f"{v:.3f}" for v in row[2:]) + " |")
    lines.append(f"| **all** | {totals[0]:.1f} | {totals[1]:.0f} | " +
                 " | ".join(f"**{v:.2f}**" for v in totals[2:]) + " |")
    return lines


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
    functions = instructions(find_cuobjdump(), SASS_ARCHITECTURE)
    text = arguments.write.read_text()
    text = replace_between(text, "resources", resource_table(kernels))
    text = replace_between(text, "instructions", instruction_table(functions))
    text = replace_between(text, "roofline", roofline_table())
    arguments.write.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
