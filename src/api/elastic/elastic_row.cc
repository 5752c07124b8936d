// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/elastic_row.h"

#include "encoding/hex.h"
#include "ingest/elastic/elastic_document.h"
#include "store/interface/event_schema.h"

namespace sb::api {

std::string_view WithoutKeyword(std::string_view field) {
  constexpr std::string_view kSuffix = ".keyword";
  return field.ends_with(kSuffix) ? field.substr(0, field.size() - kSuffix.size()) : field;
}

bool IsTimeField(std::string_view field) {
  return field == "@timestamp" || field == "timestamp";
}

bool IsMessageField(std::string_view field) {
  return field == "message" || field == "msg" || field == "log" || field == "line";
}

ElasticRows::ElasticRows(const store::EventBlock& block)
    : block_(block), line_(block.Find(store::kLineColumn, store::ValueType::kText)) {
  for (const store::EventColumn& column : block.columns()) {
    if (column.type == store::ValueType::kText && column.name.starts_with(store::kMetadataPrefix)) {
      fields_.emplace_back(column.name.substr(store::kMetadataPrefix.size()), &column);
    }
  }
}

const ElasticRows::Place& ElasticRows::PlaceOf(std::string_view field) const {
  if (const auto known = places_.find(field); known != places_.end()) {
    return known->second;
  }
  const std::string_view plain = WithoutKeyword(field);
  Place& place = places_[std::string(field)];
  const std::string_view label = ingest::ElasticLabelOf(plain);
  const std::string name = ingest::ElasticMetadataName(plain);
  place.label = label.empty() ? name : std::string(label);
  for (const auto& [known, column] : fields_) {
    if (known == name) {
      place.column = column;
    }
  }
  if (name == store::kTraceIdColumn || name == store::kSpanIdColumn) {
    place.id = block_.Find(name, store::ValueType::kBytes);
  }
  // A level is always there: what was detected stands in for what was not sent.
  if (name == "level") {
    for (const auto& [known, column] : fields_) {
      if (known == "detected_level") {
        place.detected = column;
      }
    }
  }
  return place;
}

std::string_view ElasticRows::IdText(const Place& place, size_t row) {
  place.id_text.clear();
  encoding::AppendHex(place.id->texts[row], &place.id_text);
  return place.id_text;
}

int64_t ElasticRow::time_ns() const {
  return rows_->block_.times()[row_];
}

std::string_view ElasticRow::line() const {
  return rows_->line_ != nullptr && rows_->line_->Has(row_) ? rows_->line_->texts[row_]
                                                            : std::string_view();
}

std::string_view ElasticRow::index() const {
  const std::string_view label = stream_->Label("index");
  return label.empty() ? kDefaultIndex : label;
}

bool ElasticRow::Get(std::string_view field, std::string_view* value) const {
  if (IsMessageField(WithoutKeyword(field))) {
    *value = line();
    return true;
  }
  if (field == "_index") {
    *value = index();
    return true;
  }
  const ElasticRows::Place& place = rows_->PlaceOf(field);
  if (place.column != nullptr && place.column->Has(row_)) {
    *value = place.column->texts[row_];
    return true;
  }
  *value = stream_->Label(place.label);
  if (value->empty() && place.id != nullptr && place.id->Has(row_)) {
    *value = ElasticRows::IdText(place, row_);
    return true;
  }
  if (value->empty() && place.detected != nullptr && place.detected->Has(row_)) {
    *value = place.detected->texts[row_];
    return true;
  }
  return !value->empty();
}

void ElasticRow::ForEach(
    const std::function<void(std::string_view name, std::string_view value)>& sink) const {
  for (const store::EventAttribute& attribute : stream_->attributes()) {
    if (attribute.name != "index" && attribute.value.type == store::ValueType::kText) {
      sink(attribute.name, attribute.value.bytes);
    }
  }
  for (const auto& [name, column] : rows_->fields_) {
    if (column->Has(row_)) {
      sink(name, column->texts[row_]);
    }
  }
  for (const std::string_view name : {store::kTraceIdColumn, store::kSpanIdColumn}) {
    const ElasticRows::Place& place = rows_->PlaceOf(name);
    if (place.id != nullptr && place.id->Has(row_) && stream_->Label(name).empty() &&
        (place.column == nullptr || !place.column->Has(row_))) {
      sink(name, ElasticRows::IdText(place, row_));
    }
  }
}

}  // namespace sb::api
