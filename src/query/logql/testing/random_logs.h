// SPDX-License-Identifier: Apache-2.0
//
// Random log rows and random LogQL over them, for tests that compare two ways of answering. Texts
// are few and made to collide: names that stream and metadata share, words that stand in a line as
// they are and escaped, values that are empty or no numbers.
//
//   RandomLogs random(seed);
//   std::vector<LogRow> rows = random.Rows(150, kStart, 600);
//   std::string query = random.Selector() + random.Stages();
//
// Threads: none.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "store/interface/event_store.h"

namespace sb::logql {

struct LogRow {
  std::vector<std::pair<std::string, std::string>> stream;
  std::vector<std::pair<std::string, std::string>> metadata;
  int64_t time_ns = 0;
  std::string line;  // unlike that of every other row of its generator

  // "time stream line": what tells rows apart.
  std::string Identity() const;
};

class RandomLogs {
 public:
  explicit RandomLogs(uint64_t seed) : random_(seed) {}

  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  // `count` rows at random places of `seconds` from `start_ns` on, in any order.
  std::vector<LogRow> Rows(int count, int64_t start_ns, int seconds);
  std::string Selector();
  std::string Stages();
  // A metric query over Selector() and Stages().
  std::string Metric();

 private:
  template <typename... Text>
  std::string One(Text... options) {
    const std::vector<std::string> all = {options...};
    return all[static_cast<size_t>(Below(static_cast<int>(all.size())))];
  }
  std::string Line();
  std::string FirstFilters();
  std::string LaterStages();

  std::mt19937_64 random_;
  int made_ = 0;
};

// The rows as a batch for a store.
store::EventBatch BatchOf(const std::vector<LogRow>& rows);

}  // namespace sb::logql
