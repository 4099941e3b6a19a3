# Runs attention_heatmap: the loss falls as it was published, and the same run gives the same bits.
# SPDX-License-Identifier: MIT
cmake_minimum_required(VERSION 3.21)

file(REMOVE_RECURSE "${FOLDER}")
foreach(run IN ITEMS first second)
  execute_process(COMMAND "${PROGRAM}" --epochs 200 --out "${FOLDER}/${run}" RESULT_VARIABLE status
    OUTPUT_VARIABLE ${run})
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "attention_heatmap ended with ${status}")
  endif()
endforeach()
foreach(bounds IN ITEMS "0 0.9 1.1" "200 0.0 0.35")
  separate_arguments(bounds)
  list(GET bounds 0 epoch)
  list(GET bounds 1 least)
  list(GET bounds 2 most)
  if(NOT first MATCHES "epoch ${epoch} loss ([0-9.]+)")
    message(FATAL_ERROR "no line for epoch ${epoch} in:\n${first}")
  elseif(CMAKE_MATCH_1 LESS least OR CMAKE_MATCH_1 GREATER most)
    message(FATAL_ERROR "the loss at epoch ${epoch} is ${CMAKE_MATCH_1}: expected ${least} to ${most}")
  endif()
endforeach()

file(GLOB pictures RELATIVE "${FOLDER}/first" "${FOLDER}/first/*.svg")
list(LENGTH pictures count)
if(NOT count EQUAL 6) # five sentences and the distance
  message(FATAL_ERROR "expected 6 pictures, found: ${pictures}")
endif()
foreach(picture IN LISTS pictures)
  execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${FOLDER}/first/${picture}" "${FOLDER}/second/${picture}"
    RESULT_VARIABLE differ)
  if(differ)
    message(FATAL_ERROR "${picture} differs between two runs")
  endif()
endforeach()

execute_process(COMMAND "${PROGRAM}" --position sideways --out "${FOLDER}/none" RESULT_VARIABLE status
  ERROR_VARIABLE complaint)
if(status EQUAL 0 OR NOT complaint MATCHES "sideways" OR EXISTS "${FOLDER}/none")
  message(FATAL_ERROR "a kind of position that is not there was taken")
endif()
