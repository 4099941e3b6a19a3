#!/bin/sh
# Sets up, builds and shows the main job on a real model's configuration:   sh cmake/demo.sh
# From any directory, again and again.
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/.."
. cmake/setup.sh

rope_setup compiler cmake ninja json
cmake --preset release
cmake --build --preset release --target rope_demo
build/release/examples/rope_demo examples/configs/llama-3.1-8b.json "$PWD/build/release/demo.svg"
