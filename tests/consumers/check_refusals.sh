# What must not compile does not, and says why in one sentence of the library. Declarations alone say it, so that definitions
# are not read. Arguments: compiler, source tree.
# SPDX-License-Identifier: MIT
set -eu
cd "$2"
compiler=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
broken=0

# refused "SENTENCE" "STATEMENTS": the compiler refuses the statements with that sentence, and a program without them compiles.
refused() {
    cat > "$scratch/program.cpp" << PROGRAM
#include <rope/core.hpp>
#include <rope/rotate/gradient_plan.hpp>
#include <array>
#include <cstdint>
#include <vector>
void statements(const rope::frequency_set& f, const rope::table<float>& t, float* p, const float* read_only, std::uint16_t* words,
                std::vector<float>& list, std::vector<int>& numbers) {
    $2
}
PROGRAM
    if "$compiler" -std=c++17 -fsyntax-only -DROPE_SEPARATE_COMPILATION -Iinclude "$scratch/program.cpp" > "$scratch/said" 2>&1; then
        [ -z "$1" ] && return 0
        echo "compiles, but must not: $2"
        broken=1
    elif [ -z "$1" ] || ! grep -qF "$1" "$scratch/said"; then
        echo "refused without the sentence \"$1\": $2"
        head -5 "$scratch/said"
        broken=1
    fi
}

refused "" 'rope::rotate(rope::view(p, {2, 8}), t, "s d", rope::offset(3));
    auto plan = rope::plan(t, rope::view(p, {2, 8}), "s d"); rope::run(plan, p, rope::offset(4));
    rope::rotate(rope::view(list, {2, 8}), t, "s d", 64); rope::rotate(list, t, "d", numbers.size());
    rope::rotate(rope::view(p, {2, 8}), t, "s d", numbers); rope::rotate(rope::view(rope::as_half(words), {2, 8}), t, "s d");
    auto where = rope::ids(numbers); rope::rotate(rope::view(p, {2, 8}), f, "s d", where);'
refused "a plan refers to its table" 'auto plan = rope::plan(rope::cos_sin_table<float>(f, 4), rope::view(p, {2, 8}), "s d");'
refused "a plan refers to its table" 'auto plan = rope::plan(rope::frequency_set(f), rope::view(p, {2, 8}), "s d");'
refused "a plan refers to its table" \
    'auto plan = rope::plan_gradient(rope::table<float>(t), rope::view(p, {2, 8}), rope::view(p, {2, 8}), "s d");'
refused "keep the list in a variable" 'auto where = rope::ids(std::vector<int>{7});'
refused "keep the list in a variable" 'auto where = rope::offsets(std::vector<int>{7});'
refused "keep the list in a variable" 'auto v = rope::view(std::vector<float>(16), {2, 8});'
refused "keep the list in a variable" 'auto where = rope::ids(std::array<int, 1>{7});'
refused "keep the list in a variable" 'auto v = rope::view(std::array<float, 16>(), {2, 8});'
refused "the extents of ids are a list" 'auto where = rope::ids(numbers.data(), 2, 3);'
refused "a position is an integer n" 'rope::rotate(rope::view(p, {2, 8}), t, "s d", 0.5);'
refused "a const tensor cannot be written" 'rope::rotate(rope::view(read_only, {2, 8}), t, "s d");'
refused "may be half or bfloat16" 'rope::rotate(rope::view(words, {2, 8}), t, "s d");'
refused "a view takes a pointer" 'auto v = rope::view(f, {2, 8});'
refused "make a rope::view of its memory" 'rope::rotate(f, t, "s d");'
refused "rows are a table, table_view" 'rope::rotate(rope::view(p, {2, 8}), list, "s d");'
refused "as many strides as extents" 'auto v = rope::view(p, {2, 8}, {8});'
refused "position ids are integers" 'const bool ids[2] = {}; auto where = rope::ids(ids, {2});'
refused "tables and tensors hold float" 'rope::rotate(rope::view(p, {2, 8}), rope::rows(words, words, 2, 4, f.pairing), "s d");'

# An older C++ gets one sentence, and no other errors than the missing header that ends the compilation; C gets its own header.
for door in core cache diagnose gguf reference c; do
    printf '#include <rope/%s.hpp>\n' $door > "$scratch/program.cpp"
    if "$compiler" -std=c++11 -fsyntax-only -Iinclude "$scratch/program.cpp" > "$scratch/said" 2>&1; then
        echo "compiles as C++11, but must not: rope/$door.hpp"
        broken=1
    elif ! grep -q 'error.*rope needs C++17' "$scratch/said" || [ "$(grep -c 'error: ' "$scratch/said")" != 2 ]; then
        echo "rope/$door.hpp in C++11 says more than one sentence:"
        head -20 "$scratch/said"
        broken=1
    fi
done
printf '#include <rope/rope.h>\n' > "$scratch/program.cpp"
"$compiler" -std=c++11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -Iinclude "$scratch/program.cpp" || broken=1

[ $broken = 0 ] || exit 1
echo "every one is refused with its sentence"
