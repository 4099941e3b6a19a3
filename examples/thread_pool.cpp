// Rotating inside an engine's own thread pool: the plan is made once for a batch of tokens, every layer runs it on
// its own queries and keys, each worker does its part. Needs no executor of the library's.
// SPDX-License-Identifier: MIT
#include <rope/core.hpp>

#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

// Stands for what an engine has: workers that each do `work(worker, workers)`, and a barrier at the end.
class engine_pool {
  public:
    explicit engine_pool(int workers) {
        for (int k = 0; k < workers; ++k) {
            threads_.emplace_back([this, k] { serve(k); });
        }
    }
    ~engine_pool() {
        submit({});
        for (std::thread& t : threads_) {
            t.join();
        }
    }
    void each(std::function<void(int, int)> work) {
        submit(std::move(work));
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return busy_ == 0; });
    }

  private:
    void submit(std::function<void(int, int)> work) {
        const std::lock_guard<std::mutex> lock(mutex_);
        work_ = std::move(work);
        busy_ = static_cast<int>(threads_.size());
        ++round_;
        changed_.notify_all();
    }
    void serve(int worker) {
        for (int seen = 0;;) {
            std::function<void(int, int)> work;
            {
                std::unique_lock<std::mutex> lock(mutex_);
                changed_.wait(lock, [&] { return round_ != seen; });
                seen = round_;
                work = work_;
            }
            if (!work) {
                return;
            }
            work(worker, static_cast<int>(threads_.size()));
            const std::lock_guard<std::mutex> lock(mutex_);
            if (--busy_ == 0) {
                changed_.notify_all();
            }
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::function<void(int, int)> work_;
    int busy_ = 0, round_ = 0;
    std::vector<std::thread> threads_;
};

int main() {
    constexpr int layers = 4, tokens = 512, heads = 32, key_heads = 8, dim = 128;
    rope::config config;
    config.head_dim = dim;
    config.base = 500000;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 8192);

    // What a layer calculates: queries and keys packed in one row per token, as a fused projection leaves them.
    constexpr int row = (heads + key_heads) * dim;
    std::vector<std::vector<float>> qk(layers,
                                       std::vector<float>(static_cast<std::size_t>(tokens) * row, 1.0f));
    const auto packed = rope::view(qk[0].data(), {tokens, heads + key_heads, dim});
    const auto plan = rope::plan(table, packed, "s h d", rope::offset(100)); // all checks, once

    engine_pool pool(4);
    for (std::vector<float>& layer : qk) {
        pool.each([&](int worker, int workers) { rope::run(plan, layer.data(), worker, workers); });
    }
    std::printf("%d layers of %d tokens rotated by 4 workers; the last element is %g\n", layers, tokens,
                static_cast<double>(qk.back().back()));
}
