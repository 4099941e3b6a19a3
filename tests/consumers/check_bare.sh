# include/ on the include path and -std=c++17 are all that a user needs; two translation units with every header link.
# Arguments: compiler, source tree, scratch directory, Eigen's include directory, what is not there.
# SPDX-License-Identifier: MIT
set -eu
compiler=$1 tree=$2 scratch=$3/bare eigen=$4 left_out=$5
mkdir -p "$scratch"
cd "$scratch"

"$compiler" -std=c++17 -I"$tree/include" "$tree/tests/consumers/core.cpp" -o core
./core
echo "core.cpp: built with -std=c++17 alone, and right"

if [ -z "$left_out" ]; then
    for unit in first second; do
        "$compiler" -std=c++17 -I"$tree/include" -isystem "$eigen" -c "$tree/tests/consumers/two_units/$unit.cpp" -o $unit.o
    done
    "$compiler" first.o second.o -o two_units
    ./two_units
    echo "two_units: linked, and one program-wide state"
fi
