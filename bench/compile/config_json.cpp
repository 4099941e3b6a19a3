// Reads the config.json of a model.
// SPDX-License-Identifier: MIT
#include <rope/json.hpp>

int main(int argc, char** argv) {
    return argc > 1 && rope::read_config(argv[1]).head_dim == 64 ? 0 : 1;
}
