# SPDX-License-Identifier: Apache-2.0
# Compiler settings that hold for every target, and the switches that the presets set.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

set(SIGNALBOX_SANITIZE "" CACHE STRING "Sanitizers, as given to -fsanitize= (address,undefined or thread)")
option(SIGNALBOX_LIBFUZZER "Link fuzz targets with libFuzzer (clang only) instead of the corpus driver" OFF)
option(SIGNALBOX_BENCH "Build the benchmark programs that stand beside the code" OFF)
option(SIGNALBOX_TESTS "Build the test programs" ON)
set(SIGNALBOX_MODULES "" CACHE STRING
    "Build only these modules and what they stand on (list of paths below src/); empty: all")

find_program(SIGNALBOX_CCACHE ccache)
if(SIGNALBOX_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths are rewritten relative to the source tree, so that several build folders share one cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
      "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${SIGNALBOX_CCACHE}")
endif()
find_program(SIGNALBOX_MOLD mold)
if(SIGNALBOX_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Answers have to be exact: no contraction into fused multiply-add, never -ffast-math.
add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Werror -ffp-contract=off
                    -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # libstdc++ 12 uses its own deprecated get_temporary_buffer in stable_sort.
  # As with g++, -Wconversion is about values, not about a literal's sign.
  add_compile_options(-Wthread-safety -Wno-deprecated-declarations -Wno-sign-conversion)
  # RapidJSON 1.1.0 assigns a const member in a template that nobody instantiates; clang 19 refuses
  # it on sight. The build folder gets a copy of that header without the assignment.
  find_path(SIGNALBOX_RAPIDJSON rapidjson/document.h REQUIRED)
  file(READ "${SIGNALBOX_RAPIDJSON}/rapidjson/document.h" rapidjson_document)
  string(REPLACE "{ s = rhs.s; length = rhs.length; }" "= delete;" rapidjson_document
         "${rapidjson_document}")
  file(GLOB rapidjson_headers RELATIVE "${SIGNALBOX_RAPIDJSON}" "${SIGNALBOX_RAPIDJSON}/rapidjson/*")
  foreach(header IN LISTS rapidjson_headers)
    file(COPY "${SIGNALBOX_RAPIDJSON}/${header}" DESTINATION "${CMAKE_BINARY_DIR}/rapidjson_clang/rapidjson")
  endforeach()
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/rapidjson_clang/rapidjson/document.h"
       CONTENT "${rapidjson_document}" @ONLY)
  # Its empty stack adds to a null pointer, which clang's sanitizer ends a fuzz target for.
  file(READ "${SIGNALBOX_RAPIDJSON}/rapidjson/internal/stack.h" rapidjson_stack)
  string(REPLACE "stackTop_ + sizeof(T) * count > stackEnd_"
         "static_cast<std::ptrdiff_t>(sizeof(T) * count) > stackEnd_ - stackTop_" rapidjson_stack
         "${rapidjson_stack}")
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/rapidjson_clang/rapidjson/internal/stack.h"
       CONTENT "${rapidjson_stack}" @ONLY)
  include_directories(SYSTEM BEFORE "${CMAKE_BINARY_DIR}/rapidjson_clang")
else()
  # g++ 12 warns of its own inlined std::optional and std::string at -O2 (GCC bugs 105562, 105651);
  # real cases are found by the sanitizer builds.
  add_compile_options("$<$<CONFIG:Release>:-Wno-maybe-uninitialized;-Wno-restrict>")
endif()
# x86-64-v2 is what every server CPU since 2009 has; wider paths are chosen at run time.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  add_compile_options(-march=x86-64-v2)
endif()
if(SIGNALBOX_LIBFUZZER)
  # Every module is instrumented, so that a fuzz target is led by the code it tests, not by its own.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(SIGNALBOX_SANITIZE)
  add_compile_options(-fsanitize=${SIGNALBOX_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SIGNALBOX_SANITIZE})
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
if(SIGNALBOX_TESTS)
  find_package(GTest REQUIRED)
endif()
if(SIGNALBOX_BENCH)
  find_package(benchmark REQUIRED)
endif()

# Libraries that modules name in EXTERNAL.
find_package(fmt REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
