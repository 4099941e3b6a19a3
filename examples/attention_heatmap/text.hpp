// Text into sentences of words, each word a number: what the model reads and the pictures show.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace heatmap {

struct sentence {
    std::vector<int> words;         // numbers in the vocabulary
    std::vector<std::string> texts; // as written, UTF-8
};

struct corpus {
    std::vector<sentence> sentences;
    int vocabulary = 0;
    std::size_t longest = 0;
    const char* cut_by = "";
};

// One sentence for each line of the file; a line of more than `most` words is cut into sentences of that
// length. Words are those of ICU's break iterator where this program has it, else characters of scripts that
// do not space their words and runs of letters of those that do; punctuation is left out. Throws
// std::runtime_error for a file that cannot be read, is not UTF-8, or has no words.
corpus read_corpus(const std::string& path, std::size_t most);

} // namespace heatmap
