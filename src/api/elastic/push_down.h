// SPDX-License-Identifier: Apache-2.0
//
// What the store can decide of a search: conditions on fields as filters on columns and stream
// labels (elastic_row.h says where a field may be), and the columns that fields are read from.
//
//   EventFilter filter = FieldFilter("level", FilterOp::kEqual, "error");
//   options.columns = ColumnsOf({"level", "took"});
//
// A filter lets at least those rows pass whose field fulfils the condition, and maybe others:
// whoever asks looks at the rows himself, too. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/interface/event_filter.h"
#include "store/interface/event_store.h"

namespace sb::api {

// An empty field means every field. Everything passes where the store cannot tell.
store::EventFilter FieldFilter(const std::string& field, store::FilterOp op,
                               const std::string& operand);
store::EventFilter FieldExists(const std::string& field);
// A text that stands in whatever the expression matches without regard to case, of at least three
// ASCII letters or signs; empty if none is certain. Only runs of plain characters are understood.
std::string RequiredLiteral(std::string_view regex);
// Without the parts that let everything pass (And), everything if one does (Or).
store::EventFilter AllOf(std::vector<store::EventFilter> filters);
store::EventFilter AnyOf(std::vector<store::EventFilter> filters);

std::vector<store::ColumnRequest> ColumnsOf(const std::vector<std::string>& fields);
std::vector<store::ColumnRequest> AllColumns();

}  // namespace sb::api
