// SPDX-License-Identifier: Apache-2.0
//
// PartWriter writes a part file: rows of batches, sorted and cut into row groups, and row groups
// of other parts, copied as they are.
//
//   SB_ASSIGN_OR_RETURN(auto writer, PartWriter::Create(files, path, options));
//   SB_RETURN_IF_ERROR(writer->AddRows(batches, rows));
//   SB_RETURN_IF_ERROR(writer->CopyGroup(part, 3));
//   SB_RETURN_IF_ERROR(writer->Finish(sources));         // the file is synced; the folder is not
//
// Failures: those of the file system; kDataLoss if a copied page is damaged. After a failure the
// file is of no use.
//
// Threads: one at a time. Memory: that of one column of AddRows' rows beside the rows themselves.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "store/events/column/text_column.h"
#include "store/events/part/part.h"
#include "store/events/part/part_format.h"
#include "store/events/part/row_order.h"
#include "store/interface/event_batch.h"

namespace sb::events {

struct PartOptions {
  RowOrder order = RowOrder::kByStream;
  uint32_t group_rows = 32768;      // at most kGroupRowsMax
  uint64_t group_bytes = 8u << 20;  // of values, uncompressed
  TextColumnOptions text;
};

class PartWriter {
 public:
  static base::Result<std::unique_ptr<PartWriter>> Create(base::FileSystem& files, std::string path,
                                                          const PartOptions& options);

  base::Status AddRows(std::span<const store::EventBatch* const> batches, std::vector<RowRef> rows);
  base::Status CopyGroup(const Part& part, size_t group);
  base::Status Finish(std::vector<uint64_t> sources);
  uint64_t row_count() const { return row_count_; }

 private:
  struct Gathered;  // one column of the rows at hand
  struct Groups;    // the row groups being written

  PartWriter(std::string path, const PartOptions& options)
      : path_(std::move(path)), options_(options) {}
  uint32_t StreamNumber(const store::EventStream& stream);
  uint32_t ColumnNumber(const std::string& name, store::ValueType type);
  base::Status AppendPage(store::PageType type, std::string_view payload, store::PageRef* ref);
  base::Status CopyPage(const Part& part, store::PageType type, store::PageRef* ref);
  base::Status WriteStreams(Groups* groups);
  base::Status WriteColumn(const Gathered& column, Groups* groups);
  base::Status WriteGroupColumn(const Gathered& column, size_t group, Groups* groups);
  base::Status WritePresence(const Bitmap& rows, size_t group, Groups* groups, uint32_t* presence);
  base::Status Drain(size_t keep_bytes);

  const std::string path_;
  const PartOptions options_;
  std::unique_ptr<base::WritableFile> file_;
  std::string pending_;  // bytes not yet given to the file
  uint64_t offset_ = 0;  // of the end of pending_ in the file
  PartDirectory directory_;
  std::unordered_multimap<uint64_t, uint32_t> stream_by_hash_;
  std::map<PartColumn, uint32_t> column_numbers_;
  uint64_t row_count_ = 0;
};

}  // namespace sb::events
