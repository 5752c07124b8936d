// SPDX-License-Identifier: Apache-2.0
#include "store/interface/filter_condition.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>

namespace sb::store {
namespace {

// Filters nest as queries do; deeper is nobody's query.
constexpr int kDepthMax = 200;
constexpr size_t kHashedOperandsMin = 8;

bool TakesTextOnly(FilterOp op) {
  return op == FilterOp::kContains || op == FilterOp::kContainsFold ||
         op == FilterOp::kSearchRegex || op == FilterOp::kMatchRegex;
}

bool IsNumber(ValueType type) {
  return type == ValueType::kInt || type == ValueType::kFloat;
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool ContainsFold(std::string_view text, std::string_view needle) {
  return std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                     [](char a, char b) { return Lower(a) == Lower(b); }) != text.end() ||
         needle.empty();
}

bool HoldsOrder(FilterOp op, int order) {
  switch (op) {
    case FilterOp::kEqual:
    case FilterOp::kIn:
      return order == 0;
    case FilterOp::kNotEqual:
      return order != 0;
    case FilterOp::kLess:
      return order == -1;
    case FilterOp::kLessEqual:
      return order == -1 || order == 0;
    case FilterOp::kGreater:
      return order == 1;
    case FilterOp::kGreaterEqual:
      return order == 1 || order == 0;
    default:
      return false;
  }
}

int Order(int64_t a, int64_t b) {
  return a < b ? -1 : (a > b ? 1 : 0);
}

int Order(double a, double b) {
  return a < b ? -1 : (a > b ? 1 : (a == b ? 0 : 2));
}

int OrderOfInt(int64_t value, const EventValue& operand) {
  return operand.type == ValueType::kFloat ? CompareNumbers(value, operand.number)
                                           : Order(value, operand.integer);
}

int OrderOfFloat(double value, const EventValue& operand) {
  if (operand.type == ValueType::kFloat) {
    return Order(value, operand.number);
  }
  const int order = CompareNumbers(operand.integer, value);
  return order == 2 ? 2 : -order;
}

base::Status CheckOperands(const EventFilter& filter) {
  const size_t count = filter.operands.size();
  if (filter.op == FilterOp::kExists ? count != 0 : (filter.op != FilterOp::kIn && count != 1)) {
    return base::InvalidArgument("wrong number of operands for a condition on " + filter.name);
  }
  for (const FilterOperand& operand : filter.operands) {
    const ValueType type = operand.value.type;
    if (type == ValueType::kAny || (TakesTextOnly(filter.op) && type != ValueType::kText) ||
        (type != filter.operands[0].value.type)) {
      return base::InvalidArgument("operand of a wrong type for a condition on " + filter.name);
    }
  }
  return base::OkStatus();
}

base::Result<std::shared_ptr<const re2::RE2>> CompileRegex(const EventFilter& filter) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(filter.op == FilterOp::kMatchRegex);
  auto regex = std::make_shared<re2::RE2>(filter.operands[0].bytes, options);
  if (!regex->ok()) {
    return base::InvalidArgument(regex->error() + ", in the regular expression " +
                                 filter.operands[0].bytes);
  }
  return std::shared_ptr<const re2::RE2>(std::move(regex));
}

base::Status CheckDepth(const EventFilter& filter, int depth) {
  if (depth > kDepthMax) {
    return base::InvalidArgument("a filter is nested more than 200 levels deep");
  }
  for (const EventFilter& child : filter.children) {
    SB_RETURN_IF_ERROR(CheckDepth(child, depth + 1));
  }
  return base::OkStatus();
}

}  // namespace

int CompareNumbers(int64_t a, double b) {
  if (std::isnan(b)) {
    return 2;
  }
  if (b >= 9223372036854775808.0) {
    return -1;
  }
  if (b < -9223372036854775808.0) {
    return 1;
  }
  const double whole = std::floor(b);
  const auto floor = static_cast<int64_t>(whole);  // exact: it is in range
  if (a != floor) {
    return a < floor ? -1 : 1;
  }
  return whole < b ? -1 : 0;
}

base::Result<FilterCondition> FilterCondition::Create(const EventFilter& filter) {
  SB_RETURN_IF_ERROR(CheckOperands(filter));
  FilterCondition condition;
  condition.name_ = filter.name;
  condition.op_ = filter.op;
  condition.operands_ = filter.operands;
  if (filter.op == FilterOp::kSearchRegex || filter.op == FilterOp::kMatchRegex) {
    SB_ASSIGN_OR_RETURN(condition.regex_, CompileRegex(filter));
  }
  if (filter.op == FilterOp::kIn && filter.operands.size() >= kHashedOperandsMin &&
      filter.operands[0].value.has_bytes()) {
    auto owner = std::make_shared<std::vector<std::string>>();
    for (const FilterOperand& operand : filter.operands) {
      owner->push_back(operand.bytes);
    }
    condition.texts_ =
        std::make_shared<const std::unordered_set<std::string_view>>(owner->begin(), owner->end());
    condition.texts_owner_ = std::move(owner);
  }
  return condition;
}

