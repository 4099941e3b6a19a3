// options: the command line as data. The only file of the command that knows CLI11.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace cli {

enum class subcommand : std::uint8_t { none, inspect, models, table, rotate, diagnose, verify, plot, isa };

struct request {
    subcommand what = subcommand::none;

    // shared
    std::string config;
    std::optional<std::int64_t> seq_len;
    std::string layer_type;
    std::optional<std::int64_t> layer;
    std::string part;
    std::string pairing;
    std::string numerics = "exact";
    std::string isa;
    int threads = 1;
    bool strict = false;

    // inspect, models
    bool json = false;
    bool native = false;

    // table, rotate
    std::optional<std::string> positions;
    std::string dtype;

    // table, verify
    std::string cos, sin;

    // verify
    std::string table, form;

    // rotate
    std::string in, out, axes;
    std::optional<std::string> position_axes;
    bool adjoint = false;
    bool undo = false;
    std::string out_pairing;

    // plot; out as for rotate
    std::string other, kind;

    // diagnose; axes and position_axes as for rotate
    std::string before, after;
};

// Reads the command line. Where it asks for help or the version, prints that on standard output and returns a
// request for nothing. Throws usage_error.
request parse_command_line(int argc, char** argv);

} // namespace cli
