# Runs extrapolate with a short training: the head finds the token, the recipes reach further, and the same run gives the
# same bits.
# SPDX-License-Identifier: MIT
cmake_minimum_required(VERSION 3.21)

file(REMOVE_RECURSE "${FOLDER}")
foreach(run IN ITEMS first second)
  execute_process(COMMAND "${PROGRAM}" --steps 150 --out "${FOLDER}/${run}" RESULT_VARIABLE status
    OUTPUT_VARIABLE ${run})
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "extrapolate ended with ${status}")
  endif()
endforeach()
execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${FOLDER}/first/extrapolate.svg"
  "${FOLDER}/second/extrapolate.svg" RESULT_VARIABLE differ)
if(differ)
  message(FATAL_ERROR "extrapolate.svg differs between two runs")
endif()

# Recipe, which of the lengths 64, 128, 256, 512, 1024, and the right answers there, in %.
foreach(bounds IN ITEMS "rope 0 95 100" "rope 3 40 90" "linear 3 0 20" "YaRN 3 97 100" "LongRoPE 3 97 100" "NTK 3 80 97")
  separate_arguments(bounds)
  list(GET bounds 0 recipe)
  list(GET bounds 1 length)
  list(GET bounds 2 least)
  list(GET bounds 3 most)
  if(NOT first MATCHES "\n${recipe} +([0-9][^\n]*)")
    message(FATAL_ERROR "no line for ${recipe} in:\n${first}")
  endif()
  string(REGEX REPLACE "\\([^)]*\\)" "" answers "${CMAKE_MATCH_1}") # without the losses
  separate_arguments(answers)
  list(GET answers ${length} right)
  if(right LESS least OR right GREATER most)
    message(FATAL_ERROR "${recipe} finds ${right} % at length ${length}: expected ${least} to ${most}\n${first}")
  endif()
endforeach()

execute_process(COMMAND "${PROGRAM}" --steps many --out "${FOLDER}/none" RESULT_VARIABLE status
  ERROR_VARIABLE complaint)
if(status EQUAL 0 OR NOT complaint MATCHES "many" OR EXISTS "${FOLDER}/none")
  message(FATAL_ERROR "a number of steps that is none was taken")
endif()
