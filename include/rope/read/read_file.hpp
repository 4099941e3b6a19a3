// read_file: the bytes of a configuration's file, with a limit.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>
#include <rope/support/error.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string>
#include <system_error>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr std::size_t greatest_config_bytes = std::size_t{64} << 20;

// The bytes of a file; "-" is standard input.
inline status read_file(const std::string& path, std::string& out) {
    std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
    if (file == nullptr) {
        return {"cannot open: " + std::generic_category().message(errno)};
    }
    out.clear();
    char part[1 << 14];
    std::size_t count = 0;
    while (out.size() <= greatest_config_bytes && (count = std::fread(part, 1, sizeof part, file)) > 0) {
        out.append(part, count);
    }
    const bool broken = std::ferror(file) != 0;
    const int reason = errno;
    if (file != stdin) {
        std::fclose(file);
    }
    if (broken) {
        return {"cannot read: " + std::generic_category().message(reason)};
    }
    if (out.size() > greatest_config_bytes) {
        return {"larger than 64 MiB, expected a model's configuration"};
    }
    return {};
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
