// GGUF: every architecture of the table from its keys, and headers of files, hostile ones among them.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/families/gguf_architectures.hpp>
#include <rope/gguf.hpp>
#include <rope/model/frequencies.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace {

using rope::detail::gguf_rope;

// The keys that every architecture can be read from, with two layers' worth of everything.
rope::metadata values_of(const rope::detail::gguf_architecture& row, std::int64_t blocks) {
    const std::string prefix = std::string(row.name) + ".";
    rope::metadata values = {{"general.architecture", std::string(row.name)},
                             {prefix + "block_count", blocks},
                             {prefix + "embedding_length", std::int64_t{1024}},
                             {prefix + "context_length", std::int64_t{4096}},
                             {prefix + "attention.head_count", std::int64_t{8}},
                             {prefix + "attention.key_length", std::int64_t{128}},
                             {prefix + "attention.key_length_mla", std::int64_t{192}},
                             {prefix + "attention.sliding_window", std::int64_t{512}},
                             {prefix + "rope.dimension_count", std::int64_t{64}},
                             {prefix + "rope.freq_base", 1e6},
                             {prefix + "rope.dimension_sections", std::vector<std::int64_t>{11, 11, 10, 0}}};
    if (row.has(rope::detail::gguf_does::listed)) {
        std::vector<std::int64_t> pattern;
        for (std::int64_t i = 0; i < blocks; ++i) {
            pattern.push_back(i % 2);
        }
        values[prefix + "attention.sliding_window_pattern"] = pattern;
    }
    if (row.layers == rope::detail::gguf_layers::compressed) {
        values[prefix + "attention.compress_rope_freq_base"] = 160000.0;
        values[prefix + "attention.compress_ratios"] =
            std::vector<std::int64_t>(static_cast<std::size_t>(blocks), 4);
    }
    return values;
}

// A GGUF file in memory, written by hand.
class writer {
  public:
    explicit writer(bool big_endian) : big_endian_(big_endian) {}
    std::string bytes = "GGUF";

    template <class T>
    writer& put(T x) {
        unsigned char raw[sizeof(T)];
        std::memcpy(raw, &x, sizeof x);
        const std::uint16_t probe = 1;
        unsigned char first = 0;
        std::memcpy(&first, &probe, 1);
        for (std::size_t k = 0; k < sizeof(T); ++k) {
            bytes += static_cast<char>(raw[(first == 1) == big_endian_ ? sizeof(T) - 1 - k : k]);
        }
        return *this;
    }
    writer& text(const std::string& s) {
        put(static_cast<std::uint64_t>(s.size()));
        bytes += s;
        return *this;
    }

  private:
    bool big_endian_;
};

std::string llama_file(bool big_endian, std::uint32_t version) {
    writer w(big_endian);
    w.put(version).put(std::uint64_t{2}).put(std::uint64_t{10});
    w.text("general.architecture").put(std::uint32_t{8}).text("llama");
    w.text("llama.block_count").put(std::uint32_t{4}).put(std::uint32_t{4});
    w.text("llama.embedding_length").put(std::uint32_t{10}).put(std::uint64_t{1024});
    w.text("llama.attention.head_count").put(std::uint32_t{9}).put(std::uint32_t{5}).put(std::uint64_t{4});
    for (int k = 0; k < 4; ++k) {
        w.put(std::int32_t{8});
    }
    w.text("llama.rope.freq_base").put(std::uint32_t{6}).put(500000.0F);
    w.text("llama.rope.scaling.factor").put(std::uint32_t{12}).put(8.0);
    w.text("tokenizer.ggml.tokens").put(std::uint32_t{9}).put(std::uint32_t{8}).put(std::uint64_t{50});
    for (int k = 0; k < 50; ++k) {
        w.text("token");
    }
    w.text("a.flag").put(std::uint32_t{7}).put(std::uint8_t{1});
    w.text("a.byte").put(std::uint32_t{1}).put(std::int8_t{-3});
    w.text("a.nested").put(std::uint32_t{9}).put(std::uint32_t{9}).put(std::uint64_t{2});
    for (int k = 0; k < 2; ++k) {
        w.put(std::uint32_t{3})
            .put(std::uint64_t{3})
            .put(std::int16_t{1})
            .put(std::int16_t{2})
            .put(std::int16_t{3});
    }
    for (const char* name : {"token_embd.weight", "rope_freqs.weight"}) {
        w.text(name).put(std::uint32_t{1}).put(std::uint64_t{64}).put(std::uint32_t{0}).put(std::uint64_t{0});
    }
    return w.bytes;
}

