// options: the command line as data. The only file of the command that knows CLI11.
// SPDX-License-Identifier: MIT
#include "options.hpp"

#include "error.hpp"
#include "help_examples.hpp"

#include <rope/support/version.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <vector>

namespace cli {
namespace {

const char* const positions_help =
    "N (0 ... N-1), A:B, A:B:STEP, a comma list (0,5,5,-3), or a .npy file of integers or floats";

void add_shared(CLI::App& app, request& r, bool computes) {
    app.add_option("CONFIG", r.config,
                   "a Hugging Face config.json, a .gguf file, the library's own form, a directory that holds "
                   "one, or - "
                   "for standard input")
        ->required();
    app.add_option(
           "--seq-len", r.seq_len,
           computes
               ? "the sequence length for schedules that depend on it (default: the largest position + 1)"
               : "the sequence length for schedules that depend on it (default: a short sequence)")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 53));
    auto* by_name =
        app.add_option("--layer-type", r.layer_type, "the entry of nested rope_parameters, by its name");
    app.add_option("--layer", r.layer, "the same, by the layer's number")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 31))
        ->excludes(by_name);
    app.add_option("--part", r.part,
                   "another part of the configuration by its dotted path, such as vision_config or "
                   "talker_config.text_config (default: the language model)");
    app.add_option("--pairing", r.pairing, "overrides the configuration's")
        ->check(CLI::IsMember({"half_split", "interleaved"}));
    app.add_option("--numerics", r.numerics, "how angles are computed (default: exact)")
        ->check(CLI::IsMember({"exact", "hf_fp32", "ggml"}));
    app.add_option("--isa", r.isa, "forces a kernel: scalar, avx2, avx512 or neon (default: the best one)");
    app.add_option("--threads", r.threads, "worker threads (default: 1)")->check(CLI::Range(1, 1024));
    app.add_flag("--strict", r.strict, "what is a note about the configuration becomes an error");
}

void add_inspect(CLI::App& app, request& r) {
    add_shared(app, r, false);
    auto* json = app.add_flag("--json", r.json, "one JSON object");
    app.add_flag("--native", r.native, "the configuration in the library's own form")->excludes(json);
}

void add_models(CLI::App& app, request& r) {
    app.add_flag("--json", r.json, "one JSON list");
}

void add_table(CLI::App& app, request& r) {
    add_shared(app, r, true);
    app.add_option("--positions", r.positions, positions_help)->required();
    app.add_option("--cos", r.cos, "where the cosines go, .npy [positions, rotary_dim/2]")->required();
    app.add_option("--sin", r.sin, "where the sines go")->required();
    app.add_option("--dtype", r.dtype, "f32 (default), f64, f16, bf16 (as uint16 bits)")
        ->check(CLI::IsMember({"f32", "f64", "f16", "bf16"}));
}

void add_rotate(CLI::App& app, request& r) {
    add_shared(app, r, true);
    app.add_option("--in", r.in, "the tensor, .npy of float32, float64, float16, or uint16 with --dtype bf16")
        ->required();
    app.add_option("--axes", r.axes,
                   "its axes from the outermost to the innermost, such as \"b s h d\": d the embedding, s "
                   "the sequence")
        ->required();
    app.add_option("--out", r.out, "where the result goes, .npy of the same shape and dtype")->required();
    app.add_option("--positions", r.positions, std::string(positions_help) + " (default: the extent of s)");
    app.add_option(
        "--position-axes", r.position_axes,
        "the axes of the positions (default: s for one, \"b s\" for two; axis in front for several axes)");
    auto* adjoint =
        app.add_flag("--adjoint", r.adjoint, "rotates by the opposite angle, same amplitude: the gradient");
    app.add_flag("--undo", r.undo, "rotates by the opposite angle, reciprocal amplitude: the inverse")
        ->excludes(adjoint);
    app.add_option("--out-pairing", r.out_pairing, "the pairing of the result")
        ->check(CLI::IsMember({"half_split", "interleaved"}));
    app.add_option("--dtype", r.dtype,
                   "bf16 reads uint16 as bfloat16 bits; f32, f64, f16 must be what the file has")
        ->check(CLI::IsMember({"f32", "f64", "f16", "bf16"}));
}

void add_diagnose(CLI::App& app, request& r) {
    add_shared(app, r, true);
    app.add_option(
           "--before", r.before,
           "the tensor before the rotation, .npy of float32, float64, float16, or uint16 with --dtype bf16")
        ->required();
    app.add_option("--after", r.after, "the tensor after it, of the same shape and type")->required();
    app.add_option("--axes", r.axes, "their axes from the outermost to the innermost, such as \"b s h d\"")
        ->required();
    app.add_option("--positions", r.positions, std::string(positions_help) + " (default: the extent of s)");
    app.add_option(
        "--position-axes", r.position_axes,
        "the axes of the positions (default: s for one, \"b s\" for two; axis in front for several axes)");
    app.add_option("--dtype", r.dtype,
                   "bf16 reads uint16 as bfloat16 bits; f32, f64, f16 must be what the files have")
        ->check(CLI::IsMember({"f32", "f64", "f16", "bf16"}));
    app.add_flag("--json", r.json, "one JSON object");
}

