#!/bin/sh
# Sets up, builds and passes the tests:   sh cmake/test.sh
# From any directory, again and again. Ends with CTest's summary.
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/.."
. cmake/setup.sh

rope_setup compiler cmake ninja eigen json cli11 catch2 benchmark mpfr numpy
cmake --preset release
cmake --build --preset release
ctest --preset release
