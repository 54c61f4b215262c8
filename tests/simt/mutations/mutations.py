"""Kernels broken on purpose: what somebody could get wrong, and which tests must notice.

Each names a file of kernels/cuda/, the text there (it must occur exactly once), what it becomes,
the precision and kernels under which the tests run, and the test source that has to fail.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    what: str
    file: str
    old: str
    new: str
    variant: str = "fp16 fast"
    tests: str = "conv3x3_test"

    @property
    def program(self):
        return "test_bank_conflicts" if self.tests == "bank_conflicts_test" else "test_kernels_simt"


CONV, PRODUCTS, GRAM, STYLE = "conv3x3_fast.cuh", "conv3x3_products.h", "gram_fast.cuh", "style_layer.cu"

MUTATIONS = [
    # The pipeline of the convolution.
    Mutation("no barrier between the steps", CONV,
             "    __syncthreads();  // everybody's copies have arrived; everybody is done with the step before\n", ""),
    Mutation("no barrier before the pipeline's memory becomes the staging's", CONV,
             "  __syncthreads();  // the pipeline's memory becomes the staging's\n", ""),
    Mutation("waits for one copy too few", CONV,
             "cp_async_wait<Tile::kStages - 2>();", "cp_async_wait<Tile::kStages - 1>();"),
    Mutation("does not wait for F of a style step", CONV,
             "if (style_step || step == style_chunks) {\n      cp_async_wait<0>();",
             "if (style_step || step == style_chunks) {\n      cp_async_wait<Tile::kStages - 2>();",
             tests="gradient_terms_test"),
    Mutation("copies filters one step too far ahead", CONV,
             "copy_b(step + Tile::kStages - 1);", "copy_b(step + Tile::kStages);"),
    Mutation("copies every chunk into one buffer", CONV,
             "unsigned char* to = shared.pipeline.a[chunk % 2];", "unsigned char* to = shared.pipeline.a[0];"),
    Mutation("copies the next chunk too late", CONV,
             "if (tap == 0) copy_a(chunk + 1);", "if (tap == kConvTaps - 1) copy_a(chunk + 1);"),
    Mutation("leaves out the last step", CONV,
             "  int chunk = 0, tap = 0;\n  for (int step = 0; step < steps; ++step) {",
             "  int chunk = 0, tap = 0;\n  for (int step = 0; step + 1 < steps; ++step) {"),
    Mutation("no warp barrier between staging and output", CONV,
             "    product.store(row, staging);\n    __syncwarp();", "    product.store(row, staging);"),
    Mutation("no warp barrier before staging is used again", CONV,
             "    if (row > 0) __syncwarp();  // the rows before have been read\n", ""),
    Mutation("no warp barrier before the pool", CONV,
             "      __syncwarp();\n      pool(", "      pool("),
    # The places of the convolution.
    Mutation("halo one row too low", CONV,
             "place.y + halo / kHaloColumns - 1,", "place.y + halo / kHaloColumns,"),
    Mutation("halo without its first row", CONV, "y >= 0 && y < extent.height", "y > 0 && y < extent.height"),
    Mutation("halo with a column beyond the picture", CONV, "x < extent.width;", "x <= extent.width;"),
    Mutation("no zeros outside of the picture", CONV,
             "                           inside ? kSlotBytes : 0);", "                           kSlotBytes);"),
    Mutation("rows and columns of the taps exchanged", CONV,
             "tap / 3 * kHaloColumns + tap % 3;", "tap % 3 * kHaloColumns + tap / 3;"),
    Mutation("F of a style step one position to the left", CONV,
             "style_step ? kHaloColumns + 1 :", "style_step ? kHaloColumns :", tests="gradient_terms_test"),
    Mutation("P F not scaled where there is nothing else", CONV,
             "  if (steps == style_chunks) product.scale(style.style_scale * *style.p_scale);  // no conv steps\n", "",
             tests="gradient_terms_test"),
    Mutation("stores one row beyond the picture", CONV,
             "if (at_y >= shape_.extent.height ||", "if (at_y > shape_.extent.height ||"),
    Mutation("pools one column beyond the picture", CONV,
             "if (y >= extent.height || x + p >= extent.width)", "if (y >= extent.height || x + p > extent.width)"),
    Mutation("wrong winner of a pool's window", CONV,
             "winner = static_cast<std::uint32_t>(k);", "winner = static_cast<std::uint32_t>(k ^ 1);"),
    Mutation("winners of neighbouring channels exchanged", CONV, "winner << (8 * c)", "winner << (8 * (c ^ 1))"),
    # Fragments and swizzles.
    Mutation("the two registers of a B fragment exchanged", PRODUCTS,
             "{b[n / 2][n % 2 * 2], b[n / 2][n % 2 * 2 + 1]}", "{b[n / 2][n % 2 * 2 + 1], b[n / 2][n % 2 * 2]}"),
    Mutation("the quarters of an A fragment exchanged", PRODUCTS,
             "lane % 8 + matrix % 2 * 8;", "lane % 8 + matrix / 2 * 8;"),
    Mutation("results of a fragment's lower half exchanged", PRODUCTS,
             "store8(at + 8 * kStagingStride, make_uint2(__float_as_uint(d[2]), __float_as_uint(d[3])));",
             "store8(at + 8 * kStagingStride, make_uint2(__float_as_uint(d[3]), __float_as_uint(d[2])));"),
    Mutation("3xtf32 without one of its three products", PRODUCTS,
             "        Mma::mma(d[n], high, b_low);\n", "", variant="3xtf32 fast"),
    Mutation("FFMA: second half of the positions 4 too near", PRODUCTS,
             "window + p / 2 * kHaloColumns + p % 2 * 8;", "window + p / 2 * kHaloColumns + p % 2 * 4;",
             variant="fp32 fast"),
    Mutation("A read with another swizzle than it is written with", PRODUCTS,
             "m * kHaloColumns, a_slot_ + k));", "m * kHaloColumns, (a_slot_ + k) ^ 1));"),
    Mutation("filters packed without their swizzle", "conv3x3_fast.h",
             ": swizzled(n, byte / kSlotBytes) + byte % kSlotBytes;", ": n * kChunkBytes + byte;"),
    Mutation("a swizzle that agrees, and has bank conflicts", "conv3x3_tile.h",
             "(slot ^ (row / 2 % kSlots))", "(slot ^ (row / 4 % kSlots))", tests="bank_conflicts_test"),
    Mutation("FFMA staging without padding: bank conflicts", PRODUCTS,
             "kStagingStride = kWarpChannels + 4;", "kStagingStride = kWarpChannels;", tests="bank_conflicts_test"),
    # Gram sums.
    Mutation("no barrier between the stages", GRAM,
             "    __syncthreads();  // everybody's copies have arrived; everybody is done with the stage before\n", "",
             tests="style_layer_test"),
    Mutation("waits for one copy too few", GRAM,
             "cp_async_wait<kGramStages - 2>();", "cp_async_wait<kGramStages - 1>();", tests="style_layer_test"),
    Mutation("one position too many at the end of a piece", GRAM,
             "const bool inside = m < end;", "const bool inside = m <= end;", tests="style_layer_test"),
    Mutation("wrong tile of the triangle", GRAM,
             "while (column > row) column -= ++row;", "while (column > row) column -= row++;", tests="style_layer_test"),
    Mutation("reads the second panel on the diagonal, which is not copied", GRAM,
             "panels[diagonal ? 0 : 1]", "panels[1]", tests="style_layer_test"),
    Mutation("channel sums by twice as many threads as there are channels", GRAM,
             "    if (diagonal && thread < kGramTile) {\n      for", "    if (diagonal) {\n      for",
             tests="style_layer_test"),
    Mutation("positions of a transposed fragment in wrong order", GRAM,
             "k + lane % 8 + lane / 16 * 8;", "k + lane % 16;", tests="style_layer_test"),
    Mutation("shift taken off one factor only", GRAM,
             "value(b, position, j_ + g + 8 * m) - shift_j_[m]", "value(b, position, j_ + g + 8 * m)",
             variant="tf32 fast", tests="style_layer_test"),
    Mutation("minus the shift where there is no position", GRAM,
             "const bool inside = position < valid;", "const bool inside = true;", variant="tf32 fast",
             tests="style_layer_test"),
    # Style statistics and loss terms.
    Mutation("leaves out the last piece", STYLE, "k < count; ++k", "k + 1 < count; ++k", tests="style_layer_test"),
    Mutation("reads the tiles above the diagonal, which nobody writes", STYLE,
             "j > i ? j * columns + i : e", "e", tests="style_layer_test"),
    Mutation("no barrier before the slices' sums", STYLE,
             "  shared.sums[slice][lane] = sum;\n  __syncthreads();", "  shared.sums[slice][lane] = sum;",
             variant="fp32 fast", tests="style_layer_test"),
    Mutation("no barrier before the warps' maxima", STYLE,
             "  if (thread % kWarp == 0) storage.maxima[thread / kWarp] = most;\n  __syncthreads();",
             "  if (thread % kWarp == 0) storage.maxima[thread / kWarp] = most;", tests="style_layer_test"),
    Mutation("a power of two too many in P's scale", STYLE,
             "*scale = ldexpf(1.0F, exponent);", "*scale = ldexpf(1.0F, exponent + 1);", tests="style_layer_test"),
    Mutation("no barrier in a block's sum", "block_sum.h",
             "storage.warps[threadIdx.x / kWarp] = value;\n  __syncthreads();",
             "storage.warps[threadIdx.x / kWarp] = value;", tests="vector_ops_test"),
    Mutation("half a warp in the mask of a shuffle", "block_sum.h", "0xFFFFFFFFU", "0xFFFFU",
             tests="vector_ops_test"),
    # Passes over pixels, pools and vectors.
    Mutation("reads beyond the end of a vector", "vector_ops.cu",
             "c < count && i < n ?", "c < count ?", tests="vector_ops_test"),
    Mutation("pool: rows and columns of a winner exchanged", "pool2x2.cu",
             "winners[from] == 2 * (p.y % 2) + p.x % 2", "winners[from] == 2 * (p.x % 2) + p.y % 2",
             variant="fp32 plain", tests="pool2x2_test"),
    Mutation("pool: the last of equals wins", "pool2x2.cu",
             "to_float(value) > most", "to_float(value) >= most", variant="fp32 plain", tests="pool2x2_test"),
    Mutation("pool: gradient of an odd last row from beyond the end", "pool2x2.cu",
             "p.y / 2 < out_extent.height && ", "", variant="fp32 plain", tests="pool2x2_test"),
    Mutation("first layer: no barrier after the copies", "first_layer.cu",
             "  __syncthreads();\n\n  const int channel", "  const int channel"),
    Mutation("first layer: halo one column to the right", "first_layer.cu",
             "x0 + i % (kRow + 2) - 1;", "x0 + i % (kRow + 2);"),
    Mutation("first layer: stores beyond the end of a row", "first_layer.cu",
             "    if (x >= extent.width) break;\n", ""),
    Mutation("first layer: dgrad with filters not flipped", "first_layer.cu",
             "from_y = y - tap / 3 + 1,", "from_y = y + tap / 3 - 1,"),
    Mutation("total variation: a neighbour beyond the last column", "pixel_ops.cu",
             "if (x + 1 < width) sum -=", "if (x < width) sum -=", tests="pixel_ops_test"),
]
