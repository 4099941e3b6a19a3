// Who uses rope::rope and rope::json: a model's configuration and an Eigen tensor.
// SPDX-License-Identifier: MIT
#include <rope/json.hpp>
#include <rope/rope.hpp>

#include <unsupported/Eigen/CXX11/Tensor>

#include <cmath>

int main() {
    const auto config = rope::config_from_json(nlohmann::json::parse(R"({"head_dim": 4, "base": 10000.0})"));
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 3);
    Eigen::Tensor<float, 3, Eigen::RowMajor> q(3, 2, 4); // tokens, heads, head_dim
    q.setConstant(1.0f);
    rope::rotate(q, table, "s h d");
    const bool right = std::abs(q(2, 1, 0) - (std::cos(2.0f) - std::sin(2.0f))) < 1e-6f && q(0, 0, 3) == 1.0f;
    return right ? 0 : 1;
}
