// SPDX-License-Identifier: Apache-2.0
#include "store/events/part/part_writer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "encoding/int_column.h"
#include "store/events/column/blob.h"
#include "store/events/column/bloom.h"
#include "store/events/column/value_column.h"
#include "store/interface/event_schema.h"

namespace sb::events {
namespace {

using store::EventBatch;
using store::ValueType;

constexpr size_t kWriteBytes = size_t{1} << 20;
constexpr uint32_t kNoPosition = UINT32_MAX;
// Longer texts are looked for by what they contain, not by what they are.
constexpr size_t kBloomTextBytesMax = 128;

bool IsText(ValueType type) {
  return store::EventValue{.type = type}.has_bytes();
}

}  // namespace

struct PartWriter::Gathered {
  uint32_t column = 0;
  std::string_view name;
  ValueType type = ValueType::kText;
  Bitmap present;  // over all rows at hand
  std::vector<std::string_view> texts;
  std::vector<int64_t> integers;
  std::vector<double> numbers;
};

struct PartWriter::Groups {
  Batches batches;
  std::vector<RowRef> rows;  // sorted
  RowBytes bytes;
  std::vector<size_t> ends;
  size_t first = 0;  // of the groups in the directory
  // Presence bitmaps of each group so far: columns that come together share one.
  std::vector<std::vector<Bitmap>> presences;
  // Ids in the lines of each group. Columns are written by name: lines come before ids.
  std::vector<LineIds> line_ids;

