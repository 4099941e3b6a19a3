// colour: escape sequences for a terminal, empty where there is none.
// SPDX-License-Identifier: MIT
#pragma once

namespace cli {

struct colours {
    const char *bold = "", *faint = "", *note = "", *changed = "", *end = "";
};

// For standard output: none where it is no terminal, where NO_COLOR is set and not empty (https://no-color.org), or where
// TERM is "dumb".
colours colours_of_output();

} // namespace cli
