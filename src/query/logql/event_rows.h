// SPDX-License-Identifier: Apache-2.0
//
// EventRows presents the rows of a scan as log lines.
//
//   EventRows rows(*scan, plan.ids);
//   rows.Bind(*block);
//   rows.Load(row, &line);     // line.text, .time_ns, .labels as they come from the store
//
// A line that was loaded is valid until the block is. Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "model/label_set.h"
#include "query/logql/pipeline.h"
#include "query/logql/recognised_id.h"
#include "store/interface/event_store.h"

namespace sb::logql {

class EventRows {
 public:
  // `ids` are borrowed.
  EventRows(const store::EventScan& scan, const std::vector<RecognisedId>& ids)
      : scan_(scan), wanted_ids_(ids) {}

  void Bind(const store::EventBlock& block);
  void Load(size_t row, LogLine* line);

  // Of the row's stream, sorted by name.
  const std::vector<model::Label>& StreamLabels(uint32_t stream);
  // Whether any row of the block has metadata that was asked for.
  bool has_metadata() const { return !metadata_.empty(); }
  struct Metadata {
    std::string_view name;
    const store::EventColumn* column = nullptr;
  };
  const std::vector<Metadata>& metadata() const { return metadata_; }
  // Byte length of the line: the column holds texts or lengths.
  int64_t LineLength(size_t row) const;

 private:
  struct IdColumn {
    const RecognisedId* wanted = nullptr;
    const store::EventColumn* column = nullptr;
  };
  // The wanted ids of the row that it has no label for.
  void AddIds(size_t row, LogLine* line) const;

  const store::EventScan& scan_;
  const std::vector<RecognisedId>& wanted_ids_;
  const store::EventBlock* block_ = nullptr;
  const store::EventColumn* line_ = nullptr;
  const store::EventColumn* lengths_ = nullptr;
  std::vector<Metadata> metadata_;
  std::vector<IdColumn> ids_;                      // of the block
  std::deque<std::vector<model::Label>> streams_;  // by index; addresses stay
  std::vector<bool> known_;
  uint32_t current_stream_ = 0;
  bool has_current_ = false;
};

}  // namespace sb::logql
