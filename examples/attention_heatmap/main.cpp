// attention_heatmap: trains a small self-attention to give its input back and draws what each head looks at.
//   attention_heatmap [--text FILE] [--position rope|none|learned] [--epochs N] [--seed N] --out DIR
// SPDX-License-Identifier: MIT
#include "model.hpp"
#include "picture.hpp"
#include "text.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace {

const char* const usage =
    "attention_heatmap [--text FILE] [--position rope|none|learned] [--epochs N] [--seed N] --out DIR\n"
    "\n"
    "Trains multi-head self-attention (width 32, 4 heads) to give its own input back, and draws where it "
    "looks:\n"
    "DIR/sentence-1.svg ..., a heat map for each head, and DIR/distance.svg, the mean attention by "
    "distance.\n"
    "\n"
    "  --text FILE      UTF-8, a sentence on each line; else the opening of the Romance of the Three "
    "Kingdoms\n"
    "  --position KIND  rope: queries and keys rotated (default); none: no positions; learned: rotated by "
    "angles\n"
    "                   that are trained, too\n"
    "  --epochs N       steps of Adam over the whole text, 200 unless given\n"
    "  --seed N         1 unless given; the same seed gives the same bits\n"
    "  --out DIR        made when it is not there\n";

struct options {
    std::string text = ROPE_EXAMPLE_SENTENCES, out, position = "rope";
    int epochs = 200;
    std::uint64_t seed = 1;
    bool help = false;
};

std::uint64_t whole_number(const std::string& name, const std::string& text, std::uint64_t most) {
    std::uint64_t value = 0;
    for (const char c : text) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (c < '0' || c > '9' || value > (most - digit) / 10) {
            throw std::runtime_error(name + " " + text + ": expected a whole number up to " +
                                     std::to_string(most));
        }
        value = value * 10 + digit;
    }
    if (text.empty()) {
        throw std::runtime_error(name + " needs a number");
    }
    return value;
}

options parse(int count, char** arguments) {
    options o;
    for (int k = 1; k < count; ++k) {
        const std::string name = arguments[k];
        if (name == "--help" || name == "-h") {
            o.help = true;
            return o;
        }
        if (name != "--text" && name != "--position" && name != "--epochs" && name != "--seed" &&
            name != "--out") {
            throw std::runtime_error("unknown option " + name + "; --help says which there are");
        }
        if (++k == count) {
            throw std::runtime_error(name + " needs a value");
        }
        const std::string value = arguments[k];
        if (name == "--text") {
            o.text = value;
        } else if (name == "--position") {
            o.position = value;
        } else if (name == "--epochs") {
            o.epochs = static_cast<int>(whole_number(name, value, 10000000));
        } else if (name == "--seed") {
            o.seed = whole_number(name, value, UINT64_MAX);
        } else {
            o.out = value;
        }
    }
    if (o.out.empty()) {
        throw std::runtime_error("--out DIR is missing: where the pictures go");
    }
    if (o.position != "rope" && o.position != "none" && o.position != "learned") {
        throw std::runtime_error("--position " + o.position + ": expected rope, none or learned");
    }
    return o;
}

void write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) {
        throw std::runtime_error("cannot write " + path.string());
    }
}

// Means over all pairs of words of all sentences, for the distances that some twenty pairs have.
std::string distance_picture(const std::string& title, const heatmap::corpus& text,
                             const heatmap::model& model) {
    const auto reach = static_cast<Eigen::Index>(text.longest) - 1;
    const auto count = static_cast<std::size_t>(2 * reach + 1);
    std::vector<heatmap::curve> curves;
    for (int h = 0; h < heatmap::heads; ++h) {
        curves.push_back({"head " + std::to_string(h + 1), std::vector<double>(count)});
    }
    curves.push_back({"mean of heads", std::vector<double>(count)});
    curves.push_back({"even attention", std::vector<double>(count)});
    std::vector<double> pairs(count);
    for (const heatmap::sentence& s : text.sentences) {
        const auto attention = model.attention(s);
        const auto length = static_cast<Eigen::Index>(s.words.size());
        for (Eigen::Index q = 0; q < length; ++q) {
            for (Eigen::Index k = 0; k < length; ++k) {
                const auto at = static_cast<std::size_t>(k - q + reach);
                pairs[at] += 1;
                for (std::size_t h = 0; h < attention.size(); ++h) {
                    curves[h].values[at] += static_cast<double>(attention[h](q, k));
                    curves[attention.size()].values[at] +=
                        static_cast<double>(attention[h](q, k)) / heatmap::heads;
                }
                curves.back().values[at] += 1 / static_cast<double>(length);
            }
        }
    }
    const double enough = std::min(20.0, pairs[static_cast<std::size_t>(reach)]);
    const auto first =
        std::find_if(pairs.begin(), pairs.end(), [&](double n) { return n >= enough; }) - pairs.begin();
    for (heatmap::curve& c : curves) {
        for (std::size_t k = 0; k < count; ++k) {
            c.values[k] /= std::max(1.0, pairs[k]);
        }
        c.values = {c.values.begin() + first, c.values.end() - first};
    }
    return heatmap::draw_curves(title, static_cast<int>(first - reach), curves);
}

int run(const options& o) {
    const heatmap::corpus text = heatmap::read_corpus(o.text, 40);
    const auto kind = o.position == "rope"   ? heatmap::position_kind::rope
                      : o.position == "none" ? heatmap::position_kind::none
                                             : heatmap::position_kind::learned;
    std::filesystem::create_directories(o.out);
    std::printf("%zu sentences, %d different words, cut by %s\n", text.sentences.size(), text.vocabulary,
                text.cut_by);
    heatmap::model model(text, kind, o.seed);
    double loss = 0;
    for (int epoch = 0; epoch <= o.epochs; ++epoch) {
        loss = model.epoch(epoch < o.epochs);
        if (epoch % 50 == 0 || epoch == o.epochs) {
            std::printf("epoch %d loss %.6f\n", epoch, loss);
            std::fflush(stdout);
        }
    }
    char numbers[64];
    std::snprintf(numbers, sizeof numbers, ", %d epochs, loss %.3f", o.epochs, loss);
    const std::string trained = "position " + o.position + numbers;
    const std::filesystem::path folder = o.out;
    for (std::size_t k = 0; k < text.sentences.size(); ++k) {
        const std::string name = "sentence-" + std::to_string(k + 1);
        write(folder / (name + ".svg"),
              heatmap::draw_heads("Sentence " + std::to_string(k + 1) + ": " + trained,
                                  text.sentences[k].texts, model.attention(text.sentences[k])));
    }
    write(folder / "distance.svg", distance_picture("Attention by distance: " + trained, text, model));
    std::printf("%zu pictures of sentences and distance.svg are in %s\n", text.sentences.size(),
                o.out.c_str());
    return 0;
}

} // namespace

int main(int count, char** arguments) {
    try {
        const options o = parse(count, arguments);
        if (o.help) {
            std::fputs(usage, stdout);
            return 0;
        }
        return run(o);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "attention_heatmap: %s\n", e.what());
        return 1;
    }
}
