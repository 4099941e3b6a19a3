// isa: the kernels that this machine can run, and --isa.
// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "error.hpp"
#include "model.hpp"

#include <rope/kernels/isa.hpp>
#include <rope/kernels/tuning.hpp>

#include <iostream>

namespace cli {

void force_isa(const request& r) {
    if (r.isa.empty()) {
        return;
    }
    const std::optional<rope::isa> named = rope::isa_from_name(r.isa);
    if (named && rope::is_available(*named)) {
        rope::force_isa(named);
        return;
    }
    std::string list;
    for (const rope::isa each : rope::available_isas()) {
        list += (list.empty() ? "" : ", ") + std::string(rope::isa_name(each));
    }
    throw input_error("--isa " + r.isa + ": not available here; expected one of: " + list);
}

void isa(const request& r) {
    force_isa(r);
    const rope::isa active = rope::active_isa();
    for (const rope::isa each : rope::available_isas()) {
        std::cout << (each == active ? "* " : "  ") << rope::isa_name(each) << '\n';
    }
    const rope::tuning& row = rope::active_tuning();
    const auto caches = rope::detail::cache_sizes();
    std::cout << "tuning " << row.name << " (L2 " << (caches.l2 >> 10) << " KiB, L3 " << (caches.l3 >> 10)
              << " KiB)\n";
}

} // namespace cli
