# The CUDA backend: whether this build has it (VGGSTYLE_WITH_CUDA), for which GPUs
# (CMAKE_CUDA_ARCHITECTURES), and the function that makes its libraries.

# With VGGSTYLE_CUDA=ON: machine code for each, and PTX of the newest, which the driver compiles for
# what comes.
set(VGGSTYLE_ALL_ARCHITECTURES 75-real 80-real 86-real 89-real 90a-real 120)
set(VGGSTYLE_OLDEST_ARCHITECTURE 75)

set(VGGSTYLE_WITH_CUDA OFF)

# vggstyle_add_cuda_library(NAME SOURCES a.cu b.cpp ... LINK other ...): as vggstyle_add_library; .cu
# goes through nvcc, .cpp through the C++ compiler with CUDA's headers. Only where VGGSTYLE_WITH_CUDA.
function(vggstyle_add_cuda_library name)
  vggstyle_add_library(${name} ${ARGN})
  target_link_libraries(${name} PUBLIC vggstyle_cuda_settings)
endfunction()

# The compute capabilities of the GPUs of this machine, "75;90", or nothing.
function(vggstyle_find_gpus result)
  find_program(NVIDIA_SMI nvidia-smi PATHS /usr/local/nvidia/bin /usr/lib/wsl/lib)
  mark_as_advanced(NVIDIA_SMI)
  set(gpus "")
  if(NVIDIA_SMI)
    execute_process(COMMAND ${NVIDIA_SMI} --query-gpu=compute_cap --format=csv,noheader
                    OUTPUT_VARIABLE output ERROR_QUIET)
    string(REGEX MATCHALL "[0-9]+\\.[0-9]" gpus "${output}")
    list(TRANSFORM gpus REPLACE "\\." "")
    list(REMOVE_DUPLICATES gpus)
    list(SORT gpus COMPARE NATURAL)
  endif()
  set(${result} "${gpus}" PARENT_SCOPE)
endfunction()