  size_t BeginOf(size_t group) const { return group == 0 ? 0 : ends[group - 1]; }
};

base::Result<std::unique_ptr<PartWriter>> PartWriter::Create(base::FileSystem& files,
                                                             std::string path,
                                                             const PartOptions& options) {
  SB_CHECK(options.group_rows > 0 && options.group_rows <= kGroupRowsMax);
  std::unique_ptr<PartWriter> writer(new PartWriter(std::move(path), options));
  SB_ASSIGN_OR_RETURN(writer->file_, files.Create(writer->path_));
  return writer;
}

uint32_t PartWriter::StreamNumber(const store::EventStream& stream) {
  const auto [begin, end] = stream_by_hash_.equal_range(stream.Hash());
  for (auto it = begin; it != end; ++it) {
    if (directory_.streams[it->second] == stream) {
      return it->second;
    }
  }
  const auto number = static_cast<uint32_t>(directory_.streams.size());
  directory_.streams.push_back(stream);
  stream_by_hash_.emplace(stream.Hash(), number);
  return number;
}

uint32_t PartWriter::ColumnNumber(const std::string& name, ValueType type) {
  const auto [found, added] = column_numbers_.emplace(
      PartColumn{name, type}, static_cast<uint32_t>(directory_.columns.size()));
  if (added) {
    directory_.columns.push_back(found->first);
  }
  return found->second;
}

base::Status PartWriter::Drain(size_t keep_bytes) {
  if (pending_.size() <= keep_bytes) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(file_->Append(pending_));
  pending_.clear();
  return base::OkStatus();
}

base::Status PartWriter::AppendPage(store::PageType type, std::string_view payload,
                                    store::PageRef* ref) {
  const size_t before = pending_.size();
  store::AppendPage(type, kPageVersion, payload, &pending_);
  *ref = {offset_, pending_.size() - before};
  offset_ += ref->size_bytes;
  return Drain(kWriteBytes);
}

base::Status PartWriter::AddRows(std::span<const EventBatch* const> batches,
                                 std::vector<RowRef> rows) {
  Groups groups;
  groups.batches = batches;
  // Ranks by the bytes of the labels, so that similar streams are neighbours.
  std::vector<std::vector<uint32_t>> numbers(batches.size());
  for (size_t b = 0; b < batches.size(); ++b) {
    for (const store::EventStream& stream : batches[b]->streams()) {
      numbers[b].push_back(StreamNumber(stream));
    }
  }
  std::vector<uint32_t> sorted(directory_.streams.size());
  std::iota(sorted.begin(), sorted.end(), 0);
  std::sort(sorted.begin(), sorted.end(), [this](uint32_t a, uint32_t b) {
    return directory_.streams[a].encoded() < directory_.streams[b].encoded();
  });
  std::vector<uint32_t> rank_of(sorted.size());
  for (uint32_t i = 0; i < sorted.size(); ++i) {
    rank_of[sorted[i]] = i;
  }
  std::vector<std::vector<uint32_t>> ranks = numbers;
  for (auto& of_batch : ranks) {
    for (uint32_t& number : of_batch) {
      number = rank_of[number];
    }
  }
  SortRows(batches, options_.order, ranks, &rows);
  groups.rows = std::move(rows);
  groups.bytes = MeasureRows(batches);
  groups.ends = CutGroups(batches, groups.rows, groups.bytes, options_.order,
                          {options_.group_rows, options_.group_bytes});
  groups.first = directory_.groups.size();
  directory_.groups.resize(groups.first + groups.ends.size());
  groups.presences.resize(groups.ends.size());
  groups.line_ids.resize(groups.ends.size());
  row_count_ += groups.rows.size();
  SB_RETURN_IF_ERROR(WriteStreams(&groups));

  std::vector<std::vector<uint32_t>> position(batches.size());
  for (size_t b = 0; b < batches.size(); ++b) {
    position[b].assign(batches[b]->row_count(), kNoPosition);
  }
  for (uint32_t i = 0; i < groups.rows.size(); ++i) {
    position[groups.rows[i].batch][groups.rows[i].row] = i;
  }
  struct Source {
    size_t batch;
    const EventBatch::ColumnData* column;
  };
  std::map<PartColumn, std::vector<Source>> columns;
  for (size_t b = 0; b < batches.size(); ++b) {
    for (const EventBatch::ColumnData& column : batches[b]->columns()) {
      columns[{column.name, column.type}].push_back({b, &column});
    }
  }
  for (const auto& [key, sources] : columns) {
    Gathered gathered;
    gathered.column = ColumnNumber(key.name, key.type);
    gathered.name = key.name;
    gathered.type = key.type;
    gathered.present.Reset(groups.rows.size());
    if (IsText(key.type)) {
      gathered.texts.resize(groups.rows.size());
    } else if (key.type == ValueType::kFloat) {
      gathered.numbers.resize(groups.rows.size());
    } else {
      gathered.integers.resize(groups.rows.size());
    }
    for (const Source& source : sources) {
      for (size_t i = 0; i < source.column->rows.size(); ++i) {
        const uint32_t at = position[source.batch][source.column->rows[i]];
        if (at == kNoPosition) {
          continue;
        }
        gathered.present.Set(at);
        if (IsText(key.type)) {
          gathered.texts[at] = source.column->BytesAt(i);
        } else if (key.type == ValueType::kFloat) {
          gathered.numbers[at] = source.column->numbers[i];
        } else {
          gathered.integers[at] = source.column->integers[i];
        }
      }
    }
    SB_RETURN_IF_ERROR(WriteColumn(gathered, &groups));
  }
  return base::OkStatus();
}

// Times and streams of each group, and what the directory says of them.
base::Status PartWriter::WriteStreams(Groups* groups) {
  for (size_t g = 0; g < groups->ends.size(); ++g) {
    RowGroup& group = directory_.groups[groups->first + g];
    std::vector<int64_t> times;
    std::vector<int64_t> numbers;
    std::unordered_map<uint32_t, uint32_t> number_of;  // of a stream in the group
    for (size_t i = groups->BeginOf(g); i < groups->ends[g]; ++i) {
      const RowRef ref = groups->rows[i];
      const EventBatch& batch = *groups->batches[ref.batch];
      const int64_t time = batch.times()[ref.row];
      const uint32_t stream = StreamNumber(batch.streams()[batch.stream_indexes()[ref.row]]);
      const auto [found, added] =
          number_of.emplace(stream, static_cast<uint32_t>(group.streams.size()));
      if (added) {
        group.streams.push_back({.stream = stream, .first_ns = time, .last_ns = time});
      }
      GroupStream& info = group.streams[found->second];
      ++info.rows;
      info.bytes += groups->bytes.counted[ref.batch][ref.row];
      info.first_ns = std::min(info.first_ns, time);
      info.last_ns = std::max(info.last_ns, time);
      times.push_back(time);
      numbers.push_back(found->second);
    }
    group.rows = static_cast<uint32_t>(times.size());
    const auto [first, last] = std::minmax_element(times.begin(), times.end());
    group.first_ns = *first;
    group.last_ns = *last;
    std::string bytes;
    encoding::AppendIntColumn(times, {.thorough = true}, &bytes);
    SB_RETURN_IF_ERROR(AppendPage(kTimesPage, bytes, &group.times));
    bytes.clear();
    encoding::AppendIntColumn(numbers, {.thorough = true}, &bytes);
    SB_RETURN_IF_ERROR(AppendPage(kStreamsPage, bytes, &group.stream_numbers));
  }
  return base::OkStatus();
}

base::Status PartWriter::WriteColumn(const Gathered& column, Groups* groups) {
  for (size_t g = 0; g < groups->ends.size(); ++g) {
    if (column.present.AnyIn(groups->BeginOf(g), groups->ends[g])) {
      SB_RETURN_IF_ERROR(WriteGroupColumn(column, g, groups));
    }
  }
  return base::OkStatus();
}

base::Status PartWriter::WritePresence(const Bitmap& rows, size_t group, Groups* groups,
                                       uint32_t* presence) {
  std::vector<Bitmap>& known = groups->presences[group];
  const auto found = std::find(known.begin(), known.end(), rows);
  *presence = static_cast<uint32_t>(found - known.begin()) + 1;
  if (found != known.end()) {
    return base::OkStatus();
  }
  std::string bytes;
  AppendBlob({reinterpret_cast<const char*>(rows.words().data()), rows.words().size() * 8},
             options_.text.zstd_level, &bytes);
  known.push_back(rows);
  return AppendPage(kPresencePage, bytes,
                    &directory_.groups[groups->first + group].presences.emplace_back());
}

base::Status PartWriter::WriteGroupColumn(const Gathered& column, size_t g, Groups* groups) {
  RowGroup& group = directory_.groups[groups->first + g];
  const size_t begin = groups->BeginOf(g);
  Bitmap present(group.rows);
  std::vector<std::string_view> texts;
  std::vector<int64_t> integers;
  std::vector<double> numbers;
  for (size_t i = 0; i < group.rows; ++i) {
    if (!column.present.Test(begin + i)) {
      continue;
    }
    present.Set(i);
    if (IsText(column.type)) {
      texts.push_back(column.texts[begin + i]);
    } else if (column.type == ValueType::kFloat) {
      numbers.push_back(column.numbers[begin + i]);
    } else {
      integers.push_back(column.integers[begin + i]);
    }
  }
  GroupColumn entry;
  entry.column = column.column;
  entry.count = static_cast<uint32_t>(texts.size() + integers.size() + numbers.size());
  if (entry.count < group.rows) {
    SB_RETURN_IF_ERROR(WritePresence(present, g, groups, &entry.presence));
  }
  std::string bytes;
  if (IsText(column.type)) {
    // A line often repeats its own time; one value per row makes the two go together.
    std::vector<int64_t> times;
    if (entry.count == group.rows && column.name == store::kLineColumn) {
      for (size_t i = begin; i < groups->ends[g]; ++i) {
        times.push_back(groups->batches[groups->rows[i].batch]->times()[groups->rows[i].row]);
      }
    }
    TextForm form = TextForm::kShared;
    const bool is_line = column.type == ValueType::kText && column.name == store::kLineColumn;
    const LineIds& line_ids = groups->line_ids[g];
    if (column.type != ValueType::kBytes ||
        (!AppendSharedText(texts, line_ids.stored, &bytes) &&
         !AppendTextOfLines(texts, present, line_ids, &bytes))) {
      form = AppendTextColumn(texts, times, options_.text, &bytes,
                              is_line ? &groups->line_ids[g] : nullptr);
    }
    uint64_t sum = 0;
    for (const std::string_view text : texts) {
      sum += text.size();
    }
    const bool bloom = column.name == store::kTraceIdColumn ||
                       ((form == TextForm::kBlocks || form == TextForm::kTemplates) &&
                        sum <= kBloomTextBytesMax * texts.size());
    if (bloom) {
      std::string filter;
      AppendBloom(texts, &filter);
      SB_RETURN_IF_ERROR(AppendPage(kBloomPage, filter, &entry.bloom));
    }
  } else if (column.type == ValueType::kFloat) {
    AppendNumbers(numbers, &bytes);
    const bool ordered = std::none_of(numbers.begin(), numbers.end(),
                                      [](double number) { return std::isnan(number); });
    if (ordered) {
      const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
      entry.range.kind = ValueRange::Kind::kNumbers;
      entry.range.low_number = *low;
      entry.range.high_number = *high;
    }
  } else {
    AppendIntegers(integers, &bytes);
    const auto [low, high] = std::minmax_element(integers.begin(), integers.end());
    entry.range = {.kind = ValueRange::Kind::kIntegers, .low = *low, .high = *high};
  }
  SB_RETURN_IF_ERROR(AppendPage(kColumnPage, bytes, &entry.page));
  group.columns.push_back(entry);
  return base::OkStatus();
}

base::Status PartWriter::CopyPage(const Part& part, store::PageType type, store::PageRef* ref) {
  SB_ASSIGN_OR_RETURN(const std::string_view page, part.RawPage(*ref, type));
  pending_.append(page);
  ref->offset = offset_;
  offset_ += page.size();
  return Drain(kWriteBytes);
}

base::Status PartWriter::CopyGroup(const Part& part, size_t number) {
  const PartDirectory& from = part.directory();
  RowGroup group = from.groups[number];
  for (GroupStream& stream : group.streams) {
    stream.stream = StreamNumber(from.streams[stream.stream]);
  }
  SB_RETURN_IF_ERROR(CopyPage(part, kTimesPage, &group.times));
  SB_RETURN_IF_ERROR(CopyPage(part, kStreamsPage, &group.stream_numbers));
  for (store::PageRef& presence : group.presences) {
    SB_RETURN_IF_ERROR(CopyPage(part, kPresencePage, &presence));
  }
  for (GroupColumn& column : group.columns) {
    const PartColumn& key = from.columns[column.column];
    column.column = ColumnNumber(key.name, key.type);
    SB_RETURN_IF_ERROR(CopyPage(part, kColumnPage, &column.page));
    if (column.bloom.size_bytes > 0) {
      SB_RETURN_IF_ERROR(CopyPage(part, kBloomPage, &column.bloom));
    }
  }
  row_count_ += group.rows;
  directory_.groups.push_back(std::move(group));
  return base::OkStatus();
}

base::Status PartWriter::Finish(std::vector<uint64_t> sources) {
  directory_.sources = std::move(sources);
  store::PageRef ref;
  SB_RETURN_IF_ERROR(AppendPage(kDirectoryPage, EncodeDirectory(directory_), &ref));
  pending_ += EncodeTail(ref);
  SB_RETURN_IF_ERROR(Drain(0));
  SB_RETURN_IF_ERROR(file_->Sync());
  return file_->Close();
}

}  // namespace sb::events
