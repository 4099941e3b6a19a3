#!/bin/sh
# The golden hashes on processors of other kinds: compiled for each and run under qemu-user, or here for 32-bit x86, with SSE2
# and with the x87, whose excess precision must not show. Where a compiler or emulator is missing it says so; with
# ROPE_PORTABILITY=all that is a failure. Argument: a scratch directory.
# SPDX-License-Identifier: MIT
set -eu
tree=$(cd "$(dirname "$0")/../.." && pwd)
scratch=${1:-$(mktemp -d)}
mkdir -p "$scratch"
failed=""

# one NAME RUNNER COMPILER [FLAGS...]
one() {
    name=$1 runner=$2 compiler=$3
    shift 3
    program=$scratch/golden-$name
    if ! command -v "$compiler" > /dev/null || { [ -n "$runner" ] && ! command -v "$runner" > /dev/null; }; then
        echo "$name: left out, there is no $compiler${runner:+ or no $runner}"
        [ "${ROPE_PORTABILITY:-}" != all ] || failed="$failed $name"
        return 0
    fi
    if ! echo '#include <vector>' | "$compiler" "$@" -x c++ -fsyntax-only - 2> /dev/null; then
        echo "$name: left out, $compiler $* has no library"
        [ "${ROPE_PORTABILITY:-}" != all ] || failed="$failed $name"
        return 0
    fi
    echo "$name:"
    if ! "$compiler" -std=c++17 -O1 -static "$@" -I"$tree/include" -I"$tree/tests" "$tree/tests/portability/golden.cpp" \
        -o "$program" || ! $runner "$program"; then
        failed="$failed $name"
    fi
}

one s390x qemu-s390x s390x-linux-gnu-g++
one riscv64 qemu-riscv64 riscv64-linux-gnu-g++
one aarch64 qemu-aarch64 aarch64-linux-gnu-g++
case $(uname -m) in
x86_64)
    one i386-sse2 qemu-i386 g++ -m32 -idirafter /usr/include/x86_64-linux-gnu -msse2 -mfpmath=sse
    one i386-x87 qemu-i386 g++ -m32 -idirafter /usr/include/x86_64-linux-gnu -mfpmath=387
    ;;
esac

[ -z "$failed" ] || { echo "not the same bits, or not run:$failed"; exit 1; }
