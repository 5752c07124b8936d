// SPDX-License-Identifier: Apache-2.0
//
// FilterCondition is one compiled kCompare of an EventFilter: what holds for one value.
//
//   SB_ASSIGN_OR_RETURN(FilterCondition condition, FilterCondition::Create(filter));
//   if (condition.Sees(column_type) && condition.Holds(value)) …
//
// RowFilter is a whole compiled EventFilter, evaluated for one row at a time: the reference that
// stores are tested against, and what they use where rows are few.
//
// Failures: kInvalidArgument names a broken regular expression, a wrong number of operands, or an
// operand of a type that the operator does not take.
//
// Threads: immutable after creation.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/status.h"
#include "store/interface/event_filter.h"
#include "store/interface/event_stream.h"

namespace re2 {
class RE2;
}

namespace sb::store {

// -1, 0, 1, or 2 if not comparable (NaN): the exact order of an int64 and a double.
int CompareNumbers(int64_t a, double b);

class FilterCondition {
 public:
  static base::Result<FilterCondition> Create(const EventFilter& filter);

  const std::string& name() const { return name_; }
  bool any_name() const { return name_ == "*"; }
  FilterOp op() const { return op_; }
  const std::vector<FilterOperand>& operands() const { return operands_; }
  const re2::RE2* regex() const { return regex_.get(); }

  // False if the condition is false for every value of the type.
  bool Sees(ValueType type) const;
  bool Holds(const EventValue& value) const;
  bool HoldsText(std::string_view text) const;  // of a value whose type it sees: text or bytes
  bool HoldsInt(int64_t value) const;           // likewise kInt
  bool HoldsFloat(double value) const;          // kFloat
  bool HoldsBool(int64_t value) const { return HoldsInt(value); }

 private:
  std::string name_;
  FilterOp op_ = FilterOp::kExists;
  std::vector<FilterOperand> operands_;
  std::shared_ptr<const re2::RE2> regex_;
  std::shared_ptr<const std::unordered_set<std::string_view>> texts_;  // kIn with many; views into
  std::shared_ptr<const std::vector<std::string>> texts_owner_;        // these
};

// How RowFilter asks for the values of the row at hand. The row's own values under a name come
// before the stream's attribute of that name.
class RowValues {
 public:
  virtual ~RowValues() = default;
  // Appends the row's values under `name`; for "*" all kText values.
  virtual void Find(std::string_view name, std::vector<EventValue>* values) const = 0;
  virtual const EventStream& stream() const = 0;
};

class RowFilter {
 public:
  static base::Result<RowFilter> Create(const EventFilter& filter);
  bool Holds(const RowValues& row) const;

 private:
  EventFilter::Kind kind_ = EventFilter::Kind::kAll;
  std::vector<RowFilter> children_;
  std::vector<FilterCondition> condition_;  // one for kCompare
};

}  // namespace sb::store
