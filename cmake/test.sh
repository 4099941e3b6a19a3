#!/bin/sh
# Sets up, builds everything and passes the tests:
#     sh cmake/test.sh              all of them
#     sh cmake/test.sh ROOM...      builds and runs those of tests/ROOM/ alone: kernels, table, rotate, ...
# From any directory, again and again. Ends with CTest's summary.
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/.."
. cmake/setup.sh

rope_setup compiler cmake ninja eigen json cli11 catch2 benchmark mpfr numpy
cmake --preset release
if [ $# = 0 ]; then
    cmake --build --preset release
    ctest --preset release
else
    targets=$(printf 'rope_test_%s ' "$@")
    cmake --build --preset release --target $targets
    rooms=$(printf '%s|' "$@")
    ctest --preset release -R "^(${rooms%|})\$"
fi
