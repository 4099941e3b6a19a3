# The library as one file, cmake/single_header.cmake: a program of two units compiles with it alone, links and runs, and has the
# bits of the headers. With the argument "full" also: mixed with the core alone, compiled once, with Eigen and nlohmann_json.
# Arguments: compiler, source tree, scratch directory, Eigen's include directory, what is left out, "full".
# SPDX-License-Identifier: MIT
set -eu
compiler=$1
tree=$2
scratch=$3/single
eigen=$4
left_out=$5
rm -rf "$scratch"
mkdir -p "$scratch"
cmake "-DINCLUDE=$tree/include" "-DOUTPUT=$scratch" "-DFORWARD=$scratch/forward" -P "$tree/cmake/single_header.cmake"
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror"

# program NAME FLAGS...: of the two units.
program() {
    name=$1
    shift
    for unit in first second; do
        "$compiler" -std=c++17 -O0 $warnings "$@" -c "$tree/tests/consumers/single/$unit.cpp" -o "$scratch/$name-$unit.o"
    done
}
program headers "-I$tree/include" '-DROPE_ONE_FILE=<rope/core.hpp>'
"$compiler" "$scratch/headers-first.o" "$scratch/headers-second.o" -o "$scratch/headers"
program one "-I$scratch" '-DROPE_ONE_FILE="rope.hpp"'
"$compiler" "$scratch/one-first.o" "$scratch/one-second.o" -o "$scratch/one"
expected=$("$scratch/headers")

# same NAME: the program has the bits of the headers.
same() {
    found=$("$scratch/$1")
    [ "$found" = "$expected" ] || { echo "$1: $found; the headers: $expected" && exit 1; }
}
same one
echo "one file: $expected, as the headers"
[ "${6:-}" = full ] || exit 0

program core "-I$scratch" '-DROPE_ONE_FILE="rope.hpp"' -DROPE_CORE_ONLY
"$compiler" "$scratch/core-first.o" "$scratch/one-second.o" -o "$scratch/core"
same core
program compiled "-I$scratch" '-DROPE_ONE_FILE="rope.hpp"' -DROPE_SEPARATE_COMPILATION
echo '#include "rope.hpp"' > "$scratch/source.cpp"
"$compiler" -std=c++17 -O0 "-I$scratch" -DROPE_SEPARATE_COMPILATION -DROPE_SOURCE -c "$scratch/source.cpp" -o "$scratch/source.o"
"$compiler" "$scratch/compiled-first.o" "$scratch/compiled-second.o" "$scratch/source.o" -o "$scratch/compiled"
same compiled
case "$left_out" in
    *eigen* | *json*) ;;
    *)
        printf '#include "rope_json.hpp"\n#include "rope_eigen.hpp"\nint main() { return 0; }\n' > "$scratch/all.cpp"
        "$compiler" -std=c++17 -O0 -Wall -Wextra -Werror "-I$scratch" -isystem "$eigen" -fsyntax-only "$scratch/all.cpp"
        ;;
esac
# Every header by its usual name leads to the one file.
for header in $(cd "$scratch/forward" && find rope -name '*.hpp'); do
    [ -f "$tree/include/$header" ] || { echo "$header is no header" && exit 1; }
done
for header in $(cd "$tree/include" && find rope -name '*.hpp'); do
    [ -f "$scratch/forward/$header" ] || { echo "$header is not in the one file" && exit 1; }
done
echo "one file: compiled once, with Eigen and nlohmann_json, and by the usual names"
