// SPDX-License-Identifier: Apache-2.0
//
// Querier reads a metrics store over one time range, from one consistent view.
//
//   auto querier = store.NewQuerier(range);
//   SB_ASSIGN_OR_RETURN(auto series, querier->Select(context, hints, matchers));
//   for (auto& s : series) { SB_RETURN_IF_ERROR(s->Read(range, &columns)); … }
//
// Series come sorted by labels. A Series stays readable while the Querier lives.
//
// Threads: a Querier may be used by several threads at once; each Series by one at a time.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "model/label_set.h"
#include "model/matcher.h"
#include "model/sample.h"
#include "store/interface/appender.h"

namespace sb::store {

// What a reader may be told to stop: the store asks between units of work (a series, a block).
class ReadContext {
 public:
  virtual ~ReadContext() = default;
  // kCancelled, kDeadlineExceeded or OK.
  virtual base::Status CheckAlive() const = 0;
};

// What the caller is going to do with the series; a store may ignore it.
struct SelectHints {
  base::TimeRange range;      // samples that will be read
  size_t limit = 0;           // 0: all series
  bool skip_samples = false;  // only labels are wanted (/api/v1/series)
};

class Series {
 public:
  virtual ~Series() = default;
  virtual const model::LabelSet& labels() const = 0;
  // Appends the samples with start <= time < end, in time order, one per timestamp, stale markers
  // included. kDataLoss names the damaged block; what could be read is in `out`.
  virtual base::Status Read(base::TimeRange range, model::SampleColumns* out) = 0;
};

struct ExemplarSeries {
  model::LabelSet labels;
  std::vector<model::Exemplar> exemplars;
};

class Querier {
 public:
  virtual ~Querier() = default;
  virtual base::Result<std::vector<std::unique_ptr<Series>>> Select(
      const ReadContext& context, const SelectHints& hints,
      std::span<const model::Matcher> matchers) = 0;
  // Names and values in use by series that match all `matchers` (empty: all series) and have
  // samples in the querier's range (a store may answer per block, as the reference does); sorted.
  virtual base::Result<std::vector<std::string>> LabelNames(
      const ReadContext& context, std::span<const model::Matcher> matchers) = 0;
  virtual base::Result<std::vector<std::string>> LabelValues(
      const ReadContext& context, const std::string& name,
      std::span<const model::Matcher> matchers) = 0;
  // Each inner span is one selector (all its matchers hold); a series that fits any is returned.
  virtual base::Result<std::vector<ExemplarSeries>> Exemplars(
      const ReadContext& context, std::span<const std::vector<model::Matcher>> selectors) = 0;
  // Things that went wrong without failing the query, such as a quarantined block.
  virtual std::vector<std::string> Warnings() const { return {}; }
};

class QuerierFactory {
 public:
  virtual ~QuerierFactory() = default;
  virtual base::Result<std::unique_ptr<Querier>> NewQuerier(base::TimeRange range) = 0;
};

// Metadata by metric name. A name may have several if targets disagree; newest first.
struct NamedMetadata {
  std::string metric;
  std::vector<model::MetricMetadata> metadata;
};

}  // namespace sb::store
