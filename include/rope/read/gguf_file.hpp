// gguf_file: the header of a .gguf file.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/gguf_header.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>

#include <string>

#if ROPE_DEFINITIONS
#include <rope/read/gguf_parser.hpp>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>
#endif

namespace rope {
inline namespace ROPE_ABI {

// The header of a .gguf file, versions 2 and 3, in either byte order; `out` is filled when the status is ok, and left as it was
// otherwise.
//   Lifetime    the file is closed again; `out` keeps nothing of it
//   Range       at most 65536 keys and 1 GiB of header; no tensor is read
//   Returned    what is wrong, in one sentence that begins with the path: a length that the file has no room for, a type out of
//               range, a key that is there twice, a file that ends early
//   Allocations one for each value that is kept; a length is checked against the size of the file before anything of that
//               length is allocated
//   Source      ggml, docs/gguf.md
ROPE_API status try_read_gguf_header(const std::string& path, gguf_header& out);

// The same; throws rope::error.
inline gguf_header read_gguf_header(const std::string& path) {
    gguf_header out;
    detail::require(try_read_gguf_header(path, out));
    return out;
}

#if ROPE_DEFINITIONS
ROPE_COLD ROPE_API status try_read_gguf_header(const std::string& path, gguf_header& out) {
    std::error_code reason;
    const bool regular = std::filesystem::is_regular_file(path, reason);
    const std::uintmax_t size = regular ? std::filesystem::file_size(path, reason) : 0;
    if (reason) {
        return {path + ": cannot open: " + reason.message()};
    }
    if (!regular) {
        return {path + ": is no regular file, as a GGUF file has to be"};
    }
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) {
        return {path + ": cannot open: " + std::generic_category().message(errno)};
    }
    gguf_header header;
    std::string fault = detail::gguf_parser(file, size, header).run();
    std::fclose(file);
    if (!fault.empty()) {
        return {path + ": " + fault};
    }
    out = std::move(header);
    return {};
}
#endif

} // namespace ROPE_ABI
} // namespace rope
