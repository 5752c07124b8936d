# SPDX-License-Identifier: Apache-2.0
#
# signalbox_module(<path> SOURCES … [TESTS …] [BENCHES …] [FUZZ …] [TESTING …]
#                  [DEPS <module>…] [TEST_DEPS <module>…] [EXTERNAL <target>…])
#
# One module: a static library, its tests, benchmarks and fuzz targets. The compiler sees only the
# module itself and its declared dependencies: <build>/inc/<module>/ holds one link, to the module's
# folder, and only those folders are on the include path. A forbidden include fails to compile; a
# dependency on a module that stands later in src/CMakeLists.txt fails to configure.
#
#   SOURCES   the library's .cc files (headers need not be listed)
#   TESTS     *_test.cc; linked into one program sb_<module>_test, run by ctest
#   BENCHES   *_bench.cc; one program sb_<module>_bench (Google Benchmark), only with SIGNALBOX_BENCH
#   FUZZ      *_fuzz.cc; one program each; ctest replays fuzz/corpus/<name>/ through it
#   TESTING   support code of tests in <module>/testing/, a library sb_<module>_testing
#   DEPS      modules (paths below src/) that stand earlier in src/CMakeLists.txt
#   TEST_DEPS modules that only the tests use, also earlier ones
#   EXTERNAL  imported targets or system libraries; the client library signalbox::sdk only in `server`
set(SIGNALBOX_FUZZ_MAIN "${PROJECT_SOURCE_DIR}/fuzz/replay_main.cc")

function(signalbox_link_module target module user)
  string(REPLACE "/" "_" dep_target "sb_${module}")
  if(NOT TARGET ${dep_target})
    message(FATAL_ERROR
            "${user} may not use ${module}: it does not stand above it in src/CMakeLists.txt")
  endif()
  target_link_libraries(${target} PUBLIC ${dep_target})
endfunction()

function(signalbox_module path)
  cmake_parse_arguments(M "" "" "SOURCES;TESTS;BENCHES;FUZZ;TESTING;DEPS;TEST_DEPS;EXTERNAL" ${ARGN})
  if(M_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "signalbox_module(${path}): unknown arguments ${M_UNPARSED_ARGUMENTS}")
  endif()
  if("signalbox::sdk" IN_LIST M_EXTERNAL AND NOT path STREQUAL "server")
    message(FATAL_ERROR "${path} may not use signalbox::sdk: only server does, to trace itself")
  endif()
  string(REPLACE "/" "_" name "sb_${path}")
  cmake_path(GET path PARENT_PATH room)
  set(inc "${PROJECT_BINARY_DIR}/inc/${name}")
  file(MAKE_DIRECTORY "${inc}/${room}")
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/src/${path}" "${inc}/${path}" SYMBOLIC)

  add_library(${name} STATIC ${M_SOURCES})
  target_include_directories(${name} PUBLIC "${inc}")
  target_link_libraries(${name} PUBLIC ${M_EXTERNAL} Threads::Threads)
  foreach(dep IN LISTS M_DEPS)
    signalbox_link_module(${name} ${dep} ${path})
  endforeach()

  if(M_TESTING AND (SIGNALBOX_TESTS OR SIGNALBOX_BENCH))
    add_library(${name}_testing STATIC ${M_TESTING})
    target_link_libraries(${name}_testing PUBLIC ${name})
    if(SIGNALBOX_TESTS)
      target_link_libraries(${name}_testing PUBLIC GTest::gtest)
    endif()
  endif()
  if(SIGNALBOX_TESTS AND M_TESTS)
    add_executable(${name}_test ${M_TESTS})
    target_link_libraries(${name}_test PRIVATE ${name} GTest::gtest GTest::gmock GTest::gtest_main)
    signalbox_link_test_support(${name} "${M_DEPS}" "${M_TEST_DEPS}" ${path} ${name}_test)
    add_test(NAME ${path} COMMAND ${name}_test)
    # Against tests that hang; the longest (kills of the event store, two CPU minutes with ASan) take
    # several times as long on a machine that others use.
    set_tests_properties(${path} PROPERTIES TIMEOUT 1200)
  endif()
  if(SIGNALBOX_BENCH AND M_BENCHES)
    add_executable(${name}_bench ${M_BENCHES})
    target_link_libraries(${name}_bench PRIVATE ${name} benchmark::benchmark_main)
    signalbox_link_test_support(${name} "${M_DEPS}" "${M_TEST_DEPS}" ${path} ${name}_bench)
  endif()
  if(SIGNALBOX_TESTS)
    foreach(source IN LISTS M_FUZZ)
      signalbox_fuzz_target(${name} ${path} ${source})
      cmake_path(GET source STEM stem)
      signalbox_link_test_support(${name} "${M_DEPS}" "${M_TEST_DEPS}" ${path} sb_fuzz_${stem})
    endforeach()
  endif()
endfunction()

# Links what only tests, benchmarks and fuzz targets of a module may use.
function(signalbox_link_test_support name deps test_deps path target)
  if(TARGET ${name}_testing)
    target_link_libraries(${target} PRIVATE ${name}_testing)
  endif()
  foreach(dep IN LISTS deps test_deps)
    string(REPLACE "/" "_" dep_target "sb_${dep}")
    if(NOT TARGET ${dep_target})
      message(FATAL_ERROR
              "tests of ${path} may not use ${dep}: it does not stand above it in src/CMakeLists.txt")
    endif()
    target_link_libraries(${target} PRIVATE ${dep_target})
    if(TARGET ${dep_target}_testing)
      target_link_libraries(${target} PRIVATE ${dep_target}_testing)
    endif()
  endforeach()
endfunction()

function(signalbox_fuzz_target name path source)
  cmake_path(GET source STEM stem)
  set(fuzz "sb_fuzz_${stem}")
  add_executable(${fuzz} ${source})
  target_link_libraries(${fuzz} PRIVATE ${name})
  if(TARGET ${name}_testing)
    target_link_libraries(${fuzz} PRIVATE ${name}_testing)
  endif()
  if(SIGNALBOX_LIBFUZZER)
    target_compile_options(${fuzz} PRIVATE -fsanitize=fuzzer)
    target_link_options(${fuzz} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${fuzz} PRIVATE "${SIGNALBOX_FUZZ_MAIN}")
  endif()
  add_test(NAME fuzz/${stem} COMMAND ${fuzz} "${PROJECT_SOURCE_DIR}/fuzz/corpus/${stem}")
  if(SIGNALBOX_LIBFUZZER)
    set_tests_properties(fuzz/${stem} PROPERTIES DISABLED TRUE)
  endif()
endfunction()
