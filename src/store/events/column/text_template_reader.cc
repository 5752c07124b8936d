// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/text_template_reader.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <utility>

#include "store/events/column/bounded_writer.h"
#include "store/events/column/int_values.h"
#include "store/events/column/template_format.h"
#include "store/events/column/text_forms.h"

namespace sb::events {
namespace {

base::Status Damaged(const char* what) {
  return base::DataLoss(std::string("a text column of templates: ") + what);
}

// The first mark at `from` or later, else the end. Reads up to 16 bytes beyond, which are there.
size_t NextMark(std::string_view pattern, size_t from) {
  static_assert(BoundedWriter::kPadding >= 16);
#if defined(__SSE2__)
  const __m128i last = _mm_set1_epi8(static_cast<char>(kMarkLimit - 1));
  for (; from < pattern.size(); from += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(pattern.data() + from));
    const auto marks = static_cast<uint32_t>(
        _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(block, last), block)));
    if (marks != 0) {
      return std::min(from + static_cast<size_t>(std::countr_zero(marks)), pattern.size());
    }
  }
  return pattern.size();
#else
  while (from < pattern.size() && static_cast<unsigned char>(pattern[from]) >= kMarkLimit) {
    ++from;
  }
  return std::min(from, pattern.size());
#endif
}

}  // namespace

base::Status TemplateText::Parse(std::string_view body, uint32_t count) {
  count_ = count;
  encoding::ByteReader in(body);
  SB_RETURN_IF_ERROR(ReadSizedInts(in, count, &lengths_));
  SB_RETURN_IF_ERROR(words_.Parse(in));
  const uint64_t templates = in.Varint();
  if (!in.ok() || templates > kTemplatesMax) {
    return Damaged("too many templates");
  }
  SB_RETURN_IF_ERROR(ReadSizedInts(in, templates, &ids_));  // borrowed for a moment
  pattern_lengths_.resize(templates);
  SB_RETURN_IF_ERROR(ids_.Decode(0, templates, pattern_lengths_.data()));
  SB_RETURN_IF_ERROR(patterns_.Parse(in));
  const uint64_t columns = in.Varint();
  if (!in.ok() || columns > kTemplateColumnsMax) {
    return Damaged("too many columns");
  }
  for (uint64_t i = 0; i < columns; ++i) {
    SB_RETURN_IF_ERROR(ParseColumn(in));
  }
  SB_RETURN_IF_ERROR(variables_.Parse(in));
  if (variables_.raw_size > 2 * kTemplateVariablesMax) {
    return Damaged("too many variables");
  }
  SB_RETURN_IF_ERROR(ReadSizedInts(in, count, &ids_));
  return in.ok() && in.empty() ? base::OkStatus() : Damaged("bytes left over");
}

base::Status TemplateText::ParseColumn(encoding::ByteReader& in) {
  Column column;
  const uint8_t kind = in.Byte();
  column.parameter = in.Byte();
  const uint64_t count = in.Varint();
  column.bytes = in.LengthPrefixed();
  if (!in.ok() || kind == 0 || kind > static_cast<uint8_t>(VariableKind::kTime) ||
      count > kTemplateValuesMax) {
    return Damaged("a column of an unknown kind");
  }
  column.kind = static_cast<VariableKind>(kind);
  column.count = static_cast<uint32_t>(count);
  const bool time = column.kind == VariableKind::kTime;
  if ((column.kind == VariableKind::kDigits && column.parameter > 18) ||
      (column.kind == VariableKind::kHex && column.parameter == 0) ||
      (time && (TimeFormOf(column.parameter).digits > 9 || surroundings_ == nullptr))) {
    return Damaged("a column with a bad parameter");
  }
  has_times_ = has_times_ || time;
  columns_.push_back(column);
  return base::OkStatus();
}

