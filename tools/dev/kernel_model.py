"""What one value and gradient of VGG-16 at 512 x 512 should cost on a GPU that is not at hand.

All 13 layers as style layers, `both`, max pools. floor_table: arithmetic and bytes against the
data sheets. predicted_tables: the launches that kernels/cuda/ makes, each with what bounds it.
"""
import math
from dataclasses import dataclass

SIZE = 512
LAYERS = [("conv1_1", 3, 64, 1), ("conv1_2", 64, 64, 1), ("conv2_1", 64, 128, 2), ("conv2_2", 128, 128, 2),
          ("conv3_1", 128, 256, 4), ("conv3_2", 256, 256, 4), ("conv3_3", 256, 256, 4),
          ("conv4_1", 256, 512, 8), ("conv4_2", 512, 512, 8), ("conv4_3", 512, 512, 8),
          ("conv5_1", 512, 512, 16), ("conv5_2", 512, 512, 16), ("conv5_3", 512, 512, 16)]
PRECISIONS = ("fp32", "tf32", "fp16")


@dataclass(frozen=True)
class Card:
    """Peaks are dense, in TFLOP/s with float32 sums; clock in GHz is the one they are meant for."""
    architecture: int
    multiprocessors: int
    clock: float
    bandwidth: float  # GB/s
    tflops: dict
    fp64: float
    mma_sync: float  # what mma.sync reaches of the tensor cores' peak


# NVIDIA Ada GPU Architecture whitepaper, table 2; NVIDIA H100 Tensor Core GPU data sheet (SXM).
# mma.sync on Hopper: Luo et al. 2024, "Benchmarking and Dissecting the Nvidia Hopper GPU
# Architecture via Microbenchmarking", about 62 % of what wgmma reaches.
CARDS = {"RTX 4090": Card(89, 128, 2.52, 1008, {"fp32": 82.6, "tf32": 82.6, "fp16": 165.2}, 1.29, 0.9),
         "H100 SXM": Card(90, 132, 1.83, 3350, {"fp32": 66.9, "tf32": 494.7, "fp16": 989.4}, 33.5, 0.62)}

# Assumptions of the prediction; those on wgmma are fitted to an H100 (bench/results/h100-80gb-hbm3).
MEMORY = 0.85        # of the bandwidth, by a kernel that streams
ISSUE = 0.6          # of the issue slots, by kernels of short dependent chains
LAUNCH = 1.5e-3      # ms from the end of one kernel of a graph to the next one's first results
STEP_LATENCY = 150   # cycles from a step's barrier to its last product, beside the products
LOAD_LATENCY = 700   # cycles of a load from memory
SHARED_WIDTH = 128   # bytes of shared memory that a multiprocessor reads or writes in a cycle
WGMMA = 0.78         # of the tensor cores' peak at the nominal clock: what cuBLAS reached on 8192^3 products
WGMMA_STEP = 150     # cycles of a step of conv3x3_wgmma beside its products
WGMMA_BLOCK = 5000   # cycles until the first products of a block, and for its output

# What could be changed, each by itself; Prediction says what it would be worth.
CHANGES = {
    "tiles": "`conv3x3_fast`: the large tile from 0.9 blocks a multiprocessor on, not from 2",
    "split": "convolutions: the sum over channels cut in two where there are fewer small tiles than "
             "multiprocessors hold (conv5)",
}


def element_bytes(precision):
    return 2 if precision == "fp16" else 4


