# Every header stands alone in C++17, and all of them together compile in C++20 and C++23, without a warning.
# Arguments: compiler, source tree, scratch directory, Eigen's include directory, what is not there.
# SPDX-License-Identifier: MIT
set -eu
compiler=$1 tree=$2 scratch=$3/headers eigen=$4 left_out=$5
mkdir -p "$scratch"
cd "$tree/include"
flags="-fsyntax-only -fopenmp -Wall -Wextra -Wpedantic -Wshadow -Werror -I. ${eigen:+-isystem $eigen}"

# Files named .inc are not for anyone else, src.hpp is for the library compiled once (consumers.compiled).
find rope -name '*.hpp' ! -path rope/src.hpp | sort > "$scratch/headers"
case $left_out in
*eigen*) grep -v 'eigen\|rope/rope.hpp' "$scratch/headers" > "$scratch/less" && mv "$scratch/less" "$scratch/headers" ;;
esac
case $left_out in
*json*) grep -v 'json\|rope/read/' "$scratch/headers" > "$scratch/less" && mv "$scratch/less" "$scratch/headers" ;;
esac

# Two at a time; xargs fails when one of them does.
xargs -n 1 -P 2 sh -c 'echo "#include <$2>" | $0 -x c++ -std=c++17 $1 -' "$compiler" "$flags" < "$scratch/headers"
echo "$(wc -l < "$scratch/headers") headers, each alone, C++17"

# In both orders: a header must not need, or break, what another order brings.
sed 's/.*/#include <&>/' "$scratch/headers" > "$scratch/all.cpp"
sort -r "$scratch/all.cpp" > "$scratch/reversed.cpp"
for each in "c++20 all" "c++2b reversed"; do
    # shellcheck disable=SC2086 # a list of words
    "$compiler" -std="${each% *}" $flags "$scratch/${each#* }.cpp"
    echo "all together, $each"
done
