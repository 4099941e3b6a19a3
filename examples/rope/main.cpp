// rope: the library's front window. Looks at a model's rotary embedding, writes its tables, rotates tensors.
// Exit status: 0 success, 1 the input is wrong (one line on standard error), 2 the command line is wrong
// (with usage).
// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "error.hpp"
#include "printable.hpp"

#include <exception>
#include <iostream>
#include <new>
#include <string>

namespace {

int wrong_input(const std::string& what) {
    std::cerr << "rope: " << cli::printable(what) << '\n';
    return 1;
}

int run(const cli::request& r) {
    int status = 0;
    switch (r.what) {
    case cli::subcommand::none:
        break;
    case cli::subcommand::inspect:
        cli::inspect(r);
        break;
    case cli::subcommand::models:
        cli::models(r);
        break;
    case cli::subcommand::table:
        cli::table(r);
        break;
    case cli::subcommand::rotate:
        cli::rotate(r);
        break;
    case cli::subcommand::diagnose:
        status = cli::diagnose(r);
        break;
    case cli::subcommand::verify:
        status = cli::verify(r);
        break;
    case cli::subcommand::plot:
        cli::plot(r);
        break;
    case cli::subcommand::isa:
        cli::isa(r);
        break;
    }
    if (!std::cout.flush()) {
        throw cli::input_error("cannot write to standard output");
    }
    return status;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(cli::parse_command_line(argc, argv));
    } catch (const cli::usage_error& e) {
        std::cerr << "rope: " << cli::printable(e.what()) << '\n' << e.usage();
        return 2;
    } catch (const std::bad_alloc&) {
        return wrong_input("not enough memory");
    } catch (const std::exception& e) {
        return wrong_input(e.what());
    }
}
