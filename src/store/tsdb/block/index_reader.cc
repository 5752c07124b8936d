// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/index_reader.h"

#include <algorithm>

#include "encoding/compress.h"
#include "encoding/sorted_ids.h"

namespace sb::tsdb {

namespace {

using encoding::ByteReader;

}  // namespace

size_t ValueTable::Find(std::string_view value) const {
  const auto it = std::lower_bound(values.begin(), values.end(), value);
  return it != values.end() && *it == value ? static_cast<size_t>(it - values.begin())
                                            : values.size();
}

IndexReader::~IndexReader() = default;

base::Status IndexReader::Damaged(const char* what) const {
  return base::DataLoss(std::string("block index: ") + what + ": " + path_);
}

base::Result<std::unique_ptr<IndexReader>> IndexReader::Open(std::span<const uint8_t> file,
                                                             const std::string& path) {
  std::unique_ptr<IndexReader> index(new IndexReader(path));
  SB_RETURN_IF_ERROR(index->ReadSections(file));
  return index;
}

base::Status IndexReader::ReadSections(std::span<const uint8_t> file) {
  SB_ASSIGN_OR_RETURN(const SectionTable table, DecodeIndexFooter(file, path_));
  std::array<std::string_view, kSectionCount> sections;
  for (size_t i = 0; i < kSectionCount; ++i) {
    SB_ASSIGN_OR_RETURN(
        const store::PageView page,
        store::ReadPage(file, table[i], store::PageType{static_cast<uint8_t>(i + 1)}, path_));
    if (page.version != kSectionVersion) {
      return Damaged("a section of an unknown version");
    }
    sections[i] = page.payload;
  }
  const auto section = [&](Section which) { return sections[SectionIndex(which)]; };
  values_ = section(Section::kValues);
  postings_ = section(Section::kPostings);
  series_section_ = section(Section::kSeries);
  SB_RETURN_IF_ERROR(ReadNames(section(Section::kNames)));
  SB_RETURN_IF_ERROR(ReadShapes(section(Section::kShapes)));
  SB_RETURN_IF_ERROR(ReadSeriesOffsets(section(Section::kSeriesOffsets)));
  SB_RETURN_IF_ERROR(ReadTimes(section(Section::kTimes)));
  SB_RETURN_IF_ERROR(ReadExemplarPlaces(section(Section::kExemplars)));
  return ReadMetadata(section(Section::kMetadata));
}

base::Status IndexReader::ReadNames(std::string_view section) {
  ByteReader in(section);
  const uint64_t count = in.Varint();
  if (count > in.left()) {
    return Damaged("bad number of names");
  }
  names_.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    IndexedName name;
    name.text = in.LengthPrefixed();
    const uint64_t values = in.Varint();
    name.raw_bytes = in.Varint();
    const uint64_t offset = in.Varint();
    const uint64_t bytes = in.Varint();
    name.postings_offset = in.Varint();
    if (!in.ok() || offset > values_.size() || bytes > values_.size() - offset ||
        values > UINT32_MAX || name.raw_bytes > bytes * kExpansionMax ||
        name.postings_offset > postings_.size() || (i > 0 && name.text <= names_.back().text)) {
      return Damaged("a bad name");
    }
    name.values = static_cast<uint32_t>(values);
    name.table = values_.substr(offset, bytes);
    names_.push_back(name);
  }
  base::MutexLock lock(tables_mutex_);
  tables_.resize(names_.size());
  return base::OkStatus();
}

base::Status IndexReader::ReadShapes(std::string_view section) {
  ByteReader in(section);
  const uint64_t count = in.Varint();
  if (count > in.left()) {
    return Damaged("bad number of shapes");
  }
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t size = in.Varint();
    if (size > in.left()) {
      return Damaged("bad shape");
    }
    std::vector<uint32_t>& shape = shapes_.emplace_back();
    for (uint64_t label = 0; label < size; ++label) {
      const uint64_t name = in.Varint();
      if (name >= names_.size() || (label > 0 && name <= shape.back())) {
        return Damaged("bad name in a shape");
      }
      shape.push_back(static_cast<uint32_t>(name));
    }
  }
  return in.ok() ? base::OkStatus() : Damaged("shapes are cut off");
}

