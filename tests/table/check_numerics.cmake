# Runs numerics_drift: it finds what README.md says and draws the picture that is shown there.
# SPDX-License-Identifier: MIT
cmake_minimum_required(VERSION 3.21)

file(REMOVE_RECURSE "${FOLDER}")
execute_process(COMMAND "${PROGRAM}" --out "${FOLDER}" RESULT_VARIABLE status OUTPUT_VARIABLE told)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "numerics_drift ended with ${status}")
endif()
file(READ "${SOURCE}/README.md" readme)
string(REGEX MATCHALL "\\| [0-9]+ \\|[^\n]*" rows "${told}")
list(LENGTH rows count)
if(NOT count EQUAL 7)
  message(FATAL_ERROR "expected a table of 7 rows, found:\n${told}")
endif()
foreach(row IN LISTS rows)
  string(FIND "${readme}" "${row}\n" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "README.md does not say\n${row}\nbut the program does:\n${told}")
  endif()
endforeach()
execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${FOLDER}/numerics.svg"
  "${SOURCE}/examples/pictures/numerics.svg" RESULT_VARIABLE differ)
if(differ)
  message(FATAL_ERROR "${FOLDER}/numerics.svg is not examples/pictures/numerics.svg")
endif()

execute_process(COMMAND "${PROGRAM}" --positions 5000 --out "${FOLDER}/none" RESULT_VARIABLE status
  ERROR_VARIABLE complaint)
if(status EQUAL 0 OR NOT complaint MATCHES "5000" OR EXISTS "${FOLDER}/none")
  message(FATAL_ERROR "a number of positions that is no power of two was taken")
endif()
