// SPDX-License-Identifier: Apache-2.0
#include "store/events/part/column_filter.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "store/interface/filter_condition.h"

namespace sb::events {

using Kind = store::EventFilter::Kind;

base::Result<ColumnFilter> ColumnFilter::Create(const store::EventFilter& filter) {
  // What RowFilter refuses (depth, operands) is refused here alike.
  SB_RETURN_IF_ERROR(store::RowFilter::Create(filter).status());
  ColumnFilter compiled;
  compiled.kind_ = filter.kind;
  if (filter.kind == Kind::kCompare) {
    SB_ASSIGN_OR_RETURN(compiled.condition_, Condition::Create(filter));
  }
  for (const store::EventFilter& child : filter.children) {
    SB_ASSIGN_OR_RETURN(ColumnFilter one, Create(child));
    compiled.children_.push_back(std::move(one));
  }
  return compiled;
}

bool ColumnFilter::StreamHolds(const store::EventStream& stream) const {
  const store::FilterCondition& rule = condition_->rule();
  if (rule.any_name()) {
    return std::any_of(
        stream.attributes().begin(), stream.attributes().end(),
        [&rule](const store::EventAttribute& attribute) { return rule.Holds(attribute.value); });
  }
  const store::EventValue* value = stream.Find(rule.name());
  return value != nullptr && rule.Holds(*value);
}

bool ColumnFilter::MayHold(const RowSet& rows) const {
  const auto may_hold = [&rows](const ColumnFilter& child) { return child.MayHold(rows); };
  switch (kind_) {
    case Kind::kAll:
    case Kind::kNot:
      return true;
    case Kind::kAnd:
      return std::all_of(children_.begin(), children_.end(), may_hold);
    case Kind::kOr:
      return std::any_of(children_.begin(), children_.end(), may_hold);
    case Kind::kCompare:
      break;
  }
  const store::FilterCondition& rule = condition_->rule();
  for (uint32_t column = 0; column < rows.column_count(); ++column) {
    if ((rule.any_name() || rows.column_name(column) == rule.name()) &&
        rule.Sees(rows.column_type(column)) && rows.MayHold(column, *condition_)) {
      return true;
    }
  }
  for (uint32_t number = 0; number < rows.stream_count(); ++number) {
    if (StreamHolds(rows.stream(number))) {
      return true;
    }
  }
  return false;
}

int ColumnFilter::Cost(const RowSet& rows) const {
  int cost = 0;
  for (const ColumnFilter& child : children_) {
    cost += child.Cost(rows);
  }
  if (kind_ == Kind::kCompare) {
    const store::FilterCondition& rule = condition_->rule();
    for (uint32_t column = 0; column < rows.column_count(); ++column) {
      if ((rule.any_name() || rows.column_name(column) == rule.name()) &&
          rule.Sees(rows.column_type(column))) {
        const bool dear = rule.regex() != nullptr && condition_->needle().empty();
        cost += rows.cost(column) * (dear ? 4 : 1);
      }
    }
  }
  return cost;
}

base::Status ColumnFilter::Evaluate(const RowSet& rows, const Bitmap& candidates,
                                    Bitmap* out) const {
  switch (kind_) {
    case Kind::kAll:
      *out = candidates;
      return base::OkStatus();
    case Kind::kAnd:
      return EvaluateAnd(rows, candidates, out);
    case Kind::kOr: {
      out->Reset(rows.row_count());
      Bitmap open = candidates;
      Bitmap holding;
      for (const ColumnFilter& child : children_) {
        if (open.Any() && child.MayHold(rows)) {
          SB_RETURN_IF_ERROR(child.Evaluate(rows, open, &holding));
          out->Or(holding);
          open.AndNot(holding);
        }
      }
      return base::OkStatus();
    }
    case Kind::kNot: {
      Bitmap holding(rows.row_count());
      if (children_[0].MayHold(rows)) {
        SB_RETURN_IF_ERROR(children_[0].Evaluate(rows, candidates, &holding));
      }
      *out = candidates;
      out->AndNot(holding);
      return base::OkStatus();
    }
    case Kind::kCompare:
      break;
  }
  return EvaluateCompare(rows, candidates, out);
}

base::Status ColumnFilter::EvaluateAnd(const RowSet& rows, const Bitmap& candidates,
                                       Bitmap* out) const {
  std::vector<size_t> order(children_.size());
  std::vector<int> costs(children_.size());
  for (size_t i = 0; i < children_.size(); ++i) {
    order[i] = i;
    costs[i] = children_[i].Cost(rows);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&costs](size_t a, size_t b) { return costs[a] < costs[b]; });
  *out = candidates;
  Bitmap holding;
  for (const size_t i : order) {
    if (!out->Any()) {
      break;
    }
    SB_RETURN_IF_ERROR(children_[i].Evaluate(rows, *out, &holding));
    std::swap(*out, holding);
  }
  return base::OkStatus();
}

base::Status ColumnFilter::EvaluateCompare(const RowSet& rows, const Bitmap& candidates,
                                           Bitmap* out) const {
  const store::FilterCondition& rule = condition_->rule();
  out->Reset(rows.row_count());
  Bitmap bare = candidates;  // rows without a column of the name: their stream is asked
  Bitmap present;
  for (uint32_t column = 0; column < rows.column_count(); ++column) {
    if (!rule.any_name() && rows.column_name(column) != rule.name()) {
      continue;
    }
    if (!rule.any_name()) {
      present.Reset(rows.row_count());
      SB_RETURN_IF_ERROR(rows.ReadPresence(column, &present));
      bare.AndNot(present);
    }
    if (rule.Sees(rows.column_type(column)) && rows.MayHold(column, *condition_)) {
      SB_RETURN_IF_ERROR(rows.Evaluate(column, *condition_, candidates, out));
    }
  }
  out->And(candidates);
  if (bare.Any()) {
    return EvaluateStreams(rows, bare, out);
  }
  return base::OkStatus();
}

base::Status ColumnFilter::EvaluateStreams(const RowSet& rows, const Bitmap& candidates,
                                           Bitmap* out) const {
  std::vector<uint8_t> holds(rows.stream_count());
  size_t holding = 0;
  for (uint32_t number = 0; number < rows.stream_count(); ++number) {
    holds[number] = StreamHolds(rows.stream(number)) ? 1 : 0;
    holding += holds[number];
  }
  if (holding == 0) {
    return base::OkStatus();
  }
  if (holding == holds.size()) {
    out->Or(candidates);
    return base::OkStatus();
  }
  std::vector<uint32_t> streams;
  SB_RETURN_IF_ERROR(rows.ReadStreams(&streams));
  candidates.ForEach([&](uint32_t row) {
    if (holds[streams[row]] != 0) {
      out->Set(row);
    }
  });
  return base::OkStatus();
}

}  // namespace sb::events
