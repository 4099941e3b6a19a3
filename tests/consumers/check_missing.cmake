# Configurations in which dependencies are missing: what is left out, what is an error, and what each says. The package is
# installed under an include directory that is not called include.
#   cmake -DTREE=... -DSCRATCH=... -DGENERATOR=... -DMAKE_PROGRAM=... -DCOMPILER=... -P check_missing.cmake
# SPDX-License-Identifier: MIT
cmake_minimum_required(VERSION 3.21)
file(REMOVE_RECURSE "${SCRATCH}")
set(failures 0)

# expect(NAME WORKS|FAILS "REGEX;..." COMMAND...): how the command ends, and what its output says (lines joined by blanks).
function(expect name outcome patterns)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " text "${output}")
  set(wrong "")
  if(outcome STREQUAL "WORKS" AND NOT result STREQUAL "0")
    list(APPEND wrong "failed (${result})")
  elseif(outcome STREQUAL "FAILS" AND result STREQUAL "0")
    list(APPEND wrong "worked")
  endif()
  foreach(pattern IN LISTS patterns)
    if(NOT text MATCHES "${pattern}")
      list(APPEND wrong "does not say: ${pattern}")
    endif()
  endforeach()
  if(wrong)
    list(JOIN wrong "; " wrong)
    message("${name}: ${wrong}\n${output}")
    math(EXPR failures "${failures} + 1")
    set(failures ${failures} PARENT_SCOPE)
  else()
    message("${name}: ok")
  endif()
endfunction()

set(configure "${CMAKE_COMMAND}" -G "${GENERATOR}" "-DCMAKE_MAKE_PROGRAM=${MAKE_PROGRAM}"
  "-DCMAKE_CXX_COMPILER=${COMPILER}")
set(no_eigen -DCMAKE_DISABLE_FIND_PACKAGE_Eigen3=ON)
set(no_json -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON)
set(no_catch2 -DCMAKE_DISABLE_FIND_PACKAGE_Catch2=ON)
set(no_benchmark -DCMAKE_DISABLE_FIND_PACKAGE_benchmark=ON)
set(no_cli11 -DCMAKE_DISABLE_FIND_PACKAGE_CLI11=ON)

# rope's own build: a part that lacks its dependency is left out and said so; asked for by name it is an error.
set(own "${SCRATCH}/own")
set(lines "without Catch2[^:]*: the tests" "without Google Benchmark[^:]*: rope_bench"
  "without CLI11[^:]*: the command rope" "without Eigen[^:]*: [a-z_, ]*rope_minimal_eigen"
  "without nlohmann_json[^:]*: [a-z_, ]*rope_demo")
expect("nothing is there" WORKS "${lines}" ${configure} -S "${TREE}" -B "${own}"
  ${no_eigen} ${no_json} ${no_catch2} ${no_benchmark} ${no_cli11} -DCMAKE_INSTALL_INCLUDEDIR=headers)
foreach(target IN ITEMS rope_cli rope_bench rope_minimal_eigen)
  expect("--target ${target}" FAILS "${target} cannot be built without"
    "${CMAKE_COMMAND}" --build "${own}" --target ${target})
endforeach()
expect("install without building" WORKS "" "${CMAKE_COMMAND}" --install "${own}" --prefix "${SCRATCH}/prefix")
foreach(part IN ITEMS TESTS:Catch2 "BENCH:Google Benchmark")
  string(REPLACE ":" ";" part "${part}")
  list(POP_FRONT part name)
  expect("ROPE_BUILD_${name}=ON" FAILS "ROPE_BUILD_${name} is ON, but [a-z_ ]+ cannot be built without ${part}"
    ${configure} -S "${TREE}" -B "${own}" -DROPE_BUILD_${name}=ON)
  file(REMOVE "${own}/CMakeCache.txt")
  expect("ROPE_BUILD_${name}=OFF" WORKS "" ${configure} -S "${TREE}" -B "${own}" ${no_catch2} ${no_benchmark}
    -DROPE_BUILD_${name}=OFF)
endforeach()

# The installed package, used with find_package(rope ARGUMENTS).
function(expect_user name outcome patterns arguments)
  set(folder "${SCRATCH}/user")
  file(REMOVE_RECURSE "${folder}")
  file(WRITE "${folder}/CMakeLists.txt" "cmake_minimum_required(VERSION 3.21)
project(user LANGUAGES CXX)
find_package(rope ${arguments})
if(rope_FOUND)
  add_executable(user main.cpp)
  target_link_libraries(user PRIVATE rope::core)
endif()
")
  file(WRITE "${folder}/main.cpp" "#include <rope/support/version.hpp>\nint main() {}\n")
  expect("${name}" "${outcome}" "${patterns}" ${configure} -S "${folder}" -B "${folder}/build"
    "-DCMAKE_PREFIX_PATH=${SCRATCH}/prefix" ${ARGN})
  if(outcome STREQUAL "WORKS")
    expect("${name}: built" WORKS "" "${CMAKE_COMMAND}" --build "${folder}/build")
  endif()
  set(failures ${failures} PARENT_SCOPE)
endfunction()

set(lines "rope::rope needs Eigen3 3.4 or newer, which was not found"
  "it is not defined .an error with REQUIRED COMPONENTS rope."
  "rope::json needs nlohmann_json 3.8 or newer, which was not found")
expect_user("without COMPONENTS" WORKS "${lines}" REQUIRED ${no_eigen} ${no_json})
list(REMOVE_AT lines 1)
expect_user("COMPONENTS rope json" FAILS "${lines}"
  "REQUIRED COMPONENTS rope json" ${no_eigen} ${no_json})

# An old nlohmann_json, as its own package would present itself.
file(WRITE "${SCRATCH}/old/nlohmann_jsonConfig.cmake" "add_library(nlohmann_json::nlohmann_json INTERFACE IMPORTED)\n")
file(WRITE "${SCRATCH}/old/nlohmann_jsonConfigVersion.cmake"
  "set(PACKAGE_VERSION 3.7.3)\nset(PACKAGE_VERSION_COMPATIBLE TRUE)\n")
expect_user("an old nlohmann_json" FAILS "rope::json needs nlohmann_json 3.8 or newer, found 3.7.3"
  "REQUIRED COMPONENTS json" "-Dnlohmann_json_DIR=${SCRATCH}/old")
expect("an old nlohmann_json, as a subproject" WORKS "nlohmann_json 3.7.3 is older than 3.8; rope::json is not defined"
  ${configure} -S "${TREE}" -B "${SCRATCH}/old_json" -DROPE_BUILD_TESTS=OFF -DROPE_BUILD_BENCH=OFF -DROPE_BUILD_EXAMPLES=OFF
  "-Dnlohmann_json_DIR=${SCRATCH}/old")

if(failures)
  message(FATAL_ERROR "${failures} checks failed")
endif()