base::Result<std::shared_ptr<const TemplateText::Body>> TemplateText::OpenBody() const {
  {
    base::MutexLock lock(mutex_);
    if (body_ != nullptr) {
      return body_;
    }
  }
  auto body = std::make_shared<Body>();
  SB_RETURN_IF_ERROR(patterns_.ReadInto(&body->patterns));
  const size_t pattern_bytes = body->patterns.size();
  body->patterns.append(BoundedWriter::kPadding, '\0');  // see AppendPadded
  std::vector<int64_t> ids(count_);
  SB_RETURN_IF_ERROR(ids_.Decode(0, count_, ids.data()));
  body->ids.resize(count_);
  for (uint32_t row = 0; row < count_; ++row) {
    if (static_cast<uint64_t>(ids[row]) >= pattern_lengths_.size()) {
      return Damaged("a row of an unknown template");
    }
    body->ids[row] = static_cast<uint32_t>(ids[row]);
  }
  SB_RETURN_IF_ERROR(ReadSegments(pattern_bytes, body.get()));
  SB_RETURN_IF_ERROR(CountChunks(body.get()));
  base::MutexLock lock(mutex_);
  body_ = body;
  return std::shared_ptr<const Body>(std::move(body));
}

base::Status TemplateText::ReadSegments(size_t pattern_bytes, Body* body) const {
  std::string numbers;
  SB_RETURN_IF_ERROR(variables_.ReadInto(&numbers));
  encoding::ByteReader variables(numbers);
  std::string_view patterns = std::string_view(body->patterns).substr(0, pattern_bytes);
  body->segments.reserve(numbers.size() / sizeof(uint16_t) + pattern_lengths_.size());
  body->templates.reserve(pattern_lengths_.size());
  body->pattern_ends.reserve(pattern_lengths_.size());
  for (const int64_t length : pattern_lengths_) {
    if (length < 0 || static_cast<uint64_t>(length) > patterns.size()) {
      return Damaged("a template reaches beyond the end");
    }
    const std::string_view pattern = patterns.substr(0, static_cast<size_t>(length));
    patterns.remove_prefix(pattern.size());
    Template one;
    one.first = static_cast<uint32_t>(body->segments.size());
    size_t literal = 0;
    for (size_t i = NextMark(pattern, 0); i < pattern.size(); i = NextMark(pattern, i + 1)) {
      Segment segment;
      segment.literal = pattern.substr(literal, i - literal);
      segment.column = variables.Fixed16();
      const auto kind = static_cast<VariableKind>(pattern[i]);
      uint8_t parameter = 0;
      if (HasParameter(kind) && ++i < pattern.size()) {
        parameter = static_cast<uint8_t>(static_cast<unsigned char>(pattern[i]) & ~kParameterBit);
      }
      if (!variables.ok() || segment.column >= columns_.size() ||
          columns_[segment.column].kind != kind ||
          columns_[segment.column].parameter != parameter) {
        return Damaged("a variable of another column");
      }
      body->segments.push_back(segment);
      literal = i + 1;
    }
    body->segments.push_back({pattern.substr(std::min(literal, pattern.size())), UINT32_MAX});
    one.count = static_cast<uint32_t>(body->segments.size()) - one.first;
    body->templates.push_back(one);
    body->pattern_ends.push_back(static_cast<uint32_t>(pattern_bytes - patterns.size()));
  }
  return patterns.empty() && variables.empty() ? base::OkStatus()
                                               : Damaged("templates with bytes left over");
}

