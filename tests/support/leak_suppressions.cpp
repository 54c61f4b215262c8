// What the leak sanitizer (VGGSTYLE_SANITIZE) is to overlook, in every test program.

extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  // LLVM's OpenMP keeps a team of threads whose number changed, and loses it at the end.
  return "leak:libomp.so\n";
}
