# Every header stands alone in C++17, and all of them together compile in C++20 and C++23, without a warning.
# Arguments: compiler, source tree, scratch directory, Eigen's include directory, what is not there.
# SPDX-License-Identifier: MIT
set -eu
compiler=$1 tree=$2 scratch=$3/headers eigen=$4 left_out=$5
mkdir -p "$scratch"
cd "$tree/include"
failed=0

compile() { # standard, translation unit
    "$compiler" -std="$1" -fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Werror -I. ${eigen:+-isystem "$eigen"} "$2" || failed=1
}

: > "$scratch/all.cpp"
count=0
# What kernels/ includes once per instruction set (lanes/, body/) is not for anyone else.
for header in $(find rope -name '*.hpp' ! -path 'rope/kernels/lanes/*' ! -path 'rope/kernels/body/*' | sort); do
    case " $left_out " in
    *eigen*) if grep -q 'Eigen\|rope/eigen' "$header"; then continue; fi ;;
    esac
    case " $left_out " in
    *json*) if grep -q 'nlohmann' "$header"; then continue; fi ;;
    esac
    echo "#include <$header>" >> "$scratch/all.cpp"
    echo "#include <$header>" > "$scratch/one.cpp"
    compile c++17 "$scratch/one.cpp"
    count=$((count + 1))
done
echo "$count headers, each alone, C++17"
for standard in c++20 c++2b; do
    compile $standard "$scratch/all.cpp"
    echo "all together, $standard"
done
exit $failed