// A file that goes away with its name.
class scratch_file {
  public:
    scratch_file()
        : path_((std::filesystem::temp_directory_path() /
                 ("rope_gguf_test_" + std::to_string(std::random_device{}()) + ".gguf"))
                    .string()) {}
    scratch_file(const scratch_file&) = delete;
    scratch_file& operator=(const scratch_file&) = delete;
    ~scratch_file() { std::remove(path_.c_str()); }

    const std::string& holding(const std::string& bytes) {
        std::FILE* file = std::fopen(path_.c_str(), "wb");
        REQUIRE(file != nullptr);
        REQUIRE(std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size());
        REQUIRE(std::fclose(file) == 0);
        return path_;
    }

  private:
    std::string path_;
};

} // namespace

TEST_CASE("GGUF: every architecture is read for every layer", "[gguf]") {
    for (const rope::detail::gguf_architecture& row : rope::detail::gguf_architectures) {
        INFO(row.name);
        const std::int64_t blocks = 8;
        const rope::metadata values = values_of(row, blocks);
        int rotating = 0;
        for (std::int64_t layer = 0; layer < blocks; ++layer) {
            rope::read_options options;
            options.layer = layer;
            rope::reading r;
            const rope::status s = rope::try_read_gguf(values, options, r);
            CHECK(s.message == "");
            rotating += r.rotates ? 1 : 0;
            CHECK(r.rotates == r.why.empty());
            CHECK((row.rope != gguf_rope::none || !r.rotates));
            if (!r.rotates) {
                continue;
            }
            const bool interleaved = row.rope == gguf_rope::normal;
            CHECK((r.config.pairing == rope::pairing::interleaved) == interleaved);
            const bool half = row.has(rope::detail::gguf_does::half_full) && layer % 2 == 0;
            CHECK(r.config.rotary_dim == (half ? 32 : 64));
            CHECK(r.config.head_dim == (row.has(rope::detail::gguf_does::last_slice) ? 64 : 128));
            CHECK(r.config.rotary_offset == (row.has(rope::detail::gguf_does::last_of_head) ? 64 : 0));
            const bool several = row.rope != gguf_rope::normal && row.rope != gguf_rope::neox;
            CHECK(rope::frequencies(r.config).axes == (row.rope == gguf_rope::imrope ? 4 : several ? 3 : 1));
        }
        CHECK((rotating > 0) == (row.rope != gguf_rope::none));
        rope::read_options beyond;
        beyond.layer = blocks;
        rope::reading r;
        CHECK(rope::try_read_gguf(values, beyond, r).message == "layer = 8: expected 0 to 7");
    }
}

TEST_CASE("GGUF: a list for each layer has as many entries as there are layers", "[gguf]") {
    const rope::detail::gguf_architecture& row = *rope::detail::find_gguf_architecture("lfm2");
    rope::metadata values = values_of(row, 8);
    rope::reading r;
    values["lfm2.attention.head_count_kv"] = std::vector<std::int64_t>{0, 8};
    CHECK(rope::try_read_gguf(values, r).message ==
          "lfm2.attention.head_count_kv has 2 entries: expected 8, one for each layer");
    values["lfm2.attention.head_count_kv"] = std::vector<std::int64_t>{0, 8, 0, 8, 0, 8, 0, -1};
    CHECK(rope::try_read_gguf(values, r).message ==
          "lfm2.attention.head_count_kv[7] = -1: expected an integer from 0 up");
    values["lfm2.attention.head_count_kv"] = std::string("x");
    CHECK(rope::try_read_gguf(values, r).message ==
          "lfm2.attention.head_count_kv is of another type: expected an integer from 0 up");
    values.erase("lfm2.attention.head_count_kv");
    values["lfm2.block_count"] = std::int64_t{1} << 40;
    CHECK(rope::try_read_gguf(values, r).message ==
          "lfm2.block_count = 1099511627776: expected at most 10000, and at least nextn_predict_layers = 0");
}

