// SPDX-License-Identifier: Apache-2.0
#include "store/interface/event_filter.h"

namespace sb::store {
namespace {

FilterOperand Own(const EventValue& value) {
  FilterOperand operand;
  operand.value = value;
  operand.value.bytes = {};
  if (value.has_bytes()) {
    operand.bytes.assign(value.bytes);
  }
  return operand;
}

EventFilter WithChildren(EventFilter::Kind kind, std::vector<EventFilter> children) {
  EventFilter filter;
  filter.kind = kind;
  filter.children = std::move(children);
  return filter;
}

}  // namespace

EventFilter EventFilter::And(std::vector<EventFilter> children) {
  return WithChildren(Kind::kAnd, std::move(children));
}

EventFilter EventFilter::Or(std::vector<EventFilter> children) {
  return WithChildren(Kind::kOr, std::move(children));
}

EventFilter EventFilter::Not(EventFilter child) {
  std::vector<EventFilter> children;
  children.push_back(std::move(child));
  return WithChildren(Kind::kNot, std::move(children));
}

EventFilter EventFilter::Exists(std::string name) {
  EventFilter filter;
  filter.kind = Kind::kCompare;
  filter.name = std::move(name);
  filter.op = FilterOp::kExists;
  return filter;
}

EventFilter EventFilter::Compare(std::string name, FilterOp op, const EventValue& operand) {
  EventFilter filter = Exists(std::move(name));
  filter.op = op;
  filter.operands.push_back(Own(operand));
  return filter;
}

EventFilter EventFilter::In(std::string name, std::vector<FilterOperand> operands) {
  EventFilter filter = Exists(std::move(name));
  filter.op = FilterOp::kIn;
  filter.operands = std::move(operands);
  return filter;
}

}  // namespace sb::store
