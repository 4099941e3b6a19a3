// rope: the library's front window. Looks at a model's rotary embedding, writes its tables, rotates tensors.
// Exit status: 0 success, 1 the input is wrong (one line on standard error), 2 the command line is wrong
// (with usage).
// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "error.hpp"

#include <exception>
#include <iostream>
#include <new>
#include <string>

namespace {

// One line: file names and JSON keys may hold anything.
std::string on_one_line(const std::string& text) {
    constexpr char digits[] = "0123456789abcdef";
    std::string line;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            line += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        } else {
            line += c;
        }
    }
    return line;
}

int wrong_input(const std::string& what) {
    std::cerr << "rope: " << on_one_line(what) << '\n';
    return 1;
}

void run(const cli::request& r) {
    switch (r.what) {
    case cli::subcommand::none:
        break;
    case cli::subcommand::inspect:
        cli::inspect(r);
        break;
    case cli::subcommand::table:
        cli::table(r);
        break;
    case cli::subcommand::rotate:
        cli::rotate(r);
        break;
    case cli::subcommand::isa:
        cli::isa(r);
        break;
    }
    if (!std::cout.flush()) {
        throw cli::input_error("cannot write to standard output");
    }
}

} // namespace

int main(int argc, char** argv) {
    try {
        run(cli::parse_command_line(argc, argv));
        return 0;
    } catch (const cli::usage_error& e) {
        std::cerr << "rope: " << e.what() << '\n';
        return 2;
    } catch (const std::bad_alloc&) {
        return wrong_input("not enough memory");
    } catch (const std::exception& e) {
        return wrong_input(e.what());
    }
}
