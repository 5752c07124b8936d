// SPDX-License-Identifier: Apache-2.0
//
// A text column is a sequence of byte strings (texts, ids, encoded messages) in one of several
// forms, whichever suits the values:
//   dictionary  distinct values once, in order of appearance, and an integer column of codes
//   fixed       values of one length, one after another; hex digits are kept as bytes
//   shared      ids that the lines of the row group have too, kept there only
//   of lines    likewise, where lines of different kinds have their ids in different places
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
#include "encoding/hash.h"
#include "store/events/column/bitmap.h"
#include "store/events/column/condition.h"
#include "store/interface/line_projection.h"

namespace sb::events {

struct TextColumnOptions {
  int zstd_level = 1;
  size_t block_bytes = 128 * 1024;
};

// What else a row group knows, of which a column may repeat a part. Results stay valid as long as
// the object.
class TextSurroundings {
 public:
  virtual ~TextSurroundings() = default;
  // Of all rows of the group.
  virtual base::Result<std::span<const int64_t>> Times() const = 0;
  // The bytes of the column of lines, as AppendTextColumn wrote them.
  virtual base::Result<std::string_view> LineBytes() const = 0;
};

// Where in a column's bytes ids lie that another column may have too.
struct StoredIds {
  uint64_t offset = 0;
  uint64_t size = 0;
  encoding::Hash128 hash;  // of the bytes
};

// The hex variables of a row group's lines, for columns that repeat them.
struct LineIds {
  struct Column {
    uint8_t bytes = 0;  // of a value
    std::string packed;
  };
  struct Variable {
    uint32_t number = 0;  // among the variables of its template
    uint32_t column = 0;
  };
  std::vector<StoredIds> stored;
  std::vector<uint32_t> template_of;  // of each line
  std::vector<std::vector<Variable>> variables;  // hex ones, per template
  std::vector<Column> columns;                   // empty unless of hex variables
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
  // Texts that are shorter where that is cheaper (store/interface/line_projection.h).
  virtual base::Status ReadProjected(std::span<const uint32_t> positions,
                                     const store::LineProjection& /*projection*/,
                                     TextValues* out) const {
    return Read(positions, out);
  }
  virtual base::Status Lengths(std::span<const uint32_t> positions,
                               std::vector<int64_t>* out) const = 0;
  // How dear Evaluate is, relative to an integer column's 1.
  virtual int cost() const = 0;
};

enum class TextForm : uint8_t {
  kDictionary = 0,
  kFixed = 1,
  kBlocks = 2,
  kTemplates = 3,
  kShared = 4,
  kOfLines = 5
};

// Returns the form that was chosen. `times`: of the rows, one for each value, or empty.
TextForm AppendTextColumn(std::span<const std::string_view> values, std::span<const int64_t> times,
                          const TextColumnOptions& options, std::string* out,
                          LineIds* ids = nullptr);
// True if the values are ids that `ids` of the lines' column has: the column then only says where.
bool AppendSharedText(std::span<const std::string_view> values, std::span<const StoredIds> ids,
                      std::string* out);
// True if each value is, filled up with zero bytes in front, a hex variable of its row's line, and
// rows without a value are of templates without ids: the column then only says which variable of
// which template it is. `present`: the rows that have a value.
bool AppendTextOfLines(std::span<const std::string_view> values, const Bitmap& present,
                       const LineIds& ids, std::string* out);

// `surroundings` must outlive the column; null: a column that repeats something is kDataLoss.
base::Result<std::unique_ptr<TextColumn>> OpenTextColumn(std::string_view bytes, uint32_t count,
                                                         const TextSurroundings* surroundings);

}  // namespace sb::events
