// SPDX-License-Identifier: Apache-2.0
//
// A text column is a sequence of byte strings (texts, ids, encoded messages) in one of several
// forms, whichever suits the values:
//   dictionary  distinct values once, in order of appearance, and an integer column of codes
//   fixed       values of one length, one after another; hex digits are kept as bytes
//   templates   what lines repeat once, what varies as columns of numbers, ids and words
//   blocks      values in zstd blocks of about 128 KiB, lengths apart
//
//   AppendTextColumn(values, options, &bytes);
//   SB_ASSIGN_OR_RETURN(auto column, OpenTextColumn(bytes, count));
//   SB_RETURN_IF_ERROR(column->Evaluate(condition, &candidates, &positions));
//   SB_RETURN_IF_ERROR(column->Read(positions, &texts));
//
// A position is the number of a value in the column. Layout: docs/format/events-part.md.
//
// Hostile bytes give kDataLoss. Threads: a reader is immutable, safe for concurrent use.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "store/events/column/bitmap.h"
#include "store/events/column/condition.h"

namespace sb::events {

struct TextColumnOptions {
  int zstd_level = 1;
  size_t block_bytes = 128 * 1024;
};

// The times of the rows of a text column, one for each value: a line often repeats its own.
class TextTimes {
 public:
  virtual ~TextTimes() = default;
  // Stays valid as long as the object.
  virtual base::Result<std::span<const int64_t>> Times() const = 0;
};

// Texts read from a column, views into the column's bytes or into `kept`.
struct TextValues {
  std::vector<std::string_view> texts;
  // Set if the column has a dictionary: texts[i] is dictionary[codes[i]].
  std::vector<std::string_view> dictionary;
  std::vector<uint32_t> codes;
  std::vector<std::shared_ptr<const std::string>> kept;
  uint64_t bytes_decoded = 0;
};

class TextColumn {
 public:
  virtual ~TextColumn() = default;
  // Sets the bits of the candidates (null: all) that hold; `out` has size count() and may have
  // others set.
  virtual base::Status Evaluate(const Condition& condition, const Bitmap* candidates,
                                Bitmap* out) const = 0;
  // `positions` ascending.
  virtual base::Status Read(std::span<const uint32_t> positions, TextValues* out) const = 0;
  virtual base::Status Lengths(std::span<const uint32_t> positions,
                               std::vector<int64_t>* out) const = 0;
  // How dear Evaluate is, relative to an integer column's 1.
  virtual int cost() const = 0;
};

enum class TextForm : uint8_t { kDictionary = 0, kFixed = 1, kBlocks = 2, kTemplates = 3 };

// Returns the form that was chosen. `times`: of the rows, one for each value, or empty.
TextForm AppendTextColumn(std::span<const std::string_view> values, std::span<const int64_t> times,
                          const TextColumnOptions& options, std::string* out);

// `times` as given when the column was written; null if none were. It must outlive the column.
base::Result<std::unique_ptr<TextColumn>> OpenTextColumn(std::string_view bytes, uint32_t count,
                                                         const TextTimes* times);

}  // namespace sb::events
