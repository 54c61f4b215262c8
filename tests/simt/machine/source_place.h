#pragma once

#include <string>

/// From machine addresses to source lines, by the program `addr2line` (binutils).
namespace vggstyle::simt {

/// "kernels/cuda/conv3x3/conv3x3.cu:120" for the call that returns to `pc`: the innermost line that is not
/// the harness's own.
std::string source_line(const void* pc);

/// Whether both are the same place of the source, through the same inlined calls: the compiler may
/// have made several copies of it.
bool same_place(const void* a, const void* b);

}  // namespace vggstyle::simt
