#!/bin/sh
# Measures the library and every peer that packages offer, in one run, and makes a table and a chart of it.
#     sh bench/run.sh [--record] [FOLDER]     results and downloads; build/bench-run when not named
# --record: puts the tables into bench/RESULTS.md, under this processor, and the chart into examples/pictures/, too.
# Sets up and builds what is missing. Installs, saying so, ONNX Runtime from npm (into FOLDER), PyTorch and SLEEF from the
# system's packages (as root); a peer that cannot be had is left out. Takes a few minutes, and a quiet machine.
# ROPE_BENCH_CPU: the processor to stay on (default 0; "none": anywhere). ROPE_BENCH_FILTER: what to measure instead.
# SPDX-License-Identifier: MIT
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
record=
if [ "${1:-}" = --record ]; then
    record=yes
    shift
fi
out=${1:-$root/build/bench-run}
mkdir -p "$out"
out=$(cd "$out" && pwd)

say() { printf '%s\n' "$*" >&2; }

install_package() { # a package of apt's, as root
    if command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; then
        say "installing $1"
        apt-get install -y --no-install-recommends "$1" > "$out/apt-$1.log" 2>&1 ||
            say "apt could not install $1; see $out/apt-$1.log"
    fi
}

build=$root/build/release
cd "$root"
. cmake/setup.sh
rope_setup compiler cmake ninja eigen benchmark python >&2
[ -e /usr/include/sleef.h ] || install_package libsleef-dev
cmake --preset release >&2
cmake --build "$build" --target rope_bench rope_for_torch >&2

find_onnxruntime() { # the library of this system and processor
    case $(uname -s)-$(uname -m) in
    Linux-x86_64) sub=linux/x64 ;;
    Linux-aarch64) sub=linux/arm64 ;;
    Darwin-arm64) sub=darwin/arm64 ;;
    *) return 0 ;;
    esac
    find "$out/npm" -path "*/$sub/libonnxruntime.*" 2> /dev/null | sort | head -n 1
}
ort=${ROPE_BENCH_ONNXRUNTIME:-$(find_onnxruntime)}
if [ -z "$ort" ] && command -v npm > /dev/null; then
    say "installing onnxruntime-node into $out/npm"
    npm install --ignore-scripts --no-audit --no-fund --prefix "$out/npm" onnxruntime-node > "$out/npm.log" 2>&1 ||
        say "npm could not install onnxruntime-node; see $out/npm.log"
    ort=$(find_onnxruntime)
fi
[ -n "$ort" ] || say "without ONNX Runtime: npm or its package is not there"

python=
find_torch() {
    for p in python3 /usr/bin/python3; do
        if command -v $p > /dev/null && $p -c 'import torch' 2> /dev/null; then
            python=$p
            return 0
        fi
    done
    return 1
}
if ! find_torch; then
    install_package python3-torch
    find_torch || true
fi
[ -n "$python" ] || say "without PyTorch: python3-torch is not there"

pin=
cpu=${ROPE_BENCH_CPU:-0}
if [ "$cpu" != none ] && command -v taskset > /dev/null; then
    pin="taskset -c $cpu"
fi
best=scalar
for isa in neon avx2 avx512; do
    "$build/bench/rope_bench" --benchmark_list_tests | grep -q "/$isa\$" && best=$isa
done
shapes='(decode|prefill128|prefill2048|long16384)'
filter=${ROPE_BENCH_FILTER:-"^(rotate/.*/(f32|f16|bf16)/(in|out)/$shapes/$best|rotate/.*/f32/in/$shapes/reference|columns/.*/f32/in/.*/$best|peer/[a-z_]*/(half_split|interleaved)/.*)\$"}
say "measuring ($best); this takes a few minutes, and a quiet machine"
ROPE_BENCH_ONNXRUNTIME=$ort $pin "$build/bench/rope_bench" --benchmark_filter="$filter" \
    --benchmark_format=json > "$out/rope.json"
"$build/bench/rope_bench" --benchmark_filter='^threads/.*/(decode|2MiB|8MiB|32MiB)/' --benchmark_format=json \
    > "$out/threads.json"
set -- "$out/rope.json" "$out/threads.json"
if [ -n "$python" ]; then
    # Memory that is given back is kept, so that PyTorch does not pay for new pages with every result.
    ROPE_BENCH_LIBRARY=$build/bench/rope_for_torch.so MALLOC_TRIM_THRESHOLD_=4294967296 \
        MALLOC_MMAP_THRESHOLD_=4294967296 $pin $python "$root/bench/peers/torch_bench.py" > "$out/torch.json"
    set -- "$@" "$out/torch.json"
fi
python3 "$root/bench/chart/chart.py" --table "$out/table.md" --svg "$out/chart.svg" ${record:+--record "$root/bench/RESULTS.md"} "$@"
[ -z "$record" ] || cp "$out/chart.svg" "$root/examples/pictures/speed.svg"
say "$out/table.md and $out/chart.svg"