void add_verify(CLI::App& app, request& r) {
    add_shared(app, r, true);
    auto* cos = app.add_option("--cos", r.cos,
                               "the cosines, .npy of float32, float64, float16, or uint16 with --dtype bf16");
    auto* sin = app.add_option("--sin", r.sin, "the sines, of the same shape and type")->needs(cos);
    cos->needs(sin);
    auto* table = app.add_option("--table", r.table, "instead of both: the one array of forms that have one")
                      ->excludes(cos);
    app.add_option(
           "--form", r.form,
           "how the table is stored (default: it is found). Two arrays: halves, duplicated, "
           "interleaved_duplicates, transposed; one array: cos_then_sin, sin_then_cos, complex_pairs, "
           "duplicated_cos_then_sin, matrices")
        ->check(
            CLI::IsMember({"halves", "duplicated", "interleaved_duplicates", "cos_then_sin", "sin_then_cos",
                           "duplicated_cos_then_sin", "complex_pairs", "matrices", "transposed"}));
    app.add_option("--positions", r.positions,
                   std::string(positions_help) + " (default: the row's number, from 0)");
    app.add_option("--dtype", r.dtype,
                   "bf16 reads uint16 as bfloat16 bits; f32, f64, f16 must be what the files have")
        ->check(CLI::IsMember({"f32", "f64", "f16", "bf16"}));
    app.add_flag("--json", r.json, "one JSON object");
    app.callback([cos, table] {
        if (cos->empty() && table->empty()) {
            throw CLI::RequiredError("--cos and --sin, or --table");
        }
    });
}

void add_plot(CLI::App& app, request& r) {
    add_shared(app, r, false);
    app.add_option("OTHER", r.other, "a second configuration, to be compared; read with the same options");
    app.add_option("--out", r.out, "where the picture goes, .svg")->required();
    app.add_option(
           "--kind", r.kind,
           "wavelengths of the pairs (default for one configuration); decay of the score of equal queries "
           "and "
           "keys with their distance; angles of the pairs by position; error of float tables by position; "
           "compare: wavelengths and decay of both (default for two)")
        ->check(CLI::IsMember({"wavelengths", "decay", "angles", "error", "compare"}));
}

// Values that begin with a minus sign, such as the positions -3:5, would be taken for options.
std::vector<std::string> joined_arguments(int argc, char** argv) {
    std::vector<std::string> arguments;
    for (int k = 1; k < argc; ++k) {
        std::string argument = argv[k];
        if (argument == "--positions" && k + 1 < argc && argv[k + 1][0] == '-' && argv[k + 1][1] != '-') {
            argument += std::string("=") + argv[++k];
        }
        arguments.push_back(std::move(argument));
    }
    std::reverse(arguments.begin(), arguments.end()); // as CLI11 takes them
    return arguments;
}

} // namespace

request parse_command_line(int argc, char** argv) {
    request r;
    CLI::App app("rope: rotary position embedding from a model's configuration.", "rope");
    app.set_version_flag("--version", "rope " ROPE_VERSION_STRING);
    app.require_subcommand(1);
    CLI::App* inspect =
        app.add_subcommand("inspect", "What a configuration says: frequencies, wavelengths, scaling");
    CLI::App* models = app.add_subcommand("models", "Lists the model types that are known");
    CLI::App* table = app.add_subcommand("table", "Writes cos and sin for positions");
    CLI::App* rotate = app.add_subcommand("rotate", "Rotates a tensor");
    CLI::App* diagnose = app.add_subcommand(
        "diagnose", "Finds which rotation made one tensor of another, and what is wrong with it");
    CLI::App* verify = app.add_subcommand(
        "verify", "Compares a table of cos and sin with the configuration, and finds what is wrong with it");
    CLI::App* plot =
        app.add_subcommand("plot", "Draws a configuration, or two beside each other, as an SVG picture");
    CLI::App* isa = app.add_subcommand("isa", "Lists the kernels available here; * marks the active one");
    add_inspect(*inspect, r);
    add_models(*models, r);
    add_table(*table, r);
    add_rotate(*rotate, r);
    add_diagnose(*diagnose, r);
    add_verify(*verify, r);
    add_plot(*plot, r);
    isa->add_option("--isa", r.isa, "forces a kernel");

    for (CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
        sub->footer(help_examples(sub->get_name()));
    }
    const auto named = [&](const CLI::App* sub) { return argc > 1 && sub->get_name() == argv[1]; };
    if (argc > 1 && argv[1][0] != '-' && app.get_subcommands(named).empty()) {
        throw usage_error(std::string(argv[1]) + " is not a subcommand", app.help());
    }
    const CLI::App* chosen = &app;
    const auto find_chosen = [&] {
        for (const CLI::App* sub : app.get_subcommands()) {
            chosen = sub;
        }
    };
    try {
        app.parse(joined_arguments(argc, argv));
        find_chosen();
        r.what = chosen == inspect    ? subcommand::inspect
                 : chosen == models   ? subcommand::models
                 : chosen == table    ? subcommand::table
                 : chosen == rotate   ? subcommand::rotate
                 : chosen == diagnose ? subcommand::diagnose
                 : chosen == verify   ? subcommand::verify
                 : chosen == plot     ? subcommand::plot
                                      : subcommand::isa;
    } catch (const CLI::CallForHelp&) {
        find_chosen();
        std::cout << chosen->help(chosen == &app ? "" : "rope");
        r.what = subcommand::none;
    } catch (const CLI::CallForVersion&) {
        std::cout << "rope " ROPE_VERSION_STRING "\n";
        r.what = subcommand::none;
    } catch (const CLI::ParseError& e) {
        find_chosen();
        throw usage_error(e.what(), chosen->help(chosen == &app ? "" : "rope"));
    }
    return r;
}

} // namespace cli
