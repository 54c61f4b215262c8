#pragma once

namespace vggstyle {

/// FLOPs in a second of fused multiply-adds of this processor's registers on `threads` threads,
/// with nothing read from memory; a multiply-add counts twice. Of several runs the fastest, some
/// 0.1 s in all.
double cpu_peak(int threads);

}  // namespace vggstyle
