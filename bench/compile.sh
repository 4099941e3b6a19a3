#!/bin/sh
# What it costs to compile a program that uses the library, beside two well-known libraries, as a table for the README.
#     sh bench/compile.sh [COMPILER ...]      g++ and clang++ when none is named
# User seconds of the compiler at -O0 and -O2 (the least of ROPE_COMPILE_RUNS, 3 when not set), and the text and read-only
# data of the object file at -O2 in KB of 1000 bytes. The programs are in bench/compile/. "compiled once": with
# ROPE_SEPARATE_COMPILATION, and linked to a library that cmake/compiled.cpp was compiled to.
# Needs Eigen 3.4 and nlohmann_json where the system's packages put them, or ROPE_COMPILE_FLAGS="-I...".
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/.."
runs=${ROPE_COMPILE_RUNS:-3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
LC_ALL=C
export LC_ALL

eigen=
for folder in /usr/include/eigen3 /usr/local/include/eigen3 /opt/homebrew/include/eigen3; do
    [ -d "$folder" ] && eigen="-isystem $folder" && break
done
flags="-std=c++17 -Iinclude $eigen ${ROPE_COMPILE_FLAGS:-}"

seconds() { # COMMAND...: user seconds of the children, the least of `runs`
    i=0
    while [ $i -lt "$runs" ]; do
        ("$@" && times) > "$scratch/times"
        sed -n 2p "$scratch/times"
        i=$((i + 1))
    done | sed 's/^\([0-9]*\)m\([0-9.]*\)s.*/\1 \2/' | awk '{ t = 60 * $1 + $2; if (NR == 1 || t < least) least = t }
        END { printf "%.2f", least }'
}

row() { # COMPILER NAME SOURCE [FLAG...]
    compiler=$1 name=$2 source=bench/compile/$3.cpp object=$scratch/$3.o
    [ -e "$source" ] || source=cmake/$3.cpp
    shift 3
    # shellcheck disable=SC2086 # a list of words
    plain=$(seconds "$compiler" $flags -O0 "$@" -c "$source" -o "$object")
    # shellcheck disable=SC2086
    fast=$(seconds "$compiler" $flags -O2 "$@" -c "$source" -o "$object")
    text=$(size "$object" | awk 'NR == 2 { printf "%.1f", $1 / 1000 }')
    printf '| %s | %s | %s | %s |\n' "$name" "$plain" "$fast" "$text"
}

[ $# -gt 0 ] || set -- g++ clang++
for compiler; do
    command -v "$compiler" > /dev/null || continue
    printf '\n| %s | -O0, s | -O2, s | text, KB |\n|---|---:|---:|---:|\n' "$("$compiler" --version | head -n 1)"
    row "$compiler" '`#include <Eigen/Core>` alone' eigen_core
    row "$compiler" 'parse `[]` with nlohmann_json' nlohmann
    row "$compiler" '`#include <rope/core.hpp>` alone' core
    row "$compiler" 'make a table, rotate float' rotate
    row "$compiler" 'read a config.json' config_json
    once=-DROPE_SEPARATE_COMPILATION
    row "$compiler" 'compiled once: make a table, rotate float' rotate $once
    row "$compiler" 'compiled once: read a config.json' config_json $once
    row "$compiler" 'compiled once: the library itself' compiled $once
done