# Folders of Python's nvidia-* wheels, which may be all that a machine has of cuBLAS and cuDNN.
function(vggstyle_find_wheels result)
  find_program(VGGSTYLE_PYTHON NAMES python3 python)
  mark_as_advanced(VGGSTYLE_PYTHON)
  set(wheels "")
  if(VGGSTYLE_PYTHON)
    execute_process(COMMAND ${VGGSTYLE_PYTHON} -c "import sys; print(';'.join(filter(None, sys.path)))"
                    OUTPUT_VARIABLE folders OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    foreach(folder IN LISTS folders)
      file(GLOB found LIST_DIRECTORIES true "${folder}/nvidia/*")
      list(APPEND wheels ${found})
    endforeach()
  endif()
  set(${result} "${wheels}" PARENT_SCOPE)
endfunction()

# vggstyle_find_nvidia_library(cublas HEADER cublas_v2.h MAJOR 13 LIBRARIES cublas cublasLt): sets
# cublas_INCLUDE_DIR and cublas_LIBRARIES; the latter is empty if any part is missing. MAJOR is in
# the name of a wheel's library, which has no plain .so.
function(vggstyle_find_nvidia_library name)
  cmake_parse_arguments(arg "" "HEADER;MAJOR" "LIBRARIES" ${ARGN})
  vggstyle_find_wheels(wheels)
  find_path(${name}_INCLUDE_DIR ${arg_HEADER} HINTS ${CUDAToolkit_INCLUDE_DIRS} ${wheels}
            PATH_SUFFIXES include)
  mark_as_advanced(${name}_INCLUDE_DIR)
  set(files "")
  foreach(library IN LISTS arg_LIBRARIES)
    find_library(${library}_LIBRARY NAMES ${library} lib${library}.so.${arg_MAJOR}
                 HINTS ${CUDAToolkit_LIBRARY_DIR} ${wheels} PATH_SUFFIXES lib)
    mark_as_advanced(${library}_LIBRARY)
    list(APPEND files ${${library}_LIBRARY})
  endforeach()
  if(NOT ${name}_INCLUDE_DIR OR "${files}" MATCHES "NOTFOUND")
    set(files "")
  endif()
  set(${name}_LIBRARIES "${files}" PARENT_SCOPE)
endfunction()

# The version that a header says in "#define <prefix>MAJOR 13" and MINOR.
function(vggstyle_header_version result header prefix)
  file(STRINGS ${header} lines REGEX "define +${prefix}(MAJOR|MINOR) ")
  string(REGEX MATCHALL "[0-9]+" numbers "${lines}")
  list(JOIN numbers "." version)
  set(${result} "${version}" PARENT_SCOPE)
endfunction()

# Says why there is no CUDA: an error if it was demanded, a line of the summary if not.
macro(vggstyle_without_cuda what found remedy)
  if(VGGSTYLE_CUDA STREQUAL "ON")
    message(FATAL_ERROR "CUDA is demanded (VGGSTYLE_CUDA=ON, the preset cuda), but ${what}: ${found}; "
                        "${remedy}, or use the preset release")
  endif()
  vggstyle_note("${what}" "${found}" "no CUDA: ${remedy}")
endmacro()

macro(vggstyle_find_cuda)
  if(CMAKE_CUDA_COMPILER)
    set(NVCC ${CMAKE_CUDA_COMPILER})
  elseif(DEFINED ENV{CUDACXX})
    set(NVCC $ENV{CUDACXX})
  else()
    find_program(NVCC nvcc PATHS $ENV{CUDA_HOME}/bin $ENV{CUDA_PATH}/bin /usr/local/cuda/bin)
  endif()
  vggstyle_find_gpus(gpus)
  set(nvcc_version "")
  if(NVCC)
    execute_process(COMMAND ${NVCC} --version OUTPUT_VARIABLE nvcc_output)
    string(REGEX MATCH "release ([0-9.]+)" nvcc_output "${nvcc_output}")
    set(nvcc_version ${CMAKE_MATCH_1})
    execute_process(COMMAND ${NVCC} --list-gpu-code OUTPUT_VARIABLE nvcc_codes)
  endif()
  # What was asked for on the command line stands; else what VGGSTYLE_CUDA means.
  set(architectures "${CMAKE_CUDA_ARCHITECTURES}")
  if(NOT architectures OR architectures STREQUAL "native")
    if(VGGSTYLE_CUDA STREQUAL "ON" AND NOT architectures STREQUAL "native")
      set(architectures ${VGGSTYLE_ALL_ARCHITECTURES})
    else()
      set(architectures ${gpus})
      list(TRANSFORM architectures APPEND "-real")
    endif()
  endif()
  # Code for 9.0 alone has wgmma, which code for 9.0 and later has not.
  list(TRANSFORM architectures REPLACE "^90(-|$)" "90a\\1")
  set(unknown "")
  foreach(architecture IN LISTS architectures)
    # nvcc does not list the variants: 90a is one of 90.
    string(REGEX MATCH "^[0-9]+" number "${architecture}")
    if(number STREQUAL "" OR number LESS VGGSTYLE_OLDEST_ARCHITECTURE
       OR NOT nvcc_codes MATCHES "sm_${number}[^0-9]")
      list(APPEND unknown ${architecture})
    endif()
  endforeach()

  if(NOT NVCC)
    vggstyle_without_cuda("nvcc" "not found" "install the CUDA toolkit")
  elseif(nvcc_version VERSION_LESS 12)
    vggstyle_without_cuda("nvcc" "${nvcc_version}" "version 12 or newer is needed")
  elseif(NOT architectures)
    vggstyle_note("nvcc" "${nvcc_version}" "unused: nvidia-smi shows no GPU (preset cuda: all the same)")
  elseif(unknown)
    vggstyle_without_cuda(
      "GPU architectures" "${unknown}"
      "sm_${VGGSTYLE_OLDEST_ARCHITECTURE} or newer is needed, and an nvcc that knows it")
  else()
    set(CMAKE_CUDA_ARCHITECTURES ${architectures})
    vggstyle_enable_cuda()
  endif()
endmacro()

# The target vggstyle_<name> for a library that was looked for, perhaps in vain: what uses it is
# compiled with VGGSTYLE_WITH_<NAME> 1 or 0.
function(vggstyle_add_nvidia_library name title version_header prefix what_for)
  add_library(vggstyle_${name} INTERFACE)
  string(TOUPPER ${name} upper)
  if(${name}_LIBRARIES)
    vggstyle_header_version(version ${${name}_INCLUDE_DIR}/${version_header} ${prefix})
    vggstyle_note("${title}" "${version}" "${what_for}")
    target_compile_definitions(vggstyle_${name} INTERFACE VGGSTYLE_WITH_${upper}=1)
    target_include_directories(vggstyle_${name} SYSTEM INTERFACE ${${name}_INCLUDE_DIR})
    target_link_libraries(vggstyle_${name} INTERFACE CUDA::cudart_static ${${name}_LIBRARIES})
  else()
    vggstyle_note("${title}" "not found" "no ${what_for}")
    target_compile_definitions(vggstyle_${name} INTERFACE VGGSTYLE_WITH_${upper}=0)
  endif()
endfunction()

macro(vggstyle_enable_cuda)
  set(CMAKE_CUDA_COMPILER ${NVCC})
  if(NOT CMAKE_CUDA_HOST_COMPILER AND NOT DEFINED ENV{CUDAHOSTCXX})
    set(CMAKE_CUDA_HOST_COMPILER ${CMAKE_CXX_COMPILER})
  endif()
  enable_language(CUDA)
  if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25.1 does not know that nvcc has it
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
  endif()
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(CMAKE_CUDA_EXTENSIONS OFF)
  find_package(CUDAToolkit REQUIRED)
  vggstyle_find_nvidia_library(cublas HEADER cublas_v2.h MAJOR ${CUDAToolkit_VERSION_MAJOR}
                               LIBRARIES cublas cublasLt)
  vggstyle_find_nvidia_library(cudnn HEADER cudnn.h MAJOR 9 LIBRARIES cudnn)
  set(VGGSTYLE_WITH_CUDA ON)
  list(JOIN CMAKE_CUDA_ARCHITECTURES ", " names)
  vggstyle_note("nvcc" "${nvcc_version}" "CUDA backend, for sm ${names}")

  # The options of .cu files, and what .cpp files need to call CUDA.
  add_library(vggstyle_cuda_settings INTERFACE)
  target_link_libraries(vggstyle_cuda_settings INTERFACE CUDA::cudart_static)
  target_compile_options(
    vggstyle_cuda_settings
    INTERFACE
      # Line numbers in the profiler cost nothing.
      "$<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings;-Xcompiler=-Wall,-Wextra,-Werror;-lineinfo>")

  vggstyle_add_nvidia_library(cublas "cuBLAS" cublas_api.h CUBLAS_VER_ "--gram-product cublas")
  vggstyle_add_nvidia_library(cudnn "cuDNN" cudnn_version.h CUDNN_ "--conv cudnn")
endmacro()

if(NOT VGGSTYLE_CUDA MATCHES "^(AUTO|ON|OFF)$")
  message(FATAL_ERROR "VGGSTYLE_CUDA must be AUTO, ON or OFF, not '${VGGSTYLE_CUDA}'")
elseif(VGGSTYLE_CUDA STREQUAL "OFF")
  vggstyle_note("CUDA" "not looked for" "no CUDA: VGGSTYLE_CUDA=OFF")
else()
  vggstyle_find_cuda()
endif()
