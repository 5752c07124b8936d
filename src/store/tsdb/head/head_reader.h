// SPDX-License-Identifier: Apache-2.0
//
// HeadReader reads the head as it was after the last commit before the reader was opened, however
// long it lives. The database merges it with the blocks (store/tsdb/db); the results are sorted as
// store/interface/querier.h says.
//
// Threads: safe for concurrent use; each Series by one thread at a time. Closing it is its
// destructor: series that it returned must be gone before.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "model/matcher.h"
#include "store/interface/querier.h"

namespace sb::tsdb {

struct HeadState;

class HeadReader {
 public:
  HeadReader(HeadState* state, uint64_t commit, uint64_t session)
      : state_(state), commit_(commit), session_(session) {}
  ~HeadReader();
  HeadReader(const HeadReader&) = delete;
  HeadReader& operator=(const HeadReader&) = delete;

  // Series with samples in `range` (hints.range is ignored), sorted by labels.
  base::Result<std::vector<std::unique_ptr<store::Series>>> Select(
      const store::ReadContext& context, base::TimeRange range,
      std::span<const model::Matcher> matchers) const;
  base::Result<std::vector<std::string>> LabelNames(const store::ReadContext& context,
                                                    base::TimeRange range,
                                                    std::span<const model::Matcher> matchers) const;
  base::Result<std::vector<std::string>> LabelValues(
      const store::ReadContext& context, base::TimeRange range, const std::string& name,
      std::span<const model::Matcher> matchers) const;
  base::Result<std::vector<store::ExemplarSeries>> Exemplars(
      const store::ReadContext& context, base::TimeRange range,
      std::span<const std::vector<model::Matcher>> selectors) const;

 private:
  HeadState* const state_;
  const uint64_t commit_;
  const uint64_t session_;
};

}  // namespace sb::tsdb
