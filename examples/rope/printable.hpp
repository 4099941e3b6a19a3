// printable: text of any origin (file names, JSON keys, arguments) as it may go to a terminal.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace cli {

// One line of UTF-8. Escaped as \xNN or \u{NNNN}: control characters (C0, C1, line and paragraph separators), characters
// that change the direction of text or are invisible, and bytes that are no UTF-8. A word of more than 300 bytes, and then
// a text of more than `most` bytes, keeps its beginning and its end, with " ... " or "..." between them.
std::string printable(const std::string& text, std::size_t most = 1500);

} // namespace cli
