// SPDX-License-Identifier: Apache-2.0
//
// PatternMiner groups log lines by their text with the changing parts taken out: numbers, ids,
// addresses, quoted values. Lines that then differ in a few words only are one pattern.
//
//   PatternMiner miner(step_ns);
//   miner.Add("GET /api/users/17 200 in 5ms", time_ns, "info");
//   for (const PatternMiner::Pattern& p : miner.Finish()) …    // "GET /api/users/<*> <*> in <*>"
//
// Bounded: patterns beyond kPatternsMax are counted as "<*>". Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sb::api::loki {

class PatternMiner {
 public:
  static constexpr size_t kPatternsMax = 5'000;
  static constexpr size_t kTokensMax = 80;

  struct Pattern {
    std::string text;
    std::string level;
    uint64_t count = 0;
    std::map<int64_t, uint64_t> samples;  // seconds -> lines
  };

  explicit PatternMiner(int64_t step_ns) : step_ns_(step_ns) {}
  void Add(std::string_view line, int64_t time_ns, std::string_view level);
  // The most frequent first.
  std::vector<Pattern> Finish() const;

 private:
  struct Cluster {
    std::vector<std::string> tokens;
    std::string level;
    uint64_t count = 0;
    std::map<int64_t, uint64_t> samples;
  };
  Cluster& ClusterOf(const std::vector<std::string>& tokens, std::string_view level);

  const int64_t step_ns_;
  std::vector<Cluster> clusters_;
  // Number of tokens, first fixed token and level -> clusters.
  std::unordered_map<std::string, std::vector<size_t>> by_shape_;
};

}  // namespace sb::api::loki
