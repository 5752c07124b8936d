// SPDX-License-Identifier: Apache-2.0
#include "query/logql/recognised_id.h"

#include <algorithm>
#include <utility>

#include "encoding/hex.h"
#include "store/interface/event_schema.h"

namespace sb::logql {
namespace {

constexpr size_t kTraceDigits = 32;
constexpr size_t kTraceDigitsMin = 8;  // more zeros in front than that are no id of anybody
constexpr size_t kSpanDigits = 16;

}  // namespace

std::optional<RecognisedId> RecognisedId::Of(const LabelFilter& filter) {
  if (filter.kind != LabelFilter::Kind::kString ||
      filter.matcher->type() != model::MatchType::kEqual) {
    return std::nullopt;
  }
  const std::string& name = filter.matcher->name();
  const std::string& text = filter.matcher->value();
  const bool is_trace = name == store::kTraceIdColumn;
  if (!is_trace && name != store::kSpanIdColumn) {
    return std::nullopt;
  }
  const size_t digits = is_trace ? kTraceDigits : kSpanDigits;
  if (text.size() > digits || text.size() < (is_trace ? kTraceDigitsMin : kSpanDigits)) {
    return std::nullopt;
  }
  std::string bytes;
  if (!encoding::HexDecode(std::string(digits - text.size(), '0') + text, &bytes)) {
    return std::nullopt;
  }
  return RecognisedId{name, text, std::move(bytes)};
}

store::EventFilter RecognisedId::Filter() const {
  using store::EventFilter;
  const auto equals = [](std::string_view name, const store::EventValue& value) {
    return EventFilter::Compare(std::string(name), store::FilterOp::kEqual, value);
  };
  std::vector<EventFilter> any;
  any.push_back(
      equals(std::string(store::kMetadataPrefix) + column, store::EventValue::Text(text)));
  any.push_back(equals(column, store::EventValue::Text(text)));
  any.push_back(equals(column, store::EventValue::Bytes(bytes)));
  return EventFilter::Or(std::move(any));
}

void AddIdColumns(const std::vector<RecognisedId>& ids,
                  std::vector<store::ColumnRequest>* columns) {
  for (const RecognisedId& id : ids) {
    const auto is_it = [&id](const store::ColumnRequest& one) { return one.name == id.column; };
    if (std::none_of(columns->begin(), columns->end(), is_it)) {
      columns->push_back({id.column});
    }
  }
}

}  // namespace sb::logql
