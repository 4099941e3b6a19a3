# The ABI tag against real flags: a flag that changes generated code changes the tag, and no weak symbol of the library
# lies outside the tag. Arguments: compiler, source tree, scratch directory. Cross compilers are asked where they exist.
# SPDX-License-Identifier: MIT
set -eu
LC_ALL=C
export LC_ALL
compiler=$1 tree=$2 scratch=$3/abi
mkdir -p "$scratch"
failed=0
say() {
    echo "$1"
    failed=1
}

# tag_of COMPILER FLAGS...; nothing where the compiler does not know a flag.
tag_of() {
    echo ROPE_ABI | "$@" -std=c++17 -E -P -x c++ -I"$tree/include" -include rope/support/abi.hpp - 2>/dev/null | tail -1
}

# Each flag alone against none, and each step of a ladder against the one before.
distinct() {
    cc=$1
    shift
    base=$(tag_of $cc)
    [ -n "$base" ] || return 0
    for flag in "$@"; do
        tag=$(tag_of $cc $flag)
        [ -n "$tag" ] || continue
        checked=$((checked + 1))
        [ "$tag" != "$base" ] || say "$cc $flag: the tag is that of no flag: $tag"
    done
}
ladder() {
    cc=$1
    shift
    before=$(tag_of $cc)
    for flag in "$@"; do
        tag=$(tag_of $cc $flag)
        [ -n "$tag" ] || continue
        checked=$((checked + 1))
        [ "$tag" != "$before" ] || say "$cc $flag: the tag is that of the flag before: $tag"
        before=$tag
    done
}
checked=0

anywhere="-ffast-math -ffinite-math-only -fno-exceptions -fno-rtti -DROPE_NO_INT128 -D_GLIBCXX_DEBUG"
distinct "$compiler" $anywhere -DROPE_NO_AVX2 -DROPE_NO_AVX512 -DROPE_NO_NEON
x86=
case $(echo __x86_64__ | "$compiler" -E -P -x c++ - 2>/dev/null | tail -1) in 1) x86=yes ;; esac
if [ -n "$x86" ]; then
    distinct "$compiler" -msse3 -mssse3 -msse4.1 -msse4.2 -msse4a -mpopcnt -mbmi -mbmi2 -mlzcnt -mtbm -mmovbe -madx -mavx \
        -mavx2 -mfma -mf16c -mfma4 -mxop -mavxvnni -mavxifma -mavxvnniint8 -mavxvnniint16 -mraoint -mcmpccxadd -mapxf -mgfni \
        -mavx10.1 -mavx10.2 -m32
    for part in cd bw dq vl vbmi vbmi2 ifma vnni bitalg vpopcntdq bf16 fp16; do
        ladder "$compiler" -mavx512f "-mavx512f -mavx512$part"
    done
    ladder "$compiler" -march=x86-64-v2 -march=x86-64-v3 -march=x86-64-v4 -march=skylake-avx512 \
        -march=icelake-server -march=sapphirerapids -march=znver2 -march=znver4
    ladder "$compiler -m32" -msse "-msse2 -mfpmath=387" "-msse2 -mfpmath=sse"
fi
for cc in aarch64-linux-gnu-g++ aarch64-linux-gnu-g++-12; do
    command -v $cc > /dev/null || continue
    distinct $cc $anywhere -march=armv8.1-a -march=armv8-a+lse -march=armv8-a+sve -march=armv8-a+fp16 \
        -march=armv8.2-a+dotprod -march=armv9-a
    ladder $cc -march=armv8-a+lse -march=armv8.1-a -march=armv8.2-a+fp16 -march=armv8.2-a+fp16+dotprod \
        -march=armv8.2-a+fp16+dotprod+sve "-march=armv8.2-a+fp16+dotprod+sve -msve-vector-bits=256" -march=armv9-a
    break
done
for cc in riscv64-linux-gnu-g++ riscv64-linux-gnu-g++-12; do
    command -v $cc > /dev/null || continue
    distinct $cc $anywhere -march=rv64g -march=rv64gc_zba -march=rv64gc_zbb -march=rv64gc_zbs -march=rv64gc_zbc -march=rv64gcv
    ladder $cc -march=rv64gc_zba -march=rv64gc_zba_zbb -march=rv64gc_zba_zbb_zbs
    break
done
for cc in s390x-linux-gnu-g++ s390x-linux-gnu-g++-12; do
    command -v $cc > /dev/null || continue
    ladder $cc -march=zEC12 -march=z13 -march=z14 -march=z15
    break
done
for cc in powerpc64le-linux-gnu-g++ powerpc64le-linux-gnu-g++-12; do
    command -v $cc > /dev/null || continue
    ladder $cc -mcpu=power9 -mcpu=power10
    break
done
echo "$checked flags"

# Weak symbols without a tag: rope::error, to be caught across translation units, and the atomics of rope::state.
cat > "$scratch/unit.cpp" <<'EOF'
#include <rope/core.hpp>
#include <vector>
int rotate_something(rope::config config) {
    const auto frequencies = rope::frequencies(config);
    const auto table = rope::cos_sin_table<float>(frequencies, 8);
    const auto narrow = rope::cos_sin_table<rope::half>(frequencies, 8);
    std::vector<float> x(64);
    std::vector<rope::half> y(64);
    rope::rotate(rope::view(x.data(), {8, 8}), table, "s d");
    rope::rotate(rope::view(y.data(), {8, 8}), table, "s d", rope::offset(0));
    auto copy = config;
    auto other = narrow;
    copy = config;
    return static_cast<int>(rope::available_isas().size() + other.cos.size()) + copy.head_dim;
}
EOF
untagged() {
    "$@" -std=c++17 -O1 -I"$tree/include" -c "$scratch/unit.cpp" -o "$scratch/unit.o"
    nm -C "$scratch/unit.o" | grep -E '^[0-9a-f]* [VWu] ' | grep 'rope::' | grep -v 'rope::v[0-9]' |
        grep -vE '(rope::error::~error\(\)|(typeinfo|typeinfo name|vtable) for rope::error|rope::state::[a-z_]+)$' || true
}
wide=
[ -z "$x86" ] || wide="-mavx512f -mavx512bw -mavx512dq -mavx512vl"
found=$(untagged "$compiler" $wide)
[ -z "$found" ] || say "weak symbols without a tag:
$found"

[ "$failed" = 0 ] || exit 1
echo "the tag carries what it should"
