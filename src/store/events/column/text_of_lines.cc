// SPDX-License-Identifier: Apache-2.0
//
// Ids that the lines of the row group have: the column says per template of the lines which of its
// variables is the id, and the bytes are those of the lines' columns.
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "store/events/column/int_values.h"
#include "store/events/column/text_forms.h"
#include "store/events/column/text_template_reader.h"

namespace sb::events {
namespace {

constexpr size_t kLengthMax = 4096;
constexpr uint32_t kLinesMax = uint32_t{1} << 20;

// Whether the value is the variable's bytes with zero bytes in front.
bool IsPadded(std::string_view value, std::string_view bytes) {
  if (bytes.size() > value.size()) {
    return false;
  }
  const std::string_view padding = value.substr(0, value.size() - bytes.size());
  return value.substr(padding.size()) == bytes &&
         std::all_of(padding.begin(), padding.end(), [](char c) { return c == 0; });
}

// Finds the variable of each template that is the id.
class IdFinder {
 public:
  explicit IdFinder(const LineIds& ids)
      : ids_(ids), next_(ids.columns.size()), entries_(ids.variables.size(), kUnknown) {}

  // A line and its id, or the empty text if it has none; false if there is no such variable.
  bool Add(uint32_t number, std::string_view value) {
    int64_t& entry = entries_[number];
    const int64_t before = entry;
    if (before == kUnknown) {
      entry = kNone;
    }
    bool fits = value.empty() && entry == kNone;
    for (const LineIds::Variable& variable : ids_.variables[number]) {
      const LineIds::Column& column = ids_.columns[variable.column];
      const std::string_view bytes = std::string_view(column.packed)
                                         .substr(next_[variable.column]++ * column.bytes,
                                                 column.bytes);
      const int64_t candidate = int64_t{variable.number} + 1;
      if (!value.empty() && !fits && (before == kUnknown || before == candidate) &&
          IsPadded(value, bytes)) {
        entry = candidate;
        fits = true;
      }
    }
    return fits;
  }

  // Per template: 0 none, else 1 + the variable's number.
  std::vector<int64_t> Entries() const {
    std::vector<int64_t> entries = entries_;
    std::replace(entries.begin(), entries.end(), kUnknown, kNone);
    return entries;
  }

 private:
  static constexpr int64_t kUnknown = -1;
  static constexpr int64_t kNone = 0;

  const LineIds& ids_;
  std::vector<size_t> next_;
  std::vector<int64_t> entries_;
};

}  // namespace

bool AppendTextOfLines(std::span<const std::string_view> values, const Bitmap& present,
                       const LineIds& ids, std::string* out) {
  const size_t length = values.empty() ? 0 : values[0].size();
  if (length == 0 || length > kLengthMax || ids.template_of.size() != present.size()) {
    return false;
  }
  IdFinder finder(ids);
  size_t next = 0;
  for (uint32_t row = 0; row < ids.template_of.size(); ++row) {
    const std::string_view value = present.Test(row) ? values[next++] : std::string_view();
    if ((present.Test(row) && value.size() != length) ||
        !finder.Add(ids.template_of[row], value)) {
      return false;
    }
  }
  out->push_back(static_cast<char>(TextForm::kOfLines));
  encoding::AppendVarint(out, length);
  encoding::AppendVarint(out, ids.template_of.size());
  encoding::AppendVarint(out, ids.variables.size());
  AppendSizedInts(finder.Entries(), out);
  return true;
}

OpenedText OpenTextOfLines(std::string_view body, uint32_t count,
                           const TextSurroundings* surroundings) {
  encoding::ByteReader in(body);
  const uint64_t length = in.Varint();
  const uint64_t lines = in.Varint();
  const uint64_t templates = in.Varint();
  if (!in.ok() || surroundings == nullptr || length == 0 || length > kLengthMax ||
      lines > kLinesMax || count > lines || templates > lines) {
    return base::DataLoss("a column of ids of the lines is damaged");
  }
  encoding::IntColumn column;
  SB_RETURN_IF_ERROR(ReadSizedInts(in, templates, &column));
  std::vector<int64_t> entries(templates);
  SB_RETURN_IF_ERROR(column.Decode(0, templates, entries.data()));
  SB_ASSIGN_OR_RETURN(const std::string_view bytes, surroundings->LineBytes());
  if (!in.empty() || bytes.empty() || static_cast<TextForm>(bytes[0]) != TextForm::kTemplates) {
    return base::DataLoss("a column of ids of lines that have no templates");
  }
  TemplateText text(surroundings);
  SB_RETURN_IF_ERROR(text.Parse(bytes.substr(1), static_cast<uint32_t>(lines)));
  std::string packed;
  SB_RETURN_IF_ERROR(text.ReadIds(entries, static_cast<size_t>(length), count, &packed));
  return OpenFixedBytes(std::move(packed), static_cast<size_t>(length), count);
}

}  // namespace sb::events