def floor_table():
    columns = [(card, precision) for card in CARDS for precision in PRECISIONS]
    lines = ["| layer | GFLOP | MB (fp32) | " + " | ".join(f"{c}, {p}" for c, p in columns) + " |",
             "| --- |" + " ---: |" * (2 + len(columns))]
    totals = [0.0] * (2 + len(columns))
    for name, channels_in, channels, stride in LAYERS:
        positions = (SIZE // stride) ** 2
        convolutions = 2 * 2 * 9 * channels_in * channels * positions
        products = 3 * channels * channels * positions  # Gram, half of it; P F, all
        flop = convolutions + products
        # fprop: in and out; Gram: out; dgrad: d out, in as the mask, d in.
        elements = positions * (3 * channels_in + 3 * channels)
        row = [flop / 1e9, elements * 4 / 1e6]
        for card, precision in columns:
            peak = CARDS[card].tflops["fp32" if channels_in == 3 else precision]
            row.append(max(flop / peak / 1e12,
                           elements * element_bytes(precision) / CARDS[card].bandwidth / 1e9) * 1e3)
        totals = [a + b for a, b in zip(totals, row)]
        lines.append(f"| {name} | {row[0]:.1f} | {row[1]:.0f} | " +
                     " | ".join(f"{v:.3f}" for v in row[2:]) + " |")
    lines.append(f"| **all** | {totals[0]:.1f} | {totals[1]:.0f} | " +
                 " | ".join(f"**{v:.2f}**" for v in totals[2:]) + " |")
    return lines


class Prediction:
    """Milliseconds of each kernel, and of each layer's two convolutions, on one card in one precision.

    `blocks(tile)` is how many blocks of conv3x3_fast a multiprocessor holds, `slots(tile)` the least
    issue slots of a turn, for tile "16, 4" and "4, 2" (kernel_evidence.py knows both). `change` is one
    of CHANGES, made; or none.
    """

    def __init__(self, card, precision, blocks, slots, change=None):
        self.card, self.precision, self.blocks, self.slots = card, precision, blocks, slots
        self.change = change
        self.kernels = {}  # name: [launches, ms]
        self.layers = {}   # name: (tile, fprop ms, dgrad ms)
        self.run()

    def add(self, kernel, ms, launches=1):
        entry = self.kernels.setdefault(kernel, [0, 0.0])
        entry[0] += launches
        entry[1] += max(ms, 0) + launches * LAUNCH
        return ms + launches * LAUNCH

    def streaming(self, byte_count):
        return byte_count / (MEMORY * self.card.bandwidth * 1e9) * 1e3

    def issuing(self, warp_slots):
        return warp_slots / (ISSUE * self.card.multiprocessors * 4 * self.card.clock * 1e9) * 1e3

    def convolution(self, size, channels_in, channels_out, style, byte_count):
        if self.card.architecture == 90 and self.precision != "fp32":
            return self.wgmma(size, channels_in, channels_out, style, byte_count)
        return self.fast(size, channels_in, channels_out, style, byte_count)

    def wgmma(self, size, channels_in, channels_out, style, byte_count):
        """conv3x3_wgmma: waves of blocks, two warpgroups each; a step has three taps, one for P F."""
        card = self.card

        def tiles(rows, channels):
            return math.ceil(size / rows) * math.ceil(size / 16) * channels_out / channels

        fits = [(r, c) for r, c in ((16, 128), (8, 128), (16, 64))
                if channels_out % c == 0 and tiles(r, c) >= 0.9 * card.multiprocessors]
        rows, channels = fits[0] if fits else (8, 64)
        chunk = 64 // element_bytes(self.precision)
        # A product takes channels / 2 cycles and reads 2 KB of A and 32 bytes a channel of B.
        products = rows * 16 // 64 * 2
        tap = products * max(channels / 2 / WGMMA, (2048 + 32 * channels) / SHARED_WIDTH)
        steps, style_steps = channels_in // chunk * 3, channels_out // chunk if style else 0
        left, cycles = tiles(rows, channels), 0.0
        if self.change == "split" and 2 * left <= card.multiprocessors:
            left, steps = 2 * left, steps / 2
        blocks = 1 if rows * channels == 16 * 128 else 2
        while left > 0:
            resident = min(blocks, math.ceil(left / card.multiprocessors))
            cycles += max(resident * tap * (3 * steps + style_steps),
                          3 * tap * steps + tap * style_steps + WGMMA_STEP * (steps + style_steps)) + WGMMA_BLOCK
            left -= resident * card.multiprocessors
        return f"{rows} x {channels}", max(cycles / (card.clock * 1e9) * 1e3, self.streaming(byte_count))

    def fast(self, size, channels_in, channels_out, style, byte_count):
        """conv3x3_fast: waves of blocks, each as many steps long as its sum has chunks and taps."""
        def tiles(rows):
            return math.ceil(size / rows) * math.ceil(size / 16) * (channels_out // 64)

        card, half_peak = self.card, ISSUE if self.precision == "fp32" else self.card.mma_sync
        large = tiles(16) >= (0.9 if self.change == "tiles" else 2) * card.multiprocessors
        rows, warp_rows, warps = (16, 4, 8) if large else (4, 2, 4)
        tile = f"{rows}, {warp_rows}"
        chunk = 64 // element_bytes(self.precision)
        steps = channels_in // chunk * 9 + (channels_out // chunk if style else 0)
        flop = 2 * 16 * warp_rows * 32 * chunk  # of a warp's step
        rate = card.tflops[self.precision] * 1e12 / (card.multiprocessors * 4 * card.clock * 1e9)
        arithmetic = flop / (rate * half_peak)
        # Fragments: a warp's rows of A and 32 channels of B, 64 bytes of K each; the loads of FFMA
        # fill half of a transfer for A, a quarter for B. Copies: B, and a ninth of A.
        empty_a, empty_b = (2, 4) if self.precision == "fp32" else (1, 1)
        fragments = (warp_rows * 16 * empty_a + 32 * empty_b) * 64
        copies = 4096 + (rows + 2) * 18 * 64 / 9
        shared = (warps * fragments + copies) / SHARED_WIDTH  # of a block's step
        left, cycles = tiles(rows), 0.0
        if self.change == "split" and 2 * left <= self.blocks(tile) * card.multiprocessors:
            left, steps = 2 * left, steps / 2
        while left > 0:
            # Blocks are dealt to all multiprocessors before any gets a second one.
            resident = min(self.blocks(tile), math.ceil(left / card.multiprocessors))
            warps_a_quarter = resident * warps / 4
            issue = warps_a_quarter * self.slots(tile) / 0.9
            cycles += steps * max(warps_a_quarter * arithmetic, issue, resident * shared,
                                  arithmetic + STEP_LATENCY)
            left -= resident * card.multiprocessors
        return tile, max(cycles / (card.clock * 1e9) * 1e3, self.streaming(byte_count))

    def run(self):
        size_of = element_bytes(self.precision)
        fp64 = self.card.fp64 * 1e12 / 2  # operations, not multiply-adds
        for i, (name, channels_in, channels, stride) in enumerate(LAYERS):
            size = SIZE // stride
            positions, square = size * size, channels * channels
            tensor = positions * channels * size_of
            pool_after = i + 1 < len(LAYERS) and LAYERS[i + 1][3] != stride
            pool_before = i > 0 and LAYERS[i - 1][3] != stride
            # Forward and back.
            if channels_in == 3:
                flop = 2 * 27 * channels * positions
                fp32 = self.card.tflops["fp32"] * 1e12 * ISSUE
                forward = self.add("first_layer_fprop", max(flop / fp32 * 1e3, self.streaming(tensor),
                                                            self.issuing(positions * channels / 512 * 560)))
                # A warp has 4 rows of 32 columns: 108 FMA, 27 loads and some 5 more slots a channel.
                back = self.add("first_layer_dgrad", max(self.streaming(tensor),
                                                         self.issuing(positions / 128 * channels * 140)))
                self.layers[name] = ("own", forward, back)
            else:
                in_tensor = positions * channels_in * size_of
                tile, ms = self.convolution(size, channels_in, channels, False,
                                            in_tensor + tensor + (tensor // 4 if pool_after else 0))
                forward = self.add("convolution, fprop", ms)
                _, ms = self.convolution(size, channels, channels_in, not pool_before,
                                         tensor + (1 if pool_before else 2) * in_tensor)
                back = self.add("convolution, dgrad with P F", ms)
                self.layers[name] = (tile, forward, back)
            if pool_after or i + 1 == len(LAYERS):
                _, ms = self.convolution(size, 0, channels, True, 3 * tensor)
                self.add("convolution, P F alone", ms)
            if pool_after:
                # Four elements a thread: 70 slots for a division and the bounds, 10 an element (SASS).
                self.add("pool_bprop", max(self.streaming(tensor * 1.25 + positions * channels / 4),
                                           self.issuing(positions * channels / 32 / 4 * (70 + 10 * 4))))
            # Statistics and loss terms.
            once = 1 if i == 0 else 0  # launches that all layers share
            pieces = math.ceil(positions / 512)
            gram_tiles = channels // 64 * (channels // 64 + 1) // 2
            chunk = 32 if size_of == 2 else 16  # positions of a stage
            share = ISSUE if self.precision == "fp32" else self.card.mma_sync
            # Slots of a warp and stage: the least of the loop, and 30 for the copies (SASS).
            per_stage = {"fp16": 66, "tf32": 190, "fp32": 4 * 200}[self.precision]
            per_stage += 30
            stages = pieces * gram_tiles * min(512, positions) // chunk
            self.add("gram_fast", max(
                self.streaming(tensor),
                stages * 64 * 64 * chunk * 2 / (self.card.tflops[self.precision] * 1e12 * share) * 1e3,
                self.issuing(stages * 4 * per_stage)))
            # The warps of a block share the pieces; each adds its own one load after the other, 8 in flight.
            self.add("add_pieces", max(self.streaming(pieces * square * 4 + 16 * square),
                                       2 * pieces * square / fp64 * 1e3,
                                       math.ceil(pieces / 64) *
                                       LOAD_LATENCY / (self.card.clock * 1e6)))
            # 18 float64 operations an entry.
            self.add("style_terms", max(self.streaming(28 * square), 18 * square / fp64 * 1e3), once)
            self.add("pack_p", self.streaming((4 + size_of) * square), once)
            self.add("finish_layers", 0, once)
            self.add("sample_mean", 0, 1 if size_of == 4 else 0)
        pixels = SIZE * SIZE
        self.add("preprocess and its adjoint", self.streaming(2 * pixels * 28), 2)

    def total(self):
        return sum(ms for _, ms in self.kernels.values())


def change_table(predict):
    """What each change alone saves of an evaluation; predict(card, precision, change)."""
    columns = [(card, precision) for card in CARDS for precision in PRECISIONS]
    before = {c: predict(*c, None).total() for c in columns}
    saved = {change: [before[c] - predict(*c, change).total() for c in columns] for change in CHANGES}
    lines = ["| change, by itself | " + " | ".join(f"{c}, {p}" for c, p in columns) + " |",
             "| --- |" + " ---: |" * len(columns)]
    for change in sorted(CHANGES, key=lambda change: -saved[change][-1]):  # by the H100 in fp16
        lines.append(f"| {CHANGES[change]} | " +
                     " | ".join(f"{ms:.3f}" if ms > 5e-4 else "" for ms in saved[change]) + " |")
    return lines


def predicted_tables(predictions):
    """Of {(card, precision): Prediction}: by kernel, by layer."""
    columns = list(predictions)
    first = predictions[columns[0]]
    kernels = ["| kernel | launches | " + " | ".join(f"{c}, {p}" for c, p in columns) + " |",
               "| --- |" + " ---: |" * (1 + len(columns))]
    for name, (launches, _) in first.kernels.items():
        kernels.append(f"| {name} | {launches} | " +
                       " | ".join(f"{predictions[c].kernels[name][1]:.3f}" for c in columns) + " |")
    kernels.append(f"| **all** | {sum(n for n, _ in first.kernels.values())} | " +
                   " | ".join(f"**{predictions[c].total():.2f}**" for c in columns) + " |")
    layers = ["| layer | " + " | ".join(f"{c}, {p}" for c, p in columns) + " |",
              "| --- |" + " ---: |" * len(columns)]
    for name in first.layers:
        cells = []
        for c in columns:
            tile, forward, back = predictions[c].layers[name]
            small = " s" if tile in ("4, 2", "8 x 64") else ""
            cells.append(f"{forward:.3f} / {back:.3f}{small}")
        layers.append(f"| {name} | " + " | ".join(cells) + " |")
    return kernels, layers


def measured_table(predict, results):
    """What bench_kernels measured of each layer's operations, and the prediction of its convolutions."""
    lines = ["| layer | precision | fprop | predicted | cuDNN | dgrad | cuDNN | Gram | cuBLAS | P F alone |",
             "| --- | --- |" + " ---: |" * 8]
    for precision in ("tf32", "fp16"):
        times = {}
        for line in (results / f"operations-{precision}.txt").read_text().splitlines():
            fields = line.split("\t")
            if fields[0] == precision and len(fields) == 7:
                times[fields[1], fields[2]] = float(fields[3])
        predicted = predict("H100 SXM", precision, None).layers
        for name, *_ in LAYERS:
            def cell(operation, layer=name):
                return f"{times[layer, operation]:.3f}" if (layer, operation) in times else ""
            lines.append(f"| {name} | {precision} | {cell('fprop')} | {predicted[name][1]:.3f} | {cell('fprop (cuDNN)')} | "
                         f"{cell('dgrad')} | {cell('dgrad (cuDNN)')} | {cell('gram')} | {cell('gram (cuBLAS)')} | "
                         f"{cell('style gradient')} |")
    return lines
