#!/bin/sh
# Sets up, builds and shows the main job on a real model's configuration, then builds the command that does it on yours:
#     sh cmake/demo.sh
# From any directory, again and again.
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/.."
. cmake/setup.sh

rope_setup compiler cmake ninja json cli11
cmake --preset release
cmake --build --preset release --target rope_demo
build/release/examples/rope_demo examples/configs/llama-3.1-8b.json "$PWD/build/release/demo.svg"

rope_say "building the command, build/release/examples/rope"
cmake --build --preset release --target rope_cli
rope_say "for a model of yours: build/release/examples/rope inspect config.json"
