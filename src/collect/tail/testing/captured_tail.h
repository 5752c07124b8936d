// SPDX-License-Identifier: Apache-2.0
//
// CapturedTail is a store for tests of the tailer: like the real one it keeps equal rows (path's
// label, time, text) once, and it can refuse, or take a batch and fail all the same, as a crash
// right after the write would look.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "collect/tail/tail_source.h"

namespace sb::collect {

class CapturedTail : public TailSink {
 public:
  base::Status Write(const TailBatch& batch) override;
  void OnFileGone(std::string_view path) override { gone.emplace_back(path); }

  std::vector<std::string> Texts() const;

  std::vector<TailLine> lines;  // in the order of their first arrival
  std::vector<std::string> gone;
  std::vector<std::string> paths;  // of the batches that were taken
  size_t repeated = 0;  // rows that were there already
  // Asked before each batch: what Write shall do.
  enum class Behaviour { kTake, kRefuse, kTakeAndFail };
  std::function<Behaviour()> behaviour;

 private:
  std::set<std::tuple<std::string, int64_t, std::string>> rows_;
};

}  // namespace sb::collect
