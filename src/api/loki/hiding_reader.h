// SPDX-License-Identifier: Apache-2.0
//
// HidingReader shows an events store without the rows that are to be deleted but still are there:
// those of delete requests that can yet be taken back.
//
//   HidingReader logs(&store);
//   logs.Hide({{range, matchers, filter}});   // replaces what was hidden before
//   logs.Scan(…)                              // exact: no hidden row, and every other one
//
// A scan that meets hidden ranges is cut at their ends, and each piece gets the conditions of the
// ranges that cover it; other scans are handed through and cost nothing. Streams() and FieldNames()
// may still name what only hidden rows have. Subscriptions see every row.
//
// Threads: safe for concurrent use. The store outlives the reader, the reader its scans.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "store/interface/event_store.h"

namespace sb::api::loki {

struct HiddenRows {
  store::EventRange range;
  std::vector<model::Matcher> matchers;
  store::EventFilter filter;
};

// Whether the matchers can be told as conditions on rows: a stream label that is called as a row
// column cannot.
bool CanHide(const std::vector<model::Matcher>& matchers);

class HidingReader final : public store::EventReader {
 public:
  explicit HidingReader(store::EventReader* store);
  ~HidingReader() override;

  void Hide(std::vector<HiddenRows> rows) SB_EXCLUDES(mutex_);

  base::Result<std::unique_ptr<store::EventScan>> Scan(
      const store::ReadContext& context, store::EventScanOptions options) const override;
  base::Result<std::vector<store::StreamInfo>> Streams(
      const store::ReadContext& context, store::EventRange range,
      const std::vector<model::Matcher>& matchers) const override;
  base::Result<std::vector<store::FieldName>> FieldNames(const store::ReadContext& context,
                                                         store::EventRange range) const override;
  base::Result<std::unique_ptr<store::EventScan>> ScanTraces(
      const store::ReadContext& context, std::vector<std::string> ids,
      store::EventScanOptions options) const override;
  std::unique_ptr<Subscription> Subscribe(
      std::function<void(const store::EventBatch&)> callback) override;

 private:
  struct Hidden {
    store::EventRange range;
    store::EventFilter filter;  // of matchers and filter
  };
  using HiddenList = std::vector<Hidden>;

  // The pieces of a scan, in the order of the scan; empty: nothing of it is hidden.
  std::vector<store::EventScanOptions> Cut(const store::EventScanOptions& options) const
      SB_EXCLUDES(mutex_);

  store::EventReader* const store_;
  mutable base::Mutex mutex_;
  std::shared_ptr<const HiddenList> hidden_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::api::loki
