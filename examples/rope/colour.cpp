// SPDX-License-Identifier: MIT
#include "colour.hpp"

#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace cli {

colours colours_of_output() {
    const char* refused = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    if (isatty(STDOUT_FILENO) != 1 || (refused != nullptr && *refused != '\0') ||
        (term != nullptr && std::strcmp(term, "dumb") == 0)) {
        return {};
    }
    return {"\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[36m", "\x1b[0m"};
}

} // namespace cli
