// SPDX-License-Identifier: Apache-2.0
//
// EventFilter says which rows a scan returns. The store evaluates it on encoded columns, exactly: a
// scan returns all matching rows and no other.
//
//   auto slow = EventFilter::Compare("duration", FilterOp::kGreater, EventValue::Int(20'000'000));
//   auto get  = EventFilter::Compare("span.http.method", FilterOp::kEqual,
//   EventValue::Text("GET")); EventFilter both = EventFilter::And({std::move(slow),
//   std::move(get)});
//
// A condition names a row column or a stream attribute, whichever the row has (a row column first).
// It is false for a row without the name, whatever the operator, so kNot(kEqual) and kNotEqual
// differ: the latter needs presence. A text operand sees kText only, a bytes operand kBytes only, a
// bool operand kBool only; an int or float operand sees kInt and kFloat and compares as numbers,
// exactly (no rounding of int64 to double). kAny is seen by kExists alone: whoever knows the
// language of arrays asks kExists and looks itself. If a name has several types, the condition
// holds if it holds for the row's value, whatever its type.
//
// The name "*" stands for every kText column and stream attribute: it holds if it holds for one.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/interface/event_value.h"

namespace sb::store {

enum class FilterOp : uint8_t {
  kExists,  // no operand
  kEqual,
  kNotEqual,  // present and different
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kContains,      // kText: the operand is a substring, bytewise
  kContainsFold,  // … ignoring ASCII case
  kSearchRegex,   // kText: RE2, found anywhere, `.` does not match newline
  kMatchRegex,    // kText: RE2, the whole value, `.` matches newline
  kIn,            // equal to one of the operands (all of one type)
};

// An operand that owns its bytes.
struct FilterOperand {
  EventValue value;   // bytes unused
  std::string bytes;  // of text, bytes
};

struct EventFilter {
  enum class Kind : uint8_t { kAll, kAnd, kOr, kNot, kCompare };

  Kind kind = Kind::kAll;             // kAll: every row
  std::vector<EventFilter> children;  // kAnd, kOr: any number; kNot: one
  std::string name;                   // kCompare
  FilterOp op = FilterOp::kExists;
  std::vector<FilterOperand> operands;  // one; kIn: any number; kExists: none

  static EventFilter All() { return {}; }
  static EventFilter And(std::vector<EventFilter> children);
  static EventFilter Or(std::vector<EventFilter> children);
  static EventFilter Not(EventFilter child);
  static EventFilter Exists(std::string name);
  static EventFilter Compare(std::string name, FilterOp op, const EventValue& operand);
  static EventFilter In(std::string name, std::vector<FilterOperand> operands);
};

}  // namespace sb::store