base::Status IndexReader::ReadSeriesOffsets(std::string_view section) {
  ByteReader in(section);
  series_ = in.Fixed32();
  const uint64_t groups = (uint64_t{series_} + kSeriesPerGroup - 1) / kSeriesPerGroup;
  series_offsets_ = in.Bytes(groups * sizeof(uint32_t));
  return in.ok() && in.empty() ? base::OkStatus() : Damaged("bad number of series");
}

base::Status IndexReader::ReadTimes(std::string_view section) {
  ByteReader in(section);
  const uint64_t count = in.Varint();
  if (count > in.left()) {
    return Damaged("bad number of time columns");
  }
  times_.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    TimePlace time;
    time.offset = in.Varint();
    time.size_bytes = static_cast<uint32_t>(in.Varint());
    time.samples = static_cast<uint32_t>(in.Varint());
    time.first_ms = in.ZigZag();
    time.last_ms = static_cast<int64_t>(static_cast<uint64_t>(time.first_ms) + in.Varint());
    times_.push_back(time);
  }
  return in.ok() ? base::OkStatus() : Damaged("time columns are cut off");
}

base::Status IndexReader::ReadExemplarPlaces(std::string_view section) {
  ByteReader in(section);
  uint64_t series = 0;
  while (!in.empty()) {
    series += in.Varint();
    const std::string_view record = in.LengthPrefixed();
    if (!in.ok() || series >= series_) {
      return Damaged("exemplars of an unknown series");
    }
    exemplars_.push_back({static_cast<uint32_t>(series), record});
  }
  return base::OkStatus();
}

base::Status IndexReader::ReadMetadata(std::string_view section) {
  ByteReader in(section);
  const uint64_t count = in.Varint();
  if (count > in.left()) {
    return Damaged("bad number of metadata entries");
  }
  for (uint64_t i = 0; i < count; ++i) {
    ByteReader entry(in.LengthPrefixed());
    model::MetricMetadata metadata;
    const uint8_t type = entry.Byte();
    metadata.unit = entry.LengthPrefixed();
    metadata.help = entry.LengthPrefixed();
    if (!entry.ok() || type > static_cast<uint8_t>(model::MetricType::kStateset)) {
      return Damaged("bad metadata");
    }
    metadata.type = static_cast<model::MetricType>(type);
    metadata_.push_back(std::move(metadata));
  }
  uint64_t series = 0;
  while (!in.empty()) {
    const uint64_t run = in.Varint();
    const uint64_t entry = in.Varint();
    if (!in.ok() || run > series_ - series || entry > metadata_.size()) {
      return Damaged("metadata of unknown series");
    }
    metadata_runs_.push_back({static_cast<uint32_t>(series), static_cast<uint32_t>(series + run),
                              static_cast<uint32_t>(entry)});
    series += run;
  }
  return base::OkStatus();
}

size_t IndexReader::FindName(std::string_view name) const {
  const auto it =
      std::lower_bound(names_.begin(), names_.end(), name,
                       [](const IndexedName& a, std::string_view b) { return a.text < b; });
  return it != names_.end() && it->text == name ? static_cast<size_t>(it - names_.begin())
                                                : names_.size();
}

