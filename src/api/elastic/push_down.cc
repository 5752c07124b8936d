// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/push_down.h"

#include <algorithm>
#include <array>
#include <utility>

#include "api/elastic/elastic_row.h"
#include "ingest/elastic/elastic_document.h"
#include "ingest/pipeline/log_facts.h"
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
                                      store::kSeverityNumberColumn};
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

// The column of ids that ingest recognised, if the field is of these; empty: it is not.
std::string_view IdColumnOf(std::string_view field) {
  const std::string name = ingest::ElasticMetadataName(WithoutKeyword(field));
  return name == store::kTraceIdColumn  ? store::kTraceIdColumn
         : name == store::kSpanIdColumn ? store::kSpanIdColumn
                                        : std::string_view();
}

// The bytes of a whole id, in whatever case; empty: it is none.
std::string IdBytes(std::string_view column, const std::string& text) {
  std::array<char, 16> trace{};
  std::array<char, 8> span{};
  if (column == store::kTraceIdColumn) {
    return text.size() == 32 && ingest::ParseTraceId(text, &trace)
               ? std::string(trace.data(), trace.size())
               : "";
  }
  return ingest::ParseSpanId(text, &span) ? std::string(span.data(), span.size()) : "";
}

// Whether the id that ingest recognised is the operand.
EventFilter IdFilter(std::string_view column, store::FilterOp op, const std::string& operand) {
  const std::string bytes = IdBytes(column, operand);
  if (bytes.empty() || (op != store::FilterOp::kEqual && op != store::FilterOp::kContainsFold)) {
    return EventFilter::All();
  }
  return EventFilter::Compare(std::string(column), store::FilterOp::kEqual,
                              store::EventValue::Bytes(bytes));
}

}  // namespace

EventFilter FieldFilter(const std::string& field, store::FilterOp op, const std::string& operand) {
  EventFilter on_names = OnNames(field, [&](std::string name) {
    return EventFilter::Compare(std::move(name), op, store::EventValue::Text(operand));
  });
  const std::string_view column = IdColumnOf(field);
  if (column.empty()) {
    return on_names;
  }
  std::vector<EventFilter> any;
  any.push_back(std::move(on_names));
  any.push_back(IdFilter(column, op, operand));
  return AnyOf(std::move(any));
}

std::string RequiredLiteral(std::string_view regex) {
  constexpr size_t kBytesMin = 3;
  if (regex.starts_with("(?s)")) {
    regex.remove_prefix(4);
  }
  std::string best;
  std::string run;
  const auto end_run = [&best, &run] {
    best = run.size() > best.size() ? run : best;
    run.clear();
  };
  for (size_t i = 0; i < regex.size(); ++i) {
    char c = regex[i];
    const bool is_escaped = c == '\\' && i + 1 < regex.size();
    c = is_escaped ? regex[++i] : c;
    const bool is_letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_escaped ? is_letter : std::string_view("\\|([{").find(c) != std::string_view::npos) {
      return "";
    }
    // Some letters beyond ASCII are k or s without regard to case.
    const bool is_plain =
        static_cast<unsigned char>(c) < 0x80 && (c | 0x20) != 'k' && (c | 0x20) != 's';
    if (is_plain &&
        (is_escaped || std::string_view(".^$*+?)]}").find(c) == std::string_view::npos)) {
      run.push_back(c);
      continue;
    }
    if ((c == '*' || c == '?') && !is_escaped && !run.empty()) {
      run.pop_back();
    }
    end_run();
  }
  end_run();
  return best.size() >= kBytesMin ? best : "";
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
      } else if (name == store::kTraceIdColumn || name == store::kSpanIdColumn) {
        names.push_back(name);  // as ingest recognised it
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
  return {{std::string(store::kLineColumn)},
          {std::string(store::kMetadataPrefix) + "*"},
          {std::string(store::kTraceIdColumn)},
          {std::string(store::kSpanIdColumn)}};
}

}  // namespace sb::api