// Where each column stands at the begin of each chunk; proves that no row reaches beyond a column.
base::Status TemplateText::CountChunks(Body* body) const {
  const size_t width = columns_.size();
  const size_t chunks = (body->ids.size() + kChunkRows - 1) / kChunkRows;
  body->offsets.assign((chunks + 1) * width, 0);
  std::vector<uint32_t> rows_of(body->templates.size());
  std::vector<uint32_t> seen;
  std::vector<uint64_t> totals(width);
  for (size_t chunk = 0; chunk < chunks; ++chunk) {
    const size_t end = std::min<size_t>(body->ids.size(), (chunk + 1) * kChunkRows);
    for (size_t row = chunk * kChunkRows; row < end; ++row) {
      if (rows_of[body->ids[row]]++ == 0) {
        seen.push_back(body->ids[row]);
      }
    }
    for (const uint32_t t : seen) {
      const Template& one = body->templates[t];
      for (uint32_t s = 0; s + 1 < one.count; ++s) {
        totals[body->segments[one.first + s].column] += rows_of[t];
      }
      rows_of[t] = 0;
    }
    seen.clear();
    for (size_t c = 0; c < width; ++c) {
      if (totals[c] > columns_[c].count) {
        return Damaged("a column with too few values");
      }
      body->offsets[(chunk + 1) * width + c] = static_cast<uint32_t>(totals[c]);
    }
  }
  for (size_t c = 0; c < width; ++c) {
    if (totals[c] != columns_[c].count) {
      return Damaged("a column with too many values");
    }
  }
  return base::OkStatus();
}

base::Result<std::span<const int64_t>> TemplateText::Times() const {
  if (!has_times_) {
    return std::span<const int64_t>();
  }
  SB_ASSIGN_OR_RETURN(const std::span<const int64_t> times, surroundings_->Times());
  if (times.size() != count_) {
    return Damaged("another number of times than rows");
  }
  return times;
}

base::Status TemplateText::OpenValues(const Column& column, Values* values) const {
  if (column.kind == VariableKind::kWord) {
    if (column.bytes.empty() || static_cast<TextForm>(column.bytes[0]) == TextForm::kTemplates) {
      return Damaged("a column of words in another form");
    }
    SB_ASSIGN_OR_RETURN(values->words, OpenTextColumn(column.bytes, column.count, nullptr));
    return base::OkStatus();
  }
  if (column.kind == VariableKind::kHex) {
    encoding::ByteReader in(column.bytes);
    Blob blob;
    SB_RETURN_IF_ERROR(blob.Parse(in));
    if (blob.raw_size != uint64_t{column.count} * column.parameter || !in.empty()) {
      return Damaged("a column of hex digits of another size");
    }
    return blob.ReadInto(&values->packed);
  }
  values->integers = std::make_unique<encoding::IntColumn>();
  SB_RETURN_IF_ERROR(values->integers->Parse(column.bytes));
  return values->integers->count() == column.count
             ? base::OkStatus()
             : Damaged("a column with another number of values");
}

base::Status TemplateText::Load(const Column& column, uint32_t begin, uint32_t end, Values* values,
                                Cursor* cursor) const {
  cursor->loaded = true;
  if (values->integers == nullptr && values->words == nullptr && values->packed.empty()) {
    SB_RETURN_IF_ERROR(OpenValues(column, values));
  }
  if (column.kind == VariableKind::kHex) {
    cursor->packed = values->packed.data() + size_t{begin} * column.parameter;
    return base::OkStatus();
  }
  if (column.kind == VariableKind::kWord) {
    std::vector<uint32_t> positions(end - begin);
    for (uint32_t i = 0; i < positions.size(); ++i) {
      positions[i] = begin + i;
    }
    values->texts = {};
    SB_RETURN_IF_ERROR(values->words->Read(positions, &values->texts));
    cursor->texts = values->texts.texts.data();
    return base::OkStatus();
  }
  values->numbers.resize(end - begin);
  cursor->numbers = values->numbers.data();
  return values->integers->Decode(begin, end, values->numbers.data());
}

