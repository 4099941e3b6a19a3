# The optional parts of the build (tests, benchmarks, examples), and what of them is left out because something is missing.
# SPDX-License-Identifier: MIT

# ROPE_BUILD_<PART>: AUTO builds the part where rope is the top level, as far as its dependencies are there. ON builds it
# anywhere, and a part that cannot be built at all is an error. Sets rope_build_<part>.
function(rope_part part what)
  string(TOUPPER "ROPE_BUILD_${part}" option)
  set(${option} AUTO CACHE STRING "Build ${what}: AUTO (where rope is the top level), ON or OFF")
  set_property(CACHE ${option} PROPERTY STRINGS AUTO ON OFF)
  if(${option} STREQUAL "AUTO")
    set(rope_build_${part} ${PROJECT_IS_TOP_LEVEL} PARENT_SCOPE)
  else()
    set(rope_build_${part} ${${option}} PARENT_SCOPE)
  endif()
endfunction()

# The names of dependencies. Those that setup.sh can install have its name here, too.
set(rope_thing_Eigen eigen)
set(rope_thing_nlohmann_json json)
set(rope_thing_CLI11 cli11)
set(rope_thing_Catch2 catch2)
set(rope_thing_Google_Benchmark benchmark)
set(rope_thing_MPFR mpfr)
set(rope_thing_numpy numpy)
set(rope_thing_SLEEF sleef)
set(rope_thing_ICU icu)

# " (apt-get install catch2)" for "Catch2": what to type here; empty where that is not known.
function(rope_install_hint dependency result)
  string(MAKE_C_IDENTIFIER "${dependency}" name)
  set(line "")
  if(DEFINED rope_thing_${name} AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CROSSCOMPILING)
    execute_process(COMMAND sh -c ". cmake/setup.sh && rope_install_line ${rope_thing_${name}}"
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE line OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  if(line)
    set(line " (${line})")
  endif()
  set(${result} "${line}" PARENT_SCOPE)
endfunction()

# The part cannot be built without `dependency`: an error if it was asked for by name, else nothing. `what`: in words.
function(rope_part_needs part what dependency)
  string(TOUPPER "ROPE_BUILD_${part}" option)
  if(NOT ${option} STREQUAL "AUTO")
    rope_install_hint("${dependency}" hint)
    message(FATAL_ERROR "rope: ${option} is ${${option}}, but ${what} cannot be built without ${dependency}${hint}")
  endif()
endfunction()

# rope_leave_out(DEPENDENCY WHAT [TARGET...]): WHAT is left out, since DEPENDENCY is missing. To build one of the targets by
# name is an error that says so.
function(rope_leave_out dependency what)
  string(MAKE_C_IDENTIFIER "${dependency}" name)
  set_property(GLOBAL APPEND PROPERTY ROPE_MISSING "${dependency}")
  set_property(GLOBAL APPEND PROPERTY ROPE_LEFT_OUT_${name} "${what}")
  set_property(GLOBAL APPEND PROPERTY ROPE_TARGETS_${name} ${ARGN})
endfunction()

# At the end of the configuration: one line for each dependency that is missing.
function(rope_report_left_out)
  get_property(missing GLOBAL PROPERTY ROPE_MISSING)
  list(REMOVE_DUPLICATES missing)
  foreach(dependency IN LISTS missing)
    string(MAKE_C_IDENTIFIER "${dependency}" name)
    get_property(what GLOBAL PROPERTY ROPE_LEFT_OUT_${name})
    list(JOIN what ", " what)
    rope_install_hint("${dependency}" hint)
    message(STATUS "rope: left out, without ${dependency}${hint}: ${what}")
    get_property(targets GLOBAL PROPERTY ROPE_TARGETS_${name})
    foreach(target IN LISTS targets)
      if(NOT TARGET ${target})
        add_custom_target(${target} VERBATIM
          COMMAND "${CMAKE_COMMAND}" -E echo
                  "rope: ${target} cannot be built without ${dependency}${hint}; configure again when it is there"
          COMMAND "${CMAKE_COMMAND}" -E false)
      endif()
    endforeach()
  endforeach()
endfunction()
