// recipes: the published formulas, one pure function `apply` each, written once for any real type: from what a
// configuration says (facts) to a frequency per pair and an amplitude (schedule). The structs and their sources are in
// scaling.hpp, their keys in parameters.hpp. A new recipe is one struct, one function here, one list of keys, one test.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/recipes_axes.hpp>
#include <rope/model/recipes_ntk.hpp>
#include <rope/model/recipes_plain.hpp>
#include <rope/model/recipes_yarn.hpp>