template <typename Visit>
base::Status TemplateText::ForRows(const Body& body, const Bitmap& wanted, Visit&& visit) const {
  const size_t width = columns_.size();
  std::vector<Values> values(width);
  std::vector<Cursor> cursors(width);
  for (size_t c = 0; c < width; ++c) {
    cursors[c].kind = columns_[c].kind;
    cursors[c].parameter = columns_[c].parameter;
  }
  for (uint32_t chunk = 0; chunk * kChunkRows < count_; ++chunk) {
    const uint32_t begin = chunk * kChunkRows;
    const uint32_t end = std::min(count_, begin + kChunkRows);
    if (!wanted.AnyIn(begin, end)) {
      continue;
    }
    const uint32_t* offsets = body.offsets.data() + chunk * width;
    for (Cursor& cursor : cursors) {
      cursor.loaded = false;
      cursor.next = 0;
    }
    size_t left = 0;
    for (uint32_t row = begin; row < end; ++row) {
      left += wanted.Test(row) ? 1 : 0;
    }
    for (uint32_t row = begin; row < end && left > 0; ++row) {
      const Template& one = body.templates[body.ids[row]];
      const Segment* const segments = body.segments.data() + one.first;
      if (!wanted.Test(row)) {
        for (uint32_t s = 0; s + 1 < one.count; ++s) {
          ++cursors[segments[s].column].next;
        }
        continue;
      }
      --left;
      for (uint32_t s = 0; s + 1 < one.count; ++s) {
        const uint32_t c = segments[s].column;
        if (!cursors[c].loaded) {
          SB_RETURN_IF_ERROR(
              Load(columns_[c], offsets[c], offsets[c + width], &values[c], &cursors[c]));
        }
      }
      visit(row, one, cursors);
    }
  }
  return base::OkStatus();
}

void TemplateText::AppendRow(const Body& body, const Template& one, int64_t time_ns,
                             std::vector<Cursor>& cursors, BoundedWriter* out) const {
  const Segment* const segments = body.segments.data() + one.first;
  for (uint32_t s = 0; s < one.count; ++s) {
    const Segment& segment = segments[s];
    out->AppendPadded(segment.literal);
    if (s + 1 == one.count) {
      return;
    }
    Cursor& cursor = cursors[segment.column];
    const uint32_t next = cursor.next++;
    switch (cursor.kind) {
      case VariableKind::kNumber:
        out->AppendNumber(static_cast<uint64_t>(cursor.numbers[next]));
        break;
      case VariableKind::kDigits:
        out->AppendDigits(static_cast<uint64_t>(cursor.numbers[next]), cursor.parameter);
        break;
      case VariableKind::kHex:
        out->AppendHex(cursor.packed + size_t{next} * cursor.parameter, cursor.parameter);
        break;
      case VariableKind::kWord:
      case VariableKind::kPhrase:  // none is stored
        out->Append(cursor.texts[next]);
        break;
      case VariableKind::kTime:
        out->AppendTime(time_ns, cursor.numbers[next], TimeFormOf(cursor.parameter));
        break;
    }
  }
}

base::Status TemplateText::Read(std::span<const uint32_t> positions, TextValues* out) const {
  SB_ASSIGN_OR_RETURN(const std::shared_ptr<const Body> body, OpenBody());
  SB_ASSIGN_OR_RETURN(const std::span<const int64_t> times, Times());
  Bitmap wanted(count_);
  for (const uint32_t position : positions) {
    wanted.Set(position);
  }
  std::vector<int64_t> lengths;
  SB_RETURN_IF_ERROR(GatherInts(lengths_, positions, &lengths));
  uint64_t size = 0;
  for (const int64_t length : lengths) {
    if (length < 0 || static_cast<uint64_t>(length) > kBlobBytesMax - size) {
      return Damaged("a line of an impossible length");
    }
    size += static_cast<uint64_t>(length);
  }
  auto text = std::make_shared<std::string>();
  BoundedWriter writer(text.get(), size);
  SB_RETURN_IF_ERROR(
      ForRows(*body, wanted, [&](uint32_t row, const Template& one, std::vector<Cursor>& cursors) {
        AppendRow(*body, one, times.empty() ? 0 : times[row], cursors, &writer);
      }));
  if (!writer.Finish()) {
    return Damaged("lines of another length than was said");
  }
  size_t begin = 0;
  for (const int64_t length : lengths) {
    out->texts.push_back(std::string_view(*text).substr(begin, static_cast<size_t>(length)));
    begin += static_cast<size_t>(length);
  }
  out->bytes_decoded += text->size();
  out->kept.push_back(std::move(text));
  return base::OkStatus();
}

