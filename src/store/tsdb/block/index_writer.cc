// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/index_writer.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "encoding/bytes.h"
#include "encoding/compress.h"
#include "encoding/sorted_ids.h"

namespace sb::tsdb {

namespace {

using encoding::AppendLe;
using encoding::AppendVarint;
using encoding::AppendZigZag;

// Values are worth compressing where they are long or many: hashes, pod names, URLs.
constexpr size_t kCompressFromBytes = 256;
constexpr int kCompressLevel = 6;
// A changed-labels mask has one bit per label.
constexpr size_t kMaskLabelsMax = 62;

void AppendText(std::string_view text, std::string* out) {
  AppendVarint(out, text.size());
  out->append(text);
}

size_t SharedPrefix(std::string_view a, std::string_view b) {
  const size_t limit = std::min(a.size(), b.size());
  size_t shared = 0;
  while (shared < limit && a[shared] == b[shared]) {
    ++shared;
  }
  return shared;
}

}  // namespace

uint32_t IndexWriter::NameId(std::string_view text) {
  const auto [it, added] =
      name_ids_.try_emplace(std::string(text), static_cast<uint32_t>(names_.size()));
  if (added) {
    names_.emplace_back().text = text;
  }
  return it->second;
}

uint32_t IndexWriter::ValueId(Name* name, std::string_view text) {
  const auto [it, added] =
      name->ids.try_emplace(std::string(text), static_cast<uint32_t>(name->values.size()));
  if (added) {
    name->values.push_back(&it->first);
  }
  return it->second;
}

uint32_t IndexWriter::ShapeId(const std::vector<uint32_t>& names) {
  const auto [it, added] = shape_ids_.try_emplace(names, static_cast<uint32_t>(shapes_.size()));
  if (added) {
    shapes_.push_back(names);
  }
  return it->second;
}

void IndexWriter::AddSeries(const model::LabelSet& labels, std::span<const ChunkPlace> chunks) {
  std::vector<uint32_t> shape;
  shape.reserve(labels.size());
  series_labels_.push_back(values_.size());
  for (const model::Label& label : labels) {
    const uint32_t name = NameId(label.name);
    shape.push_back(name);
    values_.push_back(ValueId(&names_[name], label.value));
  }
  series_shape_.push_back(ShapeId(shape));
  series_chunks_.push_back(chunks_.size());
  chunks_.insert(chunks_.end(), chunks.begin(), chunks.end());
}

void IndexWriter::AddExemplars(uint32_t series, std::span<const model::Exemplar> exemplars) {
  std::string record;
  AppendVarint(&record, exemplars.size());
  for (const model::Exemplar& exemplar : exemplars) {
    record.push_back(exemplar.has_time ? 1 : 0);
    AppendZigZag(&record, exemplar.time_ms);
    AppendLe(&record, std::bit_cast<uint64_t>(exemplar.value));
    AppendVarint(&record, exemplar.labels.size());
    for (const model::Label& label : exemplar.labels) {
      AppendText(label.name, &record);
      AppendText(label.value, &record);
    }
  }
  AppendVarint(&exemplars_, series - last_exemplar_series_);
  AppendText(record, &exemplars_);
  last_exemplar_series_ = series;
}

void IndexWriter::AddMetadata(uint32_t series, const model::MetricMetadata& metadata) {
  std::string entry(1, static_cast<char>(metadata.type));
  AppendText(metadata.unit, &entry);
  AppendText(metadata.help, &entry);
  const auto [it, added] =
      metadata_ids_.try_emplace(entry, static_cast<uint32_t>(metadata_.size()));
  if (added) {
    metadata_.push_back(entry);
  }
  metadata_of_series_.resize(series + 1, 0);
  metadata_of_series_[series] = it->second + 1;
}

void IndexWriter::SortNamesAndValues() {
  names_sorted_.resize(names_.size());
  std::iota(names_sorted_.begin(), names_sorted_.end(), 0);
  std::sort(names_sorted_.begin(), names_sorted_.end(),
            [&](uint32_t a, uint32_t b) { return names_[a].text < names_[b].text; });
  uint64_t pairs = 0;
  for (size_t rank = 0; rank < names_sorted_.size(); ++rank) {
    Name& name = names_[names_sorted_[rank]];
    name.rank = static_cast<uint32_t>(rank);
    name.first_pair = pairs;
    pairs += name.values.size();
    name.sorted.resize(name.values.size());
    std::iota(name.sorted.begin(), name.sorted.end(), 0);
    std::sort(name.sorted.begin(), name.sorted.end(),
              [&](uint32_t a, uint32_t b) { return *name.values[a] < *name.values[b]; });
    name.ranks.resize(name.values.size());
    for (size_t i = 0; i < name.sorted.size(); ++i) {
      name.ranks[name.sorted[i]] = static_cast<uint32_t>(i);
    }
  }
  pair_begin_.assign(pairs + 1, 0);
}

uint32_t IndexWriter::RankAt(uint32_t series, size_t label) const {
  const Name& name = names_[shapes_[series_shape_[series]][label]];
  return name.ranks[values_[series_labels_[series] + label]];
}

// A counting sort by pair; series come in order, so each list is sorted.
void IndexWriter::BuildPostings() {
  const auto for_each_pair = [&](auto&& visit) {
    for (uint32_t series = 0; series < series_shape_.size(); ++series) {
      const std::vector<uint32_t>& shape = shapes_[series_shape_[series]];
      for (size_t label = 0; label < shape.size(); ++label) {
        visit(series, names_[shape[label]].first_pair + RankAt(series, label));
      }
    }
  };
  for_each_pair([&](uint32_t, uint64_t pair) { ++pair_begin_[pair + 1]; });
  std::partial_sum(pair_begin_.begin(), pair_begin_.end(), pair_begin_.begin());
  postings_.resize(values_.size());
  std::vector<uint64_t> next(pair_begin_.begin(), pair_begin_.end() - 1);
  for_each_pair([&](uint32_t series, uint64_t pair) { postings_[next[pair]++] = series; });
}

std::string IndexWriter::LayPostings() {
  std::string section;
  posting_bytes_.clear();
  for (size_t pair = 0; pair + 1 < pair_begin_.size(); ++pair) {
    const size_t before = section.size();
    encoding::AppendSortedIds({postings_.data() + pair_begin_[pair],
                               static_cast<size_t>(pair_begin_[pair + 1] - pair_begin_[pair])},
                              &section);
    posting_bytes_.push_back(static_cast<uint32_t>(section.size() - before));
  }
  return section;
}

std::string IndexWriter::LayNamesAndValues(std::string* values_section) const {
  std::string names_section;
  AppendVarint(&names_section, names_.size());
  uint64_t postings_offset = 0;
  for (const uint32_t id : names_sorted_) {
    const Name& name = names_[id];
    std::string table;
    std::string_view previous;
    uint64_t postings_bytes = 0;
    uint64_t text_bytes = 0;
    for (size_t rank = 0; rank < name.sorted.size(); ++rank) {
      const std::string_view value = *name.values[name.sorted[rank]];
      text_bytes += value.size();
      const bool too_dense = text_bytes > table.size() * kExpansionMax + kExpansionFree;
      const size_t shared = too_dense ? 0 : SharedPrefix(previous, value);
      AppendVarint(&table, shared);
      AppendText(value.substr(shared), &table);
      const uint32_t bytes = posting_bytes_[name.first_pair + rank];
      AppendVarint(&table, bytes);
      postings_bytes += bytes;
      previous = value;
    }
    std::string packed;
    if (table.size() >= kCompressFromBytes) {
      encoding::Compress(encoding::Compression::kZstd, table, &packed, kCompressLevel);
    }
    const bool compressed = !packed.empty() && packed.size() < table.size() * 9 / 10 &&
                            table.size() <= packed.size() * kExpansionMax;
    const std::string& stored = compressed ? packed : table;
    AppendText(name.text, &names_section);
    AppendVarint(&names_section, name.sorted.size());
    AppendVarint(&names_section, compressed ? table.size() : 0);
    AppendVarint(&names_section, values_section->size());
    AppendVarint(&names_section, stored.size());
    AppendVarint(&names_section, postings_offset);
    values_section->append(stored);
    postings_offset += postings_bytes;
  }
  return names_section;
}

std::string IndexWriter::LayShapes() const {
  std::string section;
  AppendVarint(&section, shapes_.size());
  for (const std::vector<uint32_t>& shape : shapes_) {
    AppendVarint(&section, shape.size());
    for (const uint32_t name : shape) {
      AppendVarint(&section, names_[name].rank);
    }
  }
  return section;
}

void IndexWriter::LayOneSeries(uint32_t series, bool first_of_group, std::string* out) const {
  const uint32_t shape = series_shape_[series];
  const size_t labels = shapes_[shape].size();
  if (first_of_group || series_shape_[series - 1] != shape || labels > kMaskLabelsMax) {
    AppendVarint(out, (uint64_t{shape} << 1) | 1);
    for (size_t label = 0; label < labels; ++label) {
      AppendVarint(out, RankAt(series, label));
    }
  } else {
    uint64_t changed = 0;
    for (size_t label = 0; label < labels; ++label) {
      changed |= uint64_t{RankAt(series, label) != RankAt(series - 1, label)} << label;
    }
    AppendVarint(out, changed << 1);
    for (size_t label = 0; label < labels; ++label) {
      if (((changed >> label) & 1) != 0) {
        AppendZigZag(out, int64_t{RankAt(series, label)} - int64_t{RankAt(series - 1, label)});
      }
    }
  }
  const uint64_t begin = series_chunks_[series];
  const uint64_t end =
      series + 1 < series_chunks_.size() ? series_chunks_[series + 1] : chunks_.size();
  AppendVarint(out, end - begin);
  for (uint64_t i = begin; i < end; ++i) {
    const bool absolute = first_of_group && i == begin;
    const uint64_t expected = absolute ? 0 : chunks_[i - 1].offset + chunks_[i - 1].size_bytes;
    AppendVarint(out, chunks_[i].offset - expected);
    AppendVarint(out, chunks_[i].size_bytes);
    AppendVarint(out, chunks_[i].time_column);
  }
}

std::string IndexWriter::LaySeries(std::string* offsets_section) const {
  std::string section;
  AppendLe(offsets_section, series());
  for (uint32_t i = 0; i < series(); ++i) {
    const bool first_of_group = i % kSeriesPerGroup == 0;
    if (first_of_group) {
      AppendLe(offsets_section, static_cast<uint32_t>(section.size()));
    }
    LayOneSeries(i, first_of_group, &section);
  }
  return section;
}

std::string IndexWriter::LayMetadata() const {
  std::string section;
  AppendVarint(&section, metadata_.size());
  for (const std::string& entry : metadata_) {
    AppendText(entry, &section);
  }
  // Runs of series with one metric name and one entry.
  const auto metric = [&](size_t series) {
    const std::vector<uint32_t>& shape = shapes_[series_shape_[series]];
    for (size_t label = 0; label < shape.size(); ++label) {
      if (names_[shape[label]].text == model::kMetricName) {
        return int64_t{values_[series_labels_[series] + label]};
      }
    }
    return int64_t{-1};
  };
  for (size_t begin = 0; begin < metadata_of_series_.size();) {
    size_t end = begin + 1;
    while (end < metadata_of_series_.size() &&
           metadata_of_series_[end] == metadata_of_series_[begin] && metric(end) == metric(begin)) {
      ++end;
    }
    AppendVarint(&section, end - begin);
    AppendVarint(&section, metadata_of_series_[begin]);
    begin = end;
  }
  return section;
}

std::string IndexWriter::Finish(std::span<const TimePlace> times) {
  SortNamesAndValues();
  BuildPostings();
  std::array<std::string, kSectionCount> sections;
  const auto section = [&](Section which) -> std::string& { return sections[SectionIndex(which)]; };
  section(Section::kPostings) = LayPostings();
  section(Section::kNames) = LayNamesAndValues(&section(Section::kValues));
  section(Section::kShapes) = LayShapes();
  section(Section::kSeries) = LaySeries(&section(Section::kSeriesOffsets));
  std::string& time_section = section(Section::kTimes);
  AppendVarint(&time_section, times.size());
  for (const TimePlace& time : times) {
    AppendVarint(&time_section, time.offset);
    AppendVarint(&time_section, time.size_bytes);
    AppendVarint(&time_section, time.samples);
    AppendZigZag(&time_section, time.first_ms);
    AppendVarint(&time_section, static_cast<uint64_t>(time.last_ms - time.first_ms));
  }
  section(Section::kExemplars) = std::move(exemplars_);
  section(Section::kMetadata) = LayMetadata();

  std::string file(kIndexMagic);
  SectionTable table;
  for (size_t i = 0; i < kSectionCount; ++i) {
    table[i] = store::AppendPage(store::PageType{static_cast<uint8_t>(i + 1)}, kSectionVersion,
                                 sections[i], &file);
    std::string().swap(sections[i]);
  }
  return file + EncodeIndexFooter(table);
}

}  // namespace sb::tsdb
