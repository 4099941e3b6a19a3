// The demonstration's way back, written by hand: every parameter against differences of its loss, in double.
#include "support/catch.hpp"

#include "../../examples/attention_heatmap/model.hpp"

#include <Eigen/Core>

#include <cmath>

TEST_CASE("the demonstration's gradient, for every kind of position", "[heatmap][gradient]") {
    heatmap::corpus text;
    text.sentences.resize(2);
    text.sentences[0].words = {0, 1, 2, 1, 3};
    text.sentences[1].words = {2, 4, 0};
    text.vocabulary = 5;
    text.longest = 5;
    const auto kind =
        GENERATE(heatmap::position_kind::rope, heatmap::position_kind::none, heatmap::position_kind::learned);
    heatmap::basic_model<double> model(text, kind, 3);
    const auto loss = [&] { // with the same places dropped each time
        rope::random_source dropped{17};
        return model.differentiate(dropped);
    };
    const auto difference = [&](const auto& set, double at) {
        const double h = 1e-3;
        const auto value = [&](double to) {
            set(to);
            return loss();
        };
        const double coarse = (value(at + 2 * h) - value(at - 2 * h)) / (4 * h);
        const double fine = (value(at + h) - value(at - h)) / (2 * h);
        set(at);
        return fine + (fine - coarse) / 3;
    };
    loss();
    const std::vector<double> found = model.gradient(), angles = model.angle_gradient();
    REQUIRE(found.size() == 4 * (32 * 32 + 32) + 5 * 32);
    double largest = 0;
    for (const double g : found) {
        largest = (std::max)(largest, std::abs(g));
    }
    for (std::size_t k = 0; k < found.size(); k += 7) {
        const double expected = difference([&](double v) { model.values()[k] = v; }, model.values()[k]);
        CAPTURE(k, found[k], expected);
        CHECK(std::abs(found[k] - expected) <= 1e-7 * (std::max)(std::abs(expected), 0.01 * largest));
    }
    if (kind == heatmap::position_kind::learned) {
        REQUIRE(angles.size() == 5 * 4);
        std::vector<double> weights = model.angles()->weights();
        double largest_angle = 0;
        for (const double g : angles) {
            largest_angle = (std::max)(largest_angle, std::abs(g));
        }
        for (std::size_t k = 0; k < angles.size(); ++k) {
            const double expected = difference(
                [&](double v) {
                    weights[k] = v;
                    model.angles()->set_weights(weights);
                },
                weights[k]);
            CAPTURE(k, angles[k], expected);
            CHECK(std::abs(angles[k] - expected) <=
                  1e-7 * (std::max)(std::abs(expected), 0.01 * largest_angle));
        }
    }
}
