// SPDX-License-Identifier: Apache-2.0
//
// DbQuerier answers from the head and the blocks together: one series per label set, one sample per
// timestamp (the newest source's), without what tombstones cover.
//
// Threads: as store/interface/querier.h says.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/interface/querier.h"
#include "store/interface/sample_spacing.h"
#include "store/tsdb/db/block_list.h"
#include "store/tsdb/db/retention_rules.h"
#include "store/tsdb/head/head_reader.h"

namespace sb::tsdb {

class DbQuerier final : public store::Querier, public store::SampleSpacing {
 public:
  // `head` must have been opened before `blocks` was taken from the list: what a cut moves is then
  // in at least one of the two.
  DbQuerier(base::TimeRange range, std::unique_ptr<HeadReader> head,
            std::shared_ptr<const BlockSet> blocks, std::shared_ptr<const RetentionRules> rules,
            int64_t newest);

  base::Result<std::vector<std::unique_ptr<store::Series>>> Select(
      const store::ReadContext& context, const store::SelectHints& hints,
      std::span<const model::Matcher> matchers) override;
  base::Result<std::vector<std::string>> LabelNames(
      const store::ReadContext& context, std::span<const model::Matcher> matchers) override;
  base::Result<std::vector<std::string>> LabelValues(
      const store::ReadContext& context, const std::string& name,
      std::span<const model::Matcher> matchers) override;
  base::Result<std::vector<store::ExemplarSeries>> Exemplars(
      const store::ReadContext& context,
      std::span<const std::vector<model::Matcher>> selectors) override;
  std::vector<std::string> Warnings() const override;
  int64_t SpacingMs() const override;

 private:
  const base::TimeRange range_;
  const std::unique_ptr<HeadReader> head_;
  const std::shared_ptr<const BlockSet> set_;
  const std::shared_ptr<const RetentionRules> rules_;
  const int64_t newest_;                              // of the store, for the rules
  std::vector<std::shared_ptr<const Block>> blocks_;  // of the set, those in range
};

}  // namespace sb::tsdb