bool FilterCondition::Sees(ValueType type) const {
  if (any_name() && type != ValueType::kText) {
    return false;
  }
  if (op_ == FilterOp::kExists) {
    return true;
  }
  if (operands_.empty()) {
    return false;
  }
  const ValueType operand = operands_[0].value.type;
  return operand == type || (IsNumber(operand) && IsNumber(type));
}

bool FilterCondition::HoldsText(std::string_view text) const {
  switch (op_) {
    case FilterOp::kExists:
      return true;
    case FilterOp::kContains:
      return text.find(operands_[0].bytes) != std::string_view::npos;
    case FilterOp::kContainsFold:
      return ContainsFold(text, operands_[0].bytes);
    case FilterOp::kSearchRegex:
      return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regex_);
    case FilterOp::kMatchRegex:
      return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *regex_);
    case FilterOp::kIn:
      if (texts_ != nullptr) {
        return texts_->contains(text);
      }
      return std::any_of(operands_.begin(), operands_.end(),
                         [text](const FilterOperand& operand) { return operand.bytes == text; });
    case FilterOp::kEqual:
      return operands_[0].bytes == text;
    case FilterOp::kNotEqual:
      return operands_[0].bytes != text;
    default: {
      const int order = text.compare(operands_[0].bytes);
      return HoldsOrder(op_, order < 0 ? -1 : (order > 0 ? 1 : 0));
    }
  }
}

bool FilterCondition::HoldsInt(int64_t value) const {
  if (op_ == FilterOp::kExists) {
    return true;
  }
  return std::any_of(operands_.begin(), operands_.end(), [&](const FilterOperand& operand) {
    return HoldsOrder(op_, OrderOfInt(value, operand.value));
  });
}

bool FilterCondition::HoldsFloat(double value) const {
  if (op_ == FilterOp::kExists) {
    return true;
  }
  return std::any_of(operands_.begin(), operands_.end(), [&](const FilterOperand& operand) {
    return HoldsOrder(op_, OrderOfFloat(value, operand.value));
  });
}

bool FilterCondition::Holds(const EventValue& value) const {
  if (!Sees(value.type)) {
    return false;
  }
  if (value.has_bytes()) {
    return HoldsText(value.bytes);
  }
  return value.type == ValueType::kFloat ? HoldsFloat(value.number) : HoldsInt(value.integer);
}

base::Result<RowFilter> RowFilter::Create(const EventFilter& filter) {
  SB_RETURN_IF_ERROR(CheckDepth(filter, 0));
  RowFilter compiled;
  compiled.kind_ = filter.kind;
  if (filter.kind == EventFilter::Kind::kNot && filter.children.size() != 1) {
    return base::InvalidArgument("a negation has one child");
  }
  if (filter.kind == EventFilter::Kind::kCompare) {
    SB_ASSIGN_OR_RETURN(FilterCondition condition, FilterCondition::Create(filter));
    compiled.condition_.push_back(std::move(condition));
  }
  for (const EventFilter& child : filter.children) {
    SB_ASSIGN_OR_RETURN(RowFilter one, Create(child));
    compiled.children_.push_back(std::move(one));
  }
  return compiled;
}

bool RowFilter::Holds(const RowValues& row) const {
  const auto holds = [&row](const RowFilter& child) { return child.Holds(row); };
  switch (kind_) {
    case EventFilter::Kind::kAll:
      return true;
    case EventFilter::Kind::kAnd:
      return std::all_of(children_.begin(), children_.end(), holds);
    case EventFilter::Kind::kOr:
      return std::any_of(children_.begin(), children_.end(), holds);
    case EventFilter::Kind::kNot:
      return !children_[0].Holds(row);
    case EventFilter::Kind::kCompare:
      break;
  }
  const FilterCondition& condition = condition_[0];
  std::vector<EventValue> values;
  row.Find(condition.name(), &values);
  if (condition.any_name()) {
    for (const EventAttribute& attribute : row.stream().attributes()) {
      values.push_back(attribute.value);
    }
  } else if (values.empty()) {
    if (const EventValue* value = row.stream().Find(condition.name())) {
      values.push_back(*value);
    }
  }
  return std::any_of(values.begin(), values.end(),
                     [&](const EventValue& value) { return condition.Holds(value); });
}

}  // namespace sb::store