namespace {

// Unpacks front-coded values. The views are made last, when the text does not move any more.
bool UnpackTable(std::string_view bytes, const IndexedName& name, uint64_t postings_limit,
                 ValueTable* table) {
  ByteReader in(bytes);
  std::vector<uint64_t> ends;
  uint64_t postings = name.postings_offset;
  uint64_t previous = 0;
  table->postings_begin.push_back(postings);
  for (uint32_t i = 0; i < name.values; ++i) {
    const uint64_t shared = in.Varint();
    const std::string_view rest = in.LengthPrefixed();
    postings += in.Varint();
    if (!in.ok() || shared > table->text.size() - previous || postings > postings_limit ||
        table->text.size() + shared > bytes.size() * kExpansionMax + kExpansionFree) {
      return false;
    }
    const uint64_t begin = table->text.size();
    table->text.append(table->text, previous, shared);
    table->text.append(rest);
    previous = begin;
    ends.push_back(table->text.size());
    table->postings_begin.push_back(postings);
  }
  table->values.reserve(ends.size());
  uint64_t begin = 0;
  for (const uint64_t end : ends) {
    table->values.push_back(std::string_view(table->text).substr(begin, end - begin));
    begin = end;
  }
  return in.empty();
}

}  // namespace

base::Result<const ValueTable*> IndexReader::Values(size_t name) const {
  base::MutexLock lock(tables_mutex_);
  if (tables_[name] != nullptr) {
    return tables_[name].get();
  }
  const IndexedName& indexed = names_[name];
  std::string raw;
  if (indexed.raw_bytes > 0 &&
      (!encoding::Decompress(encoding::Compression::kZstd, indexed.table, indexed.raw_bytes, &raw)
            .ok() ||
       raw.size() != indexed.raw_bytes)) {
    return Damaged("bad compressed values");
  }
  auto table = std::make_unique<ValueTable>();
  if (!UnpackTable(indexed.raw_bytes > 0 ? std::string_view(raw) : indexed.table, indexed,
                   postings_.size(), table.get())) {
    return Damaged("bad values of a name");
  }
  tables_[name] = std::move(table);
  return tables_[name].get();
}

base::Status IndexReader::Postings(const ValueTable& table, size_t value,
                                   std::vector<uint32_t>* series) const {
  const uint64_t begin = table.postings_begin[value];
  const base::Status status = encoding::ReadSortedIds(
      postings_.substr(begin, table.postings_begin[value + 1] - begin), series_, series);
  return status.ok() ? status : Damaged("bad postings");
}

uint64_t IndexReader::PostingsCount(const ValueTable& table, size_t value) const {
  return encoding::CountSortedIds(postings_.substr(
      table.postings_begin[value], table.postings_begin[value + 1] - table.postings_begin[value]));
}

base::Status IndexReader::Exemplars(uint32_t series,
                                    std::vector<model::Exemplar>* exemplars) const {
  const auto place =
      std::lower_bound(exemplars_.begin(), exemplars_.end(), series,
                       [](const ExemplarPlace& a, uint32_t wanted) { return a.series < wanted; });
  if (place == exemplars_.end() || place->series != series) {
    return base::OkStatus();
  }
  ByteReader in(place->record);
  const uint64_t count = in.Varint();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    model::Exemplar exemplar;
    exemplar.has_time = in.Byte() != 0;
    exemplar.time_ms = in.ZigZag();
    exemplar.value = in.Double();
    const uint64_t label_count = in.Varint();
    if (label_count > in.left()) {
      return Damaged("bad exemplar");
    }
    std::vector<model::Label> labels;
    for (uint64_t label = 0; label < label_count; ++label) {
      const std::string_view name = in.LengthPrefixed();
      labels.push_back({name, in.LengthPrefixed()});
    }
    if (in.ok()) {
      exemplar.labels = model::LabelSet::FromLabels(std::move(labels));
      exemplars->push_back(std::move(exemplar));
    }
  }
  return in.ok() && in.empty() ? base::OkStatus() : Damaged("bad exemplars");
}

bool IndexReader::Metadata(uint32_t series, model::MetricMetadata* metadata) const {
  const auto run =
      std::upper_bound(metadata_runs_.begin(), metadata_runs_.end(), series,
                       [](uint32_t wanted, const MetadataRun& r) { return wanted < r.end; });
  if (run == metadata_runs_.end() || run->entry == 0) {
    return false;
  }
  *metadata = metadata_[run->entry - 1];
  return true;
}

