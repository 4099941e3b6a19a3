# Every C++ block of README.md compiles without a warning, alone; one with main() runs, and prints what its comment "prints: ..."
# says. The usage examples at the top of headers compile and run in the programs of snippets/, which check what they did.
# Arguments: compiler, source tree, scratch directory, Eigen's include directory, what is not there.
# SPDX-License-Identifier: MIT
set -eu
compiler=$1 tree=$2 scratch=$3/readme eigen=$4 left_out=$5
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$tree"
flags="-std=c++17 -O0 -Wall -Wextra -Wpedantic -Werror -Iinclude ${eigen:+-isystem $eigen}"

lacks() { # FILE: whether it needs what is not there
    case $left_out in *eigen*) grep -qE '#include <(Eigen/|unsupported/|rope/(eigen|rope))' "$1" && return 0 ;; esac
    case $left_out in *json*) grep -qE '#include <(nlohmann/|rope/json)' "$1" && return 0 ;; esac
    return 1
}

awk -v out="$scratch/readme" '/^```/ { inside = $0 == "```cpp"; n += inside; next } inside { print > (out n ".cpp") }' README.md
blocks=0
for block in "$scratch"/readme*.cpp; do
    lacks "$block" && echo "left out: ${block##*/}" && continue
    blocks=$((blocks + 1))
    # shellcheck disable=SC2086 # a list of words
    if grep -q 'int main' "$block"; then
        "$compiler" $flags "$block" -o "$scratch/program"
        "$scratch/program" > "$scratch/printed"
        sed -n 's|.*// prints: ||p' "$block" > "$scratch/expected"
        [ -s "$scratch/expected" ] || { echo "${block##*/}: no comment says what it prints" && exit 1; }
        diff "$scratch/expected" "$scratch/printed"
    else
        "$compiler" $flags -fsyntax-only "$block"
    fi
done
[ "$blocks" -ge 1 ] || [ -n "$left_out" ] || { echo "README.md has no C++ block" && exit 1; }
echo "$blocks blocks of README.md"

# The example of a header: the lines of its first comment that begin with three blanks and end as code does.
for program in tests/consumers/snippets/*.cpp; do
    lacks "$program" && echo "left out: $program" && continue
    header=$(sed -n 's|^// The example of <\(.*\)>.*|\1|p' "$program")
    sed -n '/^#pragma once/q; s|^//   \(.*;\( *//.*\)*\)$|\1|p' "include/$header" > "$scratch/example.inc"
    [ -s "$scratch/example.inc" ] || { echo "$header has no example" && exit 1; }
    # shellcheck disable=SC2086
    "$compiler" $flags -I"$scratch" "$program" -o "$scratch/program"
    "$scratch/program" || { echo "$header: the example does not do what $program expects" && exit 1; }
    echo "the example of $header"
done
