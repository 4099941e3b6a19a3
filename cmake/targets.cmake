# The library's targets: rope::core (no dependency), rope::rope (with Eigen), rope::json (with nlohmann_json).
# A target whose dependency is not found does not exist, so that linking it is an error with its name in it.
# No compile or link option is passed on besides C++17.
# rope::compiled: rope::core compiled once, for programs of many source files (include/rope/support/linkage.hpp), and the
# interface for C, <rope/rope.h>. A static
# library here, built where something links it; a find_package gives its source file to what links it, so that the flags agree.
# SPDX-License-Identifier: MIT

add_library(rope_core INTERFACE)
add_library(rope::core ALIAS rope_core)
set_target_properties(rope_core PROPERTIES EXPORT_NAME core)
target_compile_features(rope_core INTERFACE cxx_std_17)
# The whole library as one file: the target writes build/NAME/single/rope.hpp, rope_json.hpp and rope_eigen.hpp. With
# ROPE_TEST_SINGLE_HEADER everything in this build, the tests too, takes the library from there, by headers of the usual names.
option(ROPE_TEST_SINGLE_HEADER "Build the tests and programs against the library as one file" OFF)
mark_as_advanced(ROPE_TEST_SINGLE_HEADER)
set(rope_include "${PROJECT_SOURCE_DIR}/include")
set(rope_write_single "${CMAKE_COMMAND}" "-DINCLUDE=${rope_include}" "-DOUTPUT=${PROJECT_BINARY_DIR}/single")
if(ROPE_TEST_SINGLE_HEADER)
  set(rope_include "${PROJECT_BINARY_DIR}/single/forward")
  list(APPEND rope_write_single "-DFORWARD=${rope_include}")
endif()
list(APPEND rope_write_single -P "${CMAKE_CURRENT_LIST_DIR}/single_header.cmake")
if(ROPE_TEST_SINGLE_HEADER)
  file(GLOB_RECURSE rope_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/rope/*.hpp"
    "${PROJECT_SOURCE_DIR}/include/rope/*.inc")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${rope_headers})
  execute_process(COMMAND ${rope_write_single} COMMAND_ERROR_IS_FATAL ANY)
endif()
if(PROJECT_IS_TOP_LEVEL)
  add_custom_target(single_header COMMAND ${rope_write_single} VERBATIM COMMENT "Writing single/rope.hpp")
endif()

target_include_directories(rope_core INTERFACE "$<BUILD_INTERFACE:${rope_include}>") # installed: see install.cmake

# Eigen 3.4 and 5.x are both fine; each refuses the other's version number, so none is asked of find_package.
if(NOT TARGET Eigen3::Eigen)
  find_package(Eigen3 CONFIG QUIET)
endif()
set(rope_has_eigen FALSE)
if(TARGET Eigen3::Eigen)
  if(Eigen3_VERSION AND Eigen3_VERSION VERSION_LESS 3.4)
    message(STATUS "rope: Eigen ${Eigen3_VERSION} is older than 3.4; rope::rope is not defined")
  else()
    set(rope_has_eigen TRUE)
  endif()
else()
  rope_install_hint(Eigen hint)
  message(STATUS "rope: Eigen was not found${hint}; rope::rope is not defined (rope::core is)")
endif()

# 3.8 is the first with binary_t, which the reader of metadata names.
if(NOT TARGET nlohmann_json::nlohmann_json)
  find_package(nlohmann_json CONFIG QUIET)
endif()
set(rope_has_json FALSE)
if(TARGET nlohmann_json::nlohmann_json)
  if(nlohmann_json_VERSION AND nlohmann_json_VERSION VERSION_LESS 3.8)
    message(STATUS "rope: nlohmann_json ${nlohmann_json_VERSION} is older than 3.8; rope::json is not defined")
  else()
    set(rope_has_json TRUE)
  endif()
else()
  rope_install_hint(nlohmann_json hint)
  message(STATUS "rope: nlohmann_json was not found${hint}; rope::json is not defined (rope::core is)")
endif()

# Both always exist under their private names, so that an installed package does not depend on what was found when
# it was installed; the public name is given only where the dependency is there.
add_library(rope_rope INTERFACE)
set_target_properties(rope_rope PROPERTIES EXPORT_NAME rope)
target_link_libraries(rope_rope INTERFACE rope_core "$<INSTALL_INTERFACE:Eigen3::Eigen>")
if(rope_has_eigen)
  target_link_libraries(rope_rope INTERFACE "$<BUILD_INTERFACE:Eigen3::Eigen>")
  add_library(rope::rope ALIAS rope_rope)
endif()

add_library(rope_json INTERFACE)
set_target_properties(rope_json PROPERTIES EXPORT_NAME json)
target_link_libraries(rope_json INTERFACE rope_core "$<INSTALL_INTERFACE:nlohmann_json::nlohmann_json>")
if(rope_has_json)
  target_link_libraries(rope_json INTERFACE "$<BUILD_INTERFACE:nlohmann_json::nlohmann_json>")
  add_library(rope::json ALIAS rope_json)
endif()

# Position independent, so that it can go into a shared library; calls within it stay direct.
add_library(rope_compiled STATIC EXCLUDE_FROM_ALL "${CMAKE_CURRENT_LIST_DIR}/compiled.cpp"
  "${CMAKE_CURRENT_LIST_DIR}/compiled_c.cpp")
set_target_properties(rope_compiled PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_compile_options(rope_compiled PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-semantic-interposition>)
target_compile_definitions(rope_compiled PUBLIC ROPE_SEPARATE_COMPILATION)
target_link_libraries(rope_compiled PUBLIC rope_core)
add_library(rope::compiled ALIAS rope_compiled)