base::Status TemplateText::ReadIds(std::span<const int64_t> entries, size_t length, uint32_t count,
                                   std::string* packed) const {
  SB_ASSIGN_OR_RETURN(const std::shared_ptr<const Body> body, OpenBody());
  if (entries.size() != body->templates.size()) {
    return Damaged("ids of another number of templates");
  }
  std::vector<Values> values(columns_.size());
  for (size_t t = 0; t < entries.size(); ++t) {
    const Template& one = body->templates[t];
    if (entries[t] < 0 || entries[t] >= one.count) {
      return Damaged("ids of an unknown variable");
    }
    if (entries[t] == 0) {
      continue;
    }
    const uint32_t c = body->segments[one.first + static_cast<size_t>(entries[t]) - 1].column;
    if (columns_[c].kind != VariableKind::kHex || columns_[c].parameter > length) {
      return Damaged("ids of a variable that is none");
    }
    if (values[c].packed.empty()) {
      SB_RETURN_IF_ERROR(OpenValues(columns_[c], &values[c]));
    }
  }
  packed->assign(length * count, '\0');
  std::vector<uint32_t> next(columns_.size());
  uint32_t found = 0;
  for (const uint32_t t : body->ids) {
    const Template& one = body->templates[t];
    for (uint32_t s = 0; s + 1 < one.count; ++s) {
      const uint32_t c = body->segments[one.first + s].column;
      const size_t at = size_t{next[c]++} * columns_[c].parameter;
      if (entries[t] != int64_t{s} + 1) {
        continue;
      }
      if (found == count) {
        return Damaged("more ids than were said");
      }
      const size_t size = columns_[c].parameter;
      std::memcpy(packed->data() + (size_t{++found}) * length - size, values[c].packed.data() + at,
                  size);
    }
  }
  return found == count ? base::OkStatus() : Damaged("fewer ids than were said");
}

base::Status TemplateText::Lengths(std::span<const uint32_t> positions,
                                   std::vector<int64_t>* out) const {
  return GatherInts(lengths_, positions, out);
}

base::Status TemplateText::Evaluate(const Condition& condition, const Bitmap* candidates,
                                    Bitmap* out) const {
  Bitmap open(count_, true);  // rows that must be put together
  if (candidates != nullptr) {
    open = *candidates;
  }
  Bitmap holds(count_);
  Sought sought;
  SB_RETURN_IF_ERROR(Search(condition, &open, &holds, &sought));
  out->Or(holds);
  if (!open.Any()) {
    return base::OkStatus();
  }
  std::vector<uint32_t> rows;
  open.ForEach([&rows](uint32_t row) { rows.push_back(row); });
  std::shared_ptr<const std::string> text;
  std::vector<uint32_t> ends;
  SB_RETURN_IF_ERROR(ReadAround(condition, sought, rows, &text, &ends));
  Bitmap matching(rows.size());
  condition.MatchTexts(*text, ends, 0, nullptr, &matching);
  matching.ForEach([&](uint32_t i) { out->Set(rows[i]); });
  return base::OkStatus();
}

OpenedText OpenTemplateText(std::string_view body, uint32_t count,
                            const TextSurroundings* surroundings) {
  auto column = std::make_unique<TemplateText>(surroundings);
  SB_RETURN_IF_ERROR(column->Parse(body, count));
  return OpenedText(std::move(column));
}

}  // namespace sb::events
