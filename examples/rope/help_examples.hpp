// help_examples: two lines below the help of each subcommand, to be pasted in the folder of the source tree.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace cli {

// Empty for an unknown subcommand.
inline std::string help_examples(const std::string& subcommand) {
    const struct {
        const char *name, *lines;
    } all[] = {
        {"inspect", "  rope inspect examples/configs/llama-3.1-8b.json\n"
                    "  echo '{\"head_dim\": 64, \"base\": 500000}' | rope inspect - --json\n"},
        {"models", "  rope models\n"
                   "  rope models --json\n"},
        {"table",
         "  rope table examples/configs/llama-3.1-8b.json --positions 4096 --cos cos.npy --sin sin.npy\n"
         "  rope table examples/configs/phi-2.json --positions -3:5 --dtype f16 --cos cos.npy --sin "
         "sin.npy\n"},
        {"rotate",
         "  rope table examples/configs/llama-2-7b.json --positions 16 --cos x.npy --sin unused.npy && "
         "rope rotate examples/configs/gpt-oss-20b.json --in x.npy --axes \"s d\" --out y.npy\n"
         "  rope rotate examples/configs/gpt-oss-20b.json --in y.npy --axes \"s d\" --undo --out back.npy\n"},
        {"diagnose",
         "  rope table examples/configs/llama-2-7b.json --positions 16 --cos x.npy --sin unused.npy && "
         "rope rotate examples/configs/gpt-oss-20b.json --in x.npy --axes \"s d\" --positions 1:17 --out "
         "y.npy\n"
         "  rope diagnose examples/configs/gpt-oss-20b.json --before x.npy --after y.npy --axes \"s d\" "
         "--positions 1:17\n"},
        {"verify",
         "  rope table examples/configs/llama-2-7b.json --positions 64 --cos cos.npy --sin sin.npy\n"
         "  rope verify examples/configs/llama-2-7b.json --cos cos.npy --sin sin.npy\n"},
        {"plot",
         "  rope plot examples/configs/llama-3.1-8b.json --out wavelengths.svg\n"
         "  rope plot examples/configs/llama-2-7b.json examples/configs/llama-3.1-8b.json --out both.svg\n"},
        {"isa", "  rope isa\n"
                "  rope isa --isa scalar\n"}};
    for (const auto& each : all) {
        if (subcommand == each.name) {
            return std::string("Examples, in the folder of the source tree:\n") + each.lines;
        }
    }
    return "";
}

} // namespace cli
