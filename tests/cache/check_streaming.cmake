# Runs streaming_window: a line for each method and format, a picture; from the origin the error stays that of a prefill.
# SPDX-License-Identifier: MIT
cmake_minimum_required(VERSION 3.21)

file(REMOVE_RECURSE "${FOLDER}")
execute_process(COMMAND "${PROGRAM}" --window 600 --steps 800 --out "${FOLDER}" RESULT_VARIABLE status
  OUTPUT_VARIABLE told)
if(NOT status EQUAL 0 OR NOT EXISTS "${FOLDER}/streaming.svg")
  message(FATAL_ERROR "streaming_window ended with ${status}")
endif()
string(REGEX MATCHALL "[^\n]+" lines "${told}")
list(LENGTH lines count)
if(NOT count EQUAL 15)
  message(FATAL_ERROR "expected 15 lines, found:\n${told}")
endif()
# Of an error a number that grows with it: exponent + 50, then the digits.
foreach(method IN ITEMS origin stepwise prefill)
  foreach(type IN ITEMS float half bfloat16 int8 fp8)
    if(NOT told MATCHES "(^|\n)${method} ${type} 800 ([0-9])\\.([0-9]+)e([-+])0?([0-9]+)\n")
      message(FATAL_ERROR "no line of ${method} ${type}:\n${told}")
    endif()
    math(EXPR size "(50 ${CMAKE_MATCH_4} ${CMAKE_MATCH_5}) * 1000 + ${CMAKE_MATCH_2}${CMAKE_MATCH_3}")
    set(${method}_${type} ${size})
  endforeach()
endforeach()
foreach(type IN ITEMS float half bfloat16 int8 fp8)
  math(EXPR most "${prefill_${type}} + 1000") # ten times
  if(origin_${type} GREATER most OR stepwise_${type} LESS_EQUAL prefill_${type})
    message(FATAL_ERROR "the errors of ${type} are in no order:\n${told}")
  endif()
endforeach()

execute_process(COMMAND "${PROGRAM}" --steps 5 --out "${FOLDER}/none" RESULT_VARIABLE status
  ERROR_VARIABLE complaint)
if(status EQUAL 0 OR NOT complaint MATCHES "--steps 5" OR EXISTS "${FOLDER}/none")
  message(FATAL_ERROR "a number of steps that is too small was taken")
endif()
