// SPDX-License-Identifier: Apache-2.0
//
// ElasticRow is a log record as a document of Elasticsearch: its fields by the names that clients
// know, whether they are columns, stream labels or the time (ingest/elastic/elastic_document.h says
// what became of them).
//
//   ElasticRows rows(block);                       // once per block
//   ElasticRow row = rows.At(i, stream);
//   std::string_view level;
//   if (row.Get("level", &level)) …
//
// Views hold as long as the block. Threads: values.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/interface/event_store.h"

namespace sb::api {

// Of streams without an index label.
inline constexpr std::string_view kDefaultIndex = "signalbox";

class ElasticRows;

class ElasticRow {
 public:
  ElasticRow(const ElasticRows* rows, size_t row, const store::EventStream* stream)
      : rows_(rows), row_(row), stream_(stream) {}

  int64_t time_ns() const;
  // False if the document has no such field. `@timestamp` is no text field: use time_ns().
  bool Get(std::string_view field, std::string_view* value) const;
  std::string_view line() const;
  std::string_view index() const;  // without date
  // Every text field but the line.
  void ForEach(
      const std::function<void(std::string_view name, std::string_view value)>& sink) const;
  const store::EventStream& stream() const { return *stream_; }
  size_t row() const { return row_; }

 private:
  const ElasticRows* rows_;
  size_t row_;
  const store::EventStream* stream_;
};

class ElasticRows {
 public:
  explicit ElasticRows(const store::EventBlock& block);
  ElasticRow At(size_t row, const store::EventStream& stream) const {
    return ElasticRow(this, row, &stream);
  }

 private:
  friend class ElasticRow;
  // The column that a field is kept in, and the label, if it may be one.
  struct Place {
    const store::EventColumn* column = nullptr;
    std::string label;
    const store::EventColumn* detected = nullptr;  // of rows with neither
    const store::EventColumn* id = nullptr;        // recognised by ingest, likewise
    mutable std::string id_text;                   // of the row asked last
  };
  const Place& PlaceOf(std::string_view field) const;
  static std::string_view IdText(const Place& place, size_t row);

  const store::EventBlock& block_;
  const store::EventColumn* line_ = nullptr;
  std::vector<std::pair<std::string, const store::EventColumn*>> fields_;  // metadata, plain names
  struct FieldHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  mutable std::unordered_map<std::string, Place, FieldHash, std::equal_to<>> places_;
};

bool IsTimeField(std::string_view field);
bool IsMessageField(std::string_view field);
// "a.keyword" is "a".
std::string_view WithoutKeyword(std::string_view field);

}  // namespace sb::api
