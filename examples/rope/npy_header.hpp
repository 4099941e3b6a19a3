// npy_header: the Python literal at the head of an .npy file, parsed strictly.
// SPDX-License-Identifier: MIT
#pragma once

#include "npy.hpp"

#include <string>

namespace cli {

struct npy_description {
    element type = element::f4;
    bool swapped = false; // the file's byte order is not this machine's
    bool fortran = false;
    bool complex = false; // each entry is two elements of `type`
    shape_type shape = {};
};

// `text` is the dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }. `path` is for the
// error.
npy_description parse_npy_header(const std::string& text, const std::string& path);

bool machine_is_little_endian();

} // namespace cli
