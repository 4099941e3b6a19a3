// Rows of cos and sin that somebody else made, as ncnn, MNN, executorch and exported graphs hand them to an operator: rotated with
// where they lie, in four of the forms that they come in. No frequencies are needed.
// SPDX-License-Identifier: MIT
#include <rope/core.hpp>
#include <rope/exchange/rows_in_format.hpp>

#include <cmath>
#include <cstdio>
#include <vector>

int main() {
    const std::int64_t heads = 4, seq = 6, dim = 64, pairs = dim / 2;

    // what a graph hands in: the rows of these six tokens, gathered already
    std::vector<float> cos(seq * pairs), sin(cos), both(2 * cos.size()), complex(both.size());
    for (std::int64_t t = 0; t < seq; ++t) {
        for (std::int64_t i = 0; i < pairs; ++i) {
            const double angle =
                static_cast<double>(100 + t) * std::pow(10000.0, -2.0 * static_cast<double>(i) / dim);
            const auto at = static_cast<std::size_t>(t * pairs + i),
                       row = static_cast<std::size_t>(t * dim + i);
            cos[at] = both[row] = complex[2 * at] = static_cast<float>(std::cos(angle));
            sin[at] = both[row + pairs] = complex[2 * at + 1] = static_cast<float>(std::sin(angle));
        }
    }

    // ncnn: a matrix of [head][token][dim] whose channels are further apart; two arrays of half a head
    const std::int64_t cstep = seq * dim + 16;
    std::vector<float> x(heads * cstep, 0.5f), y(x.size());
    const auto mat = [&](std::vector<float>& v) { return rope::view(v, {heads, seq, dim}, {cstep, dim, 1}); };
    const auto paired = rope::pairing::half_split;
    rope::rotate(mat(x), mat(y), rope::rows(cos.data(), sin.data(), seq, pairs, paired), "h s d");
    const float expected = y[static_cast<std::size_t>(cstep + 3 * dim)];

    // vLLM: [cos | sin] in one row; torchtune: cos and sin of each pair side by side
    const float* const none = nullptr;
    int wrong = 0;
    for (const auto& rows :
         {rope::rows({rope::table_format::cos_then_sin}, both.data(), none, seq, pairs, paired),
          rope::rows({rope::table_format::complex_pairs}, complex.data(), none, seq, pairs, paired)}) {
        std::vector<float> again(x.size());
        rope::rotate(mat(x), mat(again), rows, "h s d");
        wrong += again == y ? 0 : 1;
    }

    // distributed-llama: a pointer for each token of the batch
    std::vector<const float*> cos_rows, sin_rows;
    for (std::int64_t t = 0; t < seq; ++t) {
        cos_rows.push_back(cos.data() + t * pairs);
        sin_rows.push_back(sin.data() + t * pairs);
    }
    rope::rotate(mat(x), rope::rows(cos_rows.data(), sin_rows.data(), seq, pairs, paired), "h s d");
    for (std::int64_t h = 0; h < heads; ++h) {
        for (std::int64_t k = 0; k < seq * dim; ++k) {
            const auto at = static_cast<std::size_t>(h * cstep + k);
            wrong += x[at] == y[at] ? 0 : 1;
        }
    }
    std::printf("one element, by four forms of the same rows: %.6f; differences: %d\n",
                static_cast<double>(expected), wrong);
    return wrong == 0 ? 0 : 1;
}
