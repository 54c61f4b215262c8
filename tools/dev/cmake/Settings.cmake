# Compiler settings, and the functions that every CMakeLists.txt below uses.

# None of it is for who uses the libraries installed.
add_library(vggstyle_settings INTERFACE)
target_include_directories(vggstyle_settings INTERFACE $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>
                                                       $<INSTALL_INTERFACE:include/vggstyle>)
target_compile_features(vggstyle_settings INTERFACE cxx_std_20)
# For C++ only: nvcc takes other options (Cuda.cmake).
target_compile_options(
  vggstyle_settings INTERFACE "$<BUILD_INTERFACE:$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wconversion;-Werror>>")
if(VGGSTYLE_SANITIZE)
  # Loops with checks in them are not vectorised, even where they are marked: Clang would warn of each.
  target_compile_options(
    vggstyle_settings
    INTERFACE "$<BUILD_INTERFACE:$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=address,undefined;-fno-sanitize-recover=undefined;-fno-omit-frame-pointer;$<$<CXX_COMPILER_ID:Clang>:-Wno-pass-failed>>>")
  target_link_options(vggstyle_settings INTERFACE $<BUILD_INTERFACE:-fsanitize=address,undefined>)
endif()

# What is no numerical kernel is as fast with these, and takes much less time to compile.
set(VGGSTYLE_LITTLE "$<$<COMPILE_LANGUAGE:CXX>:$<$<CONFIG:Release>:-O1>$<$<CONFIG:Debug>:-O0>>")

# The standard library, precompiled: parsing it is half of the work on most files. Once for each level
# of optimisation, because GCC 12 crashes where that differs; with OpenMP, as all that uses it is. Each
# file of the engine has its own includes nevertheless: with sanitizers it is compiled without.
file(CONFIGURE OUTPUT precompiled.cpp CONTENT "")  # its owner must have some source
foreach(owner vggstyle_precompiled vggstyle_precompiled_little)
  add_library(${owner} OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(${owner} PRIVATE vggstyle_settings OpenMP::OpenMP_CXX)
  target_precompile_headers(${owner} PRIVATE ${CMAKE_SOURCE_DIR}/runtime/precompiled.h)
endforeach()

target_compile_options(vggstyle_precompiled_little PRIVATE ${VGGSTYLE_LITTLE})

# vggstyle_optimize_little(target ...): for what is no numerical kernel.
function(vggstyle_optimize_little)
  foreach(target IN LISTS ARGN)
    target_compile_options(${target} PRIVATE ${VGGSTYLE_LITTLE})
    set_target_properties(${target} PROPERTIES PRECOMPILE_HEADERS_REUSE_FROM
                                               vggstyle_precompiled_little)
  endforeach()
endfunction()

# vggstyle_compile_together(target ...): some files at a time as one, since much of what the compiler does for them, headers
# and their templates, is the same. Names in unnamed namespaces must differ within a target.
function(vggstyle_compile_together)
  set_target_properties(${ARGN} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
endfunction()

# vggstyle_add_library(NAME SOURCES a.cpp ... LINK other ...)
function(vggstyle_add_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC vggstyle_settings ${arg_LINK})
  if(NOT VGGSTYLE_SANITIZE)
    set_target_properties(${name} PROPERTIES PRECOMPILE_HEADERS_REUSE_FROM vggstyle_precompiled)
  endif()
endfunction()

# vggstyle_leave_unsanitized(target ...): not in a build with sanitizers, unless something else needs it.
function(vggstyle_leave_unsanitized)
  if(VGGSTYLE_SANITIZE)
    set_target_properties(${ARGN} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
endfunction()

# vggstyle_add_test(NAME [LABEL label] [UNSANITIZED] SOURCES a.cpp ... LINK library ...): one doctest program; CTest runs
# each test case of it as a test of its own, named NAME: CASE. UNSANITIZED: there is none in a build with sanitizers. That is for
# what takes long and has nothing of its own that reads files of strangers, has threads or indexes memory: numerical code,
# and the tool as a whole, which tests/attack, fuzz, checkpoint and others run there.
function(vggstyle_add_test name)
  cmake_parse_arguments(arg "UNSANITIZED" "LABEL" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  vggstyle_optimize_little(${name})
  vggstyle_compile_together(${name})
  target_link_libraries(${name} PRIVATE vggstyle_test_main ${arg_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bin)
  if(arg_UNSANITIZED)
    vggstyle_leave_unsanitized(${name})
  endif()
  if(NOT (arg_UNSANITIZED AND VGGSTYLE_SANITIZE))
    doctest_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES TIMEOUT 600 LABELS "${arg_LABEL}")
  endif()
endfunction()
