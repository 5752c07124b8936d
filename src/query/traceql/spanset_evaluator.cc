// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/spanset_evaluator.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <unordered_map>

#include "query/traceql/printer.h"

namespace sb::traceql {
namespace {

using Spans = std::vector<uint32_t>;

Spans Union(const Spans& a, const Spans& b) {
  Spans out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

// The plain operator behind a negated or a union one.
SpansetOp PlainOf(SpansetOp op) {
  if (op >= SpansetOp::kUnionChild) {
    return static_cast<SpansetOp>(static_cast<int>(op) - static_cast<int>(SpansetOp::kUnionChild) +
                                  static_cast<int>(SpansetOp::kChild));
  }
  if (op >= SpansetOp::kNotChild) {
    return static_cast<SpansetOp>(static_cast<int>(op) - static_cast<int>(SpansetOp::kNotChild) +
                                  static_cast<int>(SpansetOp::kChild));
  }
  return op;
}

// a is a child of b just when b is the parent of a.
SpansetOp InverseOf(SpansetOp plain) {
  switch (plain) {
    case SpansetOp::kChild:
      return SpansetOp::kParent;
    case SpansetOp::kParent:
      return SpansetOp::kChild;
    case SpansetOp::kDescendant:
      return SpansetOp::kAncestor;
    case SpansetOp::kAncestor:
      return SpansetOp::kDescendant;
    default:
      return plain;
  }
}

Spans Pick(const Spans& spans, const std::vector<uint8_t>& marks, bool wanted) {
  Spans out;
  for (const uint32_t span : spans) {
    if ((marks[span] != 0) == wanted) {
      out.push_back(span);
    }
  }
  return out;
}

// Sum and mean of the values of an aggregate.
Value Total(const std::vector<Value>& values, bool mean) {
  bool all_int = true;
  bool all_duration = true;
  double sum = 0;
  uint64_t whole = 0;
  for (const Value& value : values) {
    all_int = all_int && value.type == ValueType::kInt;
    all_duration = all_duration && value.type == ValueType::kDuration;
    sum += value.AsNumber();
    whole += static_cast<uint64_t>(value.integer);
  }
  if (mean) {
    const double average = sum / static_cast<double>(values.size());
    return all_duration ? Value::Duration(static_cast<int64_t>(average)) : Value::Float(average);
  }
  if (all_int) {
    return Value::Int(static_cast<int64_t>(whole));
  }
  return all_duration ? Value::Duration(static_cast<int64_t>(whole)) : Value::Float(sum);
}

}  // namespace

std::vector<uint8_t> SpansetEvaluator::Related(SpansetOp op, const Spans& lhs, const Spans& rhs) {
  const size_t n = trace_.spans.size();
  std::vector<uint8_t> in_lhs(n, 0);
  for (const uint32_t span : lhs) {
    in_lhs[span] = 1;
  }
  std::vector<uint8_t> marks(n, 0);
  const auto parent_of = [this](uint32_t span) { return trace_.spans[span].parent; };
  switch (op) {
    case SpansetOp::kChild:
      for (const uint32_t span : rhs) {
        marks[span] = parent_of(span) >= 0 ? in_lhs[static_cast<size_t>(parent_of(span))] : 0;
      }
      break;
    case SpansetOp::kDescendant:
      for (const uint32_t span : trace_.walk) {
        if (const int32_t parent = parent_of(span); parent >= 0) {
          const auto above = static_cast<size_t>(parent);
          marks[span] = in_lhs[above] != 0 || marks[above] != 0 ? 1 : 0;
        }
      }
      break;
    case SpansetOp::kParent:
      for (const uint32_t span : lhs) {
        if (parent_of(span) >= 0) {
          marks[static_cast<size_t>(parent_of(span))] = 1;
        }
      }
      break;
    case SpansetOp::kAncestor:
      for (auto it = trace_.walk.rbegin(); it != trace_.walk.rend(); ++it) {
        if (const int32_t parent = parent_of(*it); parent >= 0) {
          uint8_t& mark = marks[static_cast<size_t>(parent)];
          mark = mark != 0 || in_lhs[*it] != 0 || marks[*it] != 0 ? 1 : 0;
        }
      }
      break;
    default: {  // kSibling
      std::vector<uint32_t> of_parent(n, 0);
      for (const uint32_t span : lhs) {
        if (parent_of(span) >= 0) {
          ++of_parent[static_cast<size_t>(parent_of(span))];
        }
      }
      for (const uint32_t span : rhs) {
        const int32_t parent = parent_of(span);
        marks[span] = parent >= 0 && of_parent[static_cast<size_t>(parent)] > in_lhs[span] ? 1 : 0;
      }
      break;
    }
  }
  return marks;
}

Spans SpansetEvaluator::Operation(SpansetOp op, const Spans& lhs, const Spans& rhs) {
  if (op == SpansetOp::kAnd) {
    return lhs.empty() || rhs.empty() ? Spans() : Union(lhs, rhs);
  }
  if (op == SpansetOp::kOr) {
    return Union(lhs, rhs);
  }
  const SpansetOp plain = PlainOf(op);
  const bool negated = op >= SpansetOp::kNotChild && op < SpansetOp::kUnionChild;
  const Spans right = Pick(rhs, Related(plain, lhs, rhs), !negated);
  if (op < SpansetOp::kUnionChild) {
    return right;
  }
  return Union(right, Pick(lhs, Related(InverseOf(plain), rhs, lhs), true));
}

Spans SpansetEvaluator::Match(const SpansetExpr& expr, const Spans& input) {
  switch (expr.kind) {
    case SpansetExpr::Kind::kFilter: {
      Spans out;
      for (const uint32_t span : input) {
        if (trace_.spans[span].in_range &&
            (expr.filter == nullptr || fields_.Holds(*expr.filter, trace_.row(span)))) {
          out.push_back(span);
        }
      }
      return out;
    }
    case SpansetExpr::Kind::kOperation:
      return Operation(expr.op, Match(*expr.lhs, input), Match(*expr.rhs, input));
    case SpansetExpr::Kind::kPipeline:
      break;
  }
  Spans out;
  for (const Spanset& set : RunOn(*expr.pipeline, {{input, {}}})) {
    out = Union(out, set.spans);
  }
  return out;
}

Value SpansetEvaluator::Aggregate(const ScalarExpr& expr, const Spanset& set) {
  if (expr.aggregate == AggregateOp::kCount) {
    return Value::Int(static_cast<int64_t>(set.spans.size()));
  }
  std::vector<Value> values;
  for (const uint32_t span : set.spans) {
    const Value value = fields_.Evaluate(*expr.field, trace_.row(span));
    if (value.IsNumeric() && !std::isnan(value.AsNumber())) {
      values.push_back(value);
    }
  }
  if (values.empty()) {
    return Value::Nil();
  }
  const auto less = [](const Value& a, const Value& b) {
    const auto order = Compare(a, b);
    return order.has_value() && *order < 0;
  };
  switch (expr.aggregate) {
    case AggregateOp::kMin:
      return *std::min_element(values.begin(), values.end(), less);
    case AggregateOp::kMax:
      return *std::max_element(values.begin(), values.end(), less);
    default:
      return Total(values, expr.aggregate == AggregateOp::kAvg);
  }
}

Value SpansetEvaluator::Scalar(const ScalarExpr& expr, const Spanset& set, Spans* seen) {
  switch (expr.kind) {
    case ScalarExpr::Kind::kLiteral:
      return expr.literal.value();
    case ScalarExpr::Kind::kAggregate:
      return Aggregate(expr, set);
    case ScalarExpr::Kind::kBinary: {
      const Value lhs = Scalar(*expr.lhs, set, seen);
      const Value rhs = Scalar(*expr.rhs, set, seen);
      bool by_zero = false;
      return Arithmetic(expr.op, lhs, rhs, &by_zero);
    }
    case ScalarExpr::Kind::kPipeline:
      break;
  }
  Spanset joined;
  for (const Spanset& each : RunOn(*expr.pipeline, {set})) {
    joined.spans = Union(joined.spans, each.spans);
  }
  *seen = Union(*seen, joined.spans);
  return Scalar(*expr.lhs, joined, seen);
}

bool SpansetEvaluator::KeepByScalar(const Stage& stage, Spanset* set) {
  Spans seen;
  const Value lhs = Scalar(*stage.lhs, *set, &seen);
  const Value rhs = Scalar(*stage.rhs, *set, &seen);
  if (!CompareValues(stage.op, lhs, rhs)) {
    return false;
  }
  const bool of_pipelines = stage.lhs->kind == ScalarExpr::Kind::kPipeline || !seen.empty();
  if (of_pipelines) {
    set->spans = std::move(seen);
  } else if (stage.lhs->kind == ScalarExpr::Kind::kAggregate) {
    set->attributes.emplace_back(Print(*stage.lhs), lhs);
  }
  return !set->spans.empty();
}

std::vector<Spanset> SpansetEvaluator::Group(const Stage& stage, const std::vector<Spanset>& sets) {
  const std::string name = "by(" + Print(*stage.group) + ")";
  std::vector<Spanset> out;
  for (const Spanset& set : sets) {
    std::unordered_multimap<uint64_t, size_t> groups;  // hash of the key -> place in out
    for (const uint32_t span : set.spans) {
      const Value key = fields_.Evaluate(*stage.group, trace_.row(span));
      const uint64_t hash = HashValue(key);
      size_t at = out.size();
      for (auto [it, end] = groups.equal_range(hash); it != end; ++it) {
        at = Identical(key, out[it->second].attributes.back().second) ? it->second : at;
      }
      if (at == out.size()) {
        groups.emplace(hash, at);
        out.push_back({{}, set.attributes});
        out.back().attributes.emplace_back(name, key);
      }
      out[at].spans.push_back(span);
    }
  }
  return out;
}

std::vector<Spanset> SpansetEvaluator::RunStage(const Stage& stage, std::vector<Spanset> sets) {
  std::vector<Spanset> out;
  switch (stage.kind) {
    case Stage::Kind::kSelect:
      return sets;
    case Stage::Kind::kGroup:
      return Group(stage, sets);
    case Stage::Kind::kCoalesce: {
      Spanset all;
      for (const Spanset& set : sets) {
        all.spans = Union(all.spans, set.spans);
      }
      out.push_back(std::move(all));
      return out;
    }
    case Stage::Kind::kScalarFilter:
      for (Spanset& set : sets) {
        if (KeepByScalar(stage, &set)) {
          out.push_back(std::move(set));
        }
      }
      return out;
    case Stage::Kind::kSpanset:
      break;
  }
  for (Spanset& set : sets) {
    set.spans = Match(*stage.spanset, set.spans);
    if (!set.spans.empty()) {
      out.push_back(std::move(set));
    }
  }
  return out;
}

std::vector<Spanset> SpansetEvaluator::RunOn(const Pipeline& pipeline, std::vector<Spanset> sets) {
  for (const Stage& stage : pipeline.stages) {
    sets = RunStage(stage, std::move(sets));
    if (sets.empty()) {
      break;
    }
  }
  return sets;
}

std::vector<Spanset> SpansetEvaluator::Run(const Pipeline& pipeline) {
  Spanset all;
  const bool starts_with_spans =
      !pipeline.stages.empty() && pipeline.stages[0].kind == Stage::Kind::kSpanset;
  for (size_t i = 0; i < trace_.spans.size(); ++i) {
    // A pipeline that does not begin with a spanset begins with {}.
    if (starts_with_spans || trace_.spans[i].in_range) {
      all.spans.push_back(static_cast<uint32_t>(i));
    }
  }
  if (all.spans.empty()) {
    return {};
  }
  return RunOn(pipeline, {std::move(all)});
}

}  // namespace sb::traceql
