# What is found on this machine, and what that turns on. Everything is found here and nowhere else.

set(VGGSTYLE_SUMMARY "")
function(vggstyle_note what found effect)
  string(LENGTH "${what}" length)
  math(EXPR pad "22 - ${length}")
  string(REPEAT " " ${pad} padding)
  string(LENGTH "${found}" length)
  math(EXPR pad "26 - ${length}")
  if(pad LESS 1)
    set(pad 1)
  endif()
  string(REPEAT " " ${pad} padding2)
  set(VGGSTYLE_SUMMARY "${VGGSTYLE_SUMMARY}\n  ${what}${padding}${found}${padding2}${effect}" PARENT_SCOPE)
endfunction()
function(vggstyle_print_summary)
  message(STATUS "vggstyle ${PROJECT_VERSION}, ${CMAKE_BUILD_TYPE}, ${CMAKE_CXX_COMPILER_ID} "
                 "${CMAKE_CXX_COMPILER_VERSION}:${VGGSTYLE_SUMMARY}")
endfunction()

# CPU backend
find_package(OpenMP REQUIRED COMPONENTS CXX)
# Not through oneDNN's CMake package: Debian's wants OpenCL, which the CPU part does not use.
find_path(DNNL_INCLUDE_DIR dnnl.hpp REQUIRED)
find_library(DNNL_LIBRARY dnnl REQUIRED)
file(STRINGS ${DNNL_INCLUDE_DIR}/oneapi/dnnl/dnnl_version.h version_lines REGEX "VERSION_M[A-Z]+ ")
string(REGEX MATCHALL "[0-9]+" version_numbers "${version_lines}")
list(JOIN version_numbers "." DNNL_VERSION)
if(NOT DNNL_VERSION VERSION_LESS 3)
  message(FATAL_ERROR "oneDNN ${DNNL_VERSION} was found; vggstyle needs version 2 (Debian 12's "
                      "libdnnl-dev), because version 3 has another programming interface")
endif()
add_library(vggstyle_dnnl INTERFACE)
target_include_directories(vggstyle_dnnl SYSTEM INTERFACE ${DNNL_INCLUDE_DIR})
target_link_libraries(vggstyle_dnnl INTERFACE ${DNNL_LIBRARY})
vggstyle_note("oneDNN" "${DNNL_VERSION}" "CPU backend")
vggstyle_note("OpenMP" "${OpenMP_CXX_VERSION}" "CPU backend on all cores")

include(Cuda)  # the CUDA backend: nvcc, cuBLAS, and for which GPUs

if(VGGSTYLE_TOOL)
  find_package(HDF5 REQUIRED COMPONENTS C)
  add_library(vggstyle_hdf5 INTERFACE)
  target_include_directories(vggstyle_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
  target_compile_definitions(vggstyle_hdf5 INTERFACE ${HDF5_C_DEFINITIONS})
  target_link_libraries(vggstyle_hdf5 INTERFACE ${HDF5_C_LIBRARIES})
  vggstyle_note("HDF5" "${HDF5_VERSION}" "weights, evaluate")
  find_package(PNG REQUIRED)
  find_package(JPEG REQUIRED)
  vggstyle_note("libpng, libjpeg" "${PNG_VERSION_STRING}, ${JPEG_VERSION}" "pictures")
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(lcms2 REQUIRED IMPORTED_TARGET lcms2)
  pkg_check_modules(exif REQUIRED IMPORTED_TARGET libexif)
  pkg_check_modules(zimg REQUIRED IMPORTED_TARGET zimg)
  vggstyle_note("lcms2, libexif, zimg" "${lcms2_VERSION}, ${exif_VERSION}, ${zimg_VERSION}"
                "colour profiles, orientation, resampling")
  find_package(fmt REQUIRED)
  find_package(nlohmann_json REQUIRED)
  find_package(CLI11 REQUIRED)
  vggstyle_note("CLI11, fmt, json" "${CLI11_VERSION}, ${fmt_VERSION}, ${nlohmann_json_VERSION}"
                "the tool")
endif()

if(VGGSTYLE_TESTS)
  find_package(doctest REQUIRED)
  include(doctest)
  vggstyle_note("doctest" "${doctest_VERSION}" "tests")
endif()