TEST_CASE("GGUF: kinds that no layer has ask no question", "[gguf]") {
    rope::metadata values = values_of(*rope::detail::find_gguf_architecture("gemma3"), 3);
    rope::reading r;
    CHECK(rope::try_read_gguf(values, r).ok());
    CHECK(r.config.base == 10000); // of three layers none is a sixth one
    values["gemma3.block_count"] = std::int64_t{6};
    CHECK(rope::try_read_gguf(values, r).message ==
          "the layers differ in their rotary embedding: choose a layer type of sliding_attention, "
          "full_attention, or a layer by its number");
}

TEST_CASE("GGUF: a header's values have the types of the file", "[gguf]") {
    scratch_file scratch;
    for (const bool big_endian : {false, true}) {
        for (const std::uint32_t version : {2U, 3U}) {
            const std::string path = scratch.holding(llama_file(big_endian, version));
            const rope::gguf_header h = rope::read_gguf_header(path);
            CHECK(h.version == version);
            CHECK(h.big_endian == big_endian);
            CHECK(h.values.size() == 8); // neither tokens nor lists of lists
            CHECK(std::get<std::string>(h.values.at("general.architecture")) == "llama");
            CHECK(std::get<std::int64_t>(h.values.at("llama.embedding_length")) == 1024);
            CHECK(std::get<std::vector<std::int64_t>>(h.values.at("llama.attention.head_count")) ==
                  std::vector<std::int64_t>{8, 8, 8, 8});
            CHECK(std::get<double>(h.values.at("llama.rope.freq_base")) == 5e5);
            CHECK(std::get<double>(h.values.at("llama.rope.scaling.factor")) == 8);
            CHECK(std::get<bool>(h.values.at("a.flag")));
            CHECK(std::get<std::int64_t>(h.values.at("a.byte")) == -3);
            CHECK(h.frequency_tensors == std::vector<std::string>{"rope_freqs.weight"});
            const rope::reading r = rope::read_gguf(path);
            CHECK(r.config.head_dim == 128);
            CHECK(r.config.base == 5e5);
            CHECK(r.notes.size() == 1);
            rope::read_options strict;
            strict.strict = true;
            rope::reading same;
            CHECK(rope::try_read_gguf(path, strict, same).message.rfind(path + ": strict: ", 0) == 0);
        }
    }
}

TEST_CASE("GGUF: hostile headers are read or refused with one sentence", "[gguf][fuzz]") {
    const char* text = std::getenv("ROPE_TEST_SEED");
    const std::uint64_t seed = text ? std::strtoull(text, nullptr, 10) : 20261127;
    INFO("ROPE_TEST_SEED=" << seed);
    scratch_file scratch;
    int accepted = 0;
    for (std::uint64_t k = 0; k < 4000; ++k) {
        std::mt19937_64 random(seed + k);
        std::string bytes = llama_file(random() % 2 == 0, 3);
        switch (random() % 3) {
        case 0: // cut
            bytes.resize(random() % bytes.size());
            break;
        case 1: // any bytes
            for (std::uint64_t n = random() % 8; n < 8; ++n) {
                bytes[random() % bytes.size()] = static_cast<char>(random());
            }
            break;
        default: { // a length or a type that is large
            const std::size_t at = random() % (bytes.size() - 8);
            std::memset(&bytes[at], random() % 2 == 0 ? 0xff : 0x7f, 1 + random() % 8);
        }
        }
        const std::string path = scratch.holding(bytes);
        rope::reading r;
        const rope::status s = rope::try_read_gguf(path, {}, r);
        if (s.ok()) {
            ++accepted;
            CHECK(r.config.head_dim > 0);
        } else if (s.message.rfind(path + ": ", 0) != 0 || s.message.size() > path.size() + 300 ||
                   s.message.find('\n') != std::string::npos) {
            FAIL("seed " << seed + k << ": " << s.message);
        }
    }
    CHECK(accepted > 40);
    CHECK(accepted < 4000);
}

TEST_CASE("GGUF: what is no regular file is refused", "[gguf]") {
    rope::gguf_header h;
    const std::string folder = std::filesystem::temp_directory_path().string();
    CHECK(rope::try_read_gguf_header(folder, h).message ==
          folder + ": is no regular file, as a GGUF file has to be");
    CHECK(rope::try_read_gguf_header(folder + "/no such file", h).message.find("cannot open") !=
          std::string::npos);
}
