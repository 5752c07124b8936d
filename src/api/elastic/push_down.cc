// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/push_down.h"

#include <algorithm>
#include <utility>

#include "api/elastic/elastic_row.h"
#include "ingest/elastic/elastic_document.h"
#include "store/interface/event_schema.h"

namespace sb::api {
namespace {

using store::EventFilter;

// Names under which a row may have the field; empty: the store cannot tell.
std::vector<std::string> NamesOf(const std::string& field) {
  const std::string_view plain = WithoutKeyword(field);
  if (field.empty()) {
    return {"*"};
  }
  if (IsMessageField(plain)) {
    return {std::string(store::kLineColumn)};
  }
  if (IsTimeField(plain) || plain == "_index") {
    return {};
  }
  const std::string name = ingest::ElasticMetadataName(plain);
  const std::string_view label = ingest::ElasticLabelOf(plain);
  std::vector<std::string> names = {std::string(store::kMetadataPrefix) + name,
                                    label.empty() ? name : std::string(label)};
  // A condition on the name of a row's column does not see a label that is called so.
  const std::string_view columns[] = {store::kLineColumn, store::kObservedTimeColumn,
                                      store::kSeverityNumberColumn, store::kTraceIdColumn,
                                      store::kSpanIdColumn};
  if (std::find(std::begin(columns), std::end(columns), names[1]) != std::end(columns)) {
    return {};
  }
  if (name == "level") {
    names.push_back(std::string(store::kMetadataPrefix) + "detected_level");
  }
  return names;
}

template <typename Make>
EventFilter OnNames(const std::string& field, Make&& make) {
  std::vector<EventFilter> any;
  for (std::string& name : NamesOf(field)) {
    any.push_back(make(std::move(name)));
  }
  return any.empty() ? EventFilter::All() : AnyOf(std::move(any));
}

}  // namespace

EventFilter FieldFilter(const std::string& field, store::FilterOp op, const std::string& operand) {
  return OnNames(field, [&](std::string name) {
    return EventFilter::Compare(std::move(name), op, store::EventValue::Text(operand));
  });
}

EventFilter FieldExists(const std::string& field) {
  if (field.empty() || IsMessageField(WithoutKeyword(field))) {
    return EventFilter::All();
  }
  return OnNames(field, [](std::string name) { return EventFilter::Exists(std::move(name)); });
}

EventFilter AllOf(std::vector<EventFilter> filters) {
  std::erase_if(filters,
                [](const EventFilter& filter) { return filter.kind == EventFilter::Kind::kAll; });
  if (filters.empty()) {
    return EventFilter::All();
  }
  return filters.size() == 1 ? std::move(filters[0]) : EventFilter::And(std::move(filters));
}

EventFilter AnyOf(std::vector<EventFilter> filters) {
  for (const EventFilter& filter : filters) {
    if (filter.kind == EventFilter::Kind::kAll) {
      return EventFilter::All();
    }
  }
  return filters.size() == 1 ? std::move(filters[0]) : EventFilter::Or(std::move(filters));
}

std::vector<store::ColumnRequest> ColumnsOf(const std::vector<std::string>& fields) {
  std::vector<std::string> names;
  for (const std::string& field : fields) {
    const std::string_view plain = WithoutKeyword(field);
    if (IsMessageField(plain)) {
      names.emplace_back(store::kLineColumn);
    } else {
      const std::string name = ingest::ElasticMetadataName(plain);
      names.push_back(std::string(store::kMetadataPrefix) + name);
      if (name == "level") {
        names.push_back(std::string(store::kMetadataPrefix) + "detected_level");
      }
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<store::ColumnRequest> columns;
  for (std::string& name : names) {
    columns.push_back({std::move(name)});
  }
  return columns;
}

std::vector<store::ColumnRequest> AllColumns() {
  return {{std::string(store::kLineColumn)}, {std::string(store::kMetadataPrefix) + "*"}};
}

}  // namespace sb::api