SeriesCursor::SeriesCursor(const IndexReader& index)
    : index_(index), tables_(index.names().size(), nullptr) {}

base::Status SeriesCursor::Seek(uint32_t series) {
  if (series >= index_.series()) {
    return base::OutOfRange("no such series: " + std::to_string(series));
  }
  const uint32_t group_begin = series / kSeriesPerGroup * kSeriesPerGroup;
  if (next_ > series || next_ < group_begin) {
    const auto offset = encoding::LoadLe<uint32_t>(index_.series_offsets_.data() +
                                                   series / kSeriesPerGroup * sizeof(uint32_t));
    if (offset > index_.series_section_.size()) {
      return index_.Damaged("bad offset of a group of series");
    }
    in_ = ByteReader(index_.series_section_.substr(offset));
    next_ = group_begin;
  }
  while (next_ <= series) {
    SB_RETURN_IF_ERROR(ReadEntry(next_ % kSeriesPerGroup == 0));
    ++next_;
  }
  return base::OkStatus();
}

base::Status SeriesCursor::ReadEntry(bool first_of_group) {
  const uint64_t head = in_.Varint();
  if ((head & 1) != 0) {
    if ((head >> 1) >= index_.shapes().size()) {
      next_ = ~uint32_t{0};
      return index_.Damaged("unknown shape of a series");
    }
    shape_ = static_cast<uint32_t>(head >> 1);
    ranks_.resize(shape().size());
    for (uint32_t& rank : ranks_) {
      rank = static_cast<uint32_t>(in_.Varint());
    }
  } else {
    if (first_of_group) {
      next_ = ~uint32_t{0};
      return index_.Damaged("a group begins with a change");
    }
    for (uint64_t changed = head >> 1; changed != 0; changed &= changed - 1) {
      const auto label = static_cast<size_t>(__builtin_ctzll(changed));
      const int64_t step = in_.ZigZag();
      if (label >= ranks_.size()) {
        in_.Fail();
        break;
      }
      ranks_[label] = static_cast<uint32_t>(int64_t{ranks_[label]} + static_cast<int32_t>(step));
    }
  }
  return ReadChunks(first_of_group);
}

base::Status SeriesCursor::ReadChunks(bool first_of_group) {
  chunks_.clear();
  const uint64_t count = in_.Varint();
  if (first_of_group) {
    chunk_end_ = 0;
  }
  bool good = count <= in_.left();
  for (uint64_t i = 0; good && i < count; ++i) {
    ChunkPlace place;
    place.offset = chunk_end_ + in_.Varint();
    place.size_bytes = static_cast<uint32_t>(in_.Varint());
    place.time_column = static_cast<uint32_t>(in_.Varint());
    good = in_.ok() && place.time_column < index_.times().size();
    chunk_end_ = place.offset + place.size_bytes;
    chunks_.push_back(place);
  }
  if (!good || !in_.ok()) {
    next_ = ~uint32_t{0};
    return index_.Damaged("bad entry of a series");
  }
  return base::OkStatus();
}

base::Result<model::LabelSet> SeriesCursor::Labels() {
  labels_.clear();
  const std::vector<uint32_t>& names = shape();
  for (size_t label = 0; label < names.size(); ++label) {
    const uint32_t name = names[label];
    if (tables_[name] == nullptr) {
      SB_ASSIGN_OR_RETURN(tables_[name], index_.Values(name));
    }
    if (ranks_[label] >= tables_[name]->values.size()) {
      return index_.Damaged("unknown value of a series");
    }
    labels_.push_back({index_.names()[name].text, tables_[name]->values[ranks_[label]]});
  }
  return model::LabelSet::FromSorted(labels_.data(), labels_.size());
}

}  // namespace sb::tsdb
