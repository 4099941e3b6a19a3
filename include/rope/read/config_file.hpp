// config_file: what a path to a configuration leads to: a file of JSON, a .gguf file, or the one of a model's directory.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>
#include <rope/support/error.hpp>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// Looked for in a directory, the first one that is there.
inline constexpr const char* config_names[] = {"config.json", "params.json", "transformer/config.json"};

// A directory becomes the configuration in it; every other path stays as it is. "-" is standard input.
inline status find_config_file(const std::string& path, std::string& out) {
    std::error_code reason;
    out = path;
    if (path == "-" || !std::filesystem::is_directory(path, reason)) {
        return {};
    }
    std::string names;
    for (const char* name : config_names) {
        const std::filesystem::path file = std::filesystem::path(path) / name;
        if (std::filesystem::exists(file, reason)) {
            out = file.string();
            return {};
        }
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return {"is a directory without a configuration: expected one of " + names};
}

// Whether a file is GGUF: by its name, or by its first four bytes where it is a regular file.
inline bool is_gguf_file(const std::string& path) {
    std::error_code reason;
    if (path == "-") {
        return false;
    }
    if (path.size() > 5 && path.compare(path.size() - 5, 5, ".gguf") == 0) {
        return true;
    }
    std::FILE* file =
        std::filesystem::is_regular_file(path, reason) ? std::fopen(path.c_str(), "rb") : nullptr;
    if (file == nullptr) {
        return false;
    }
    char magic[4] = {};
    const bool whole = std::fread(magic, 1, 4, file) == 4;
    std::fclose(file);
    return whole && (std::memcmp(magic, "GGUF", 4) == 0 || std::memcmp(magic, "FUGG", 4) == 0);
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
