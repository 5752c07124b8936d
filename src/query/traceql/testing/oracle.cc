// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/testing/oracle.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "query/traceql/parser.h"

namespace sb::traceql {
namespace {

// No value is nil; several are an array.
struct Seen {
  std::vector<Value> values;
  bool is_array = false;

  static Seen Nil() { return {}; }
  static Seen One(Value value) { return {{value}, false}; }
  bool nil() const { return !is_array && values.empty(); }
  bool Truth() const {
    return !is_array && values.size() == 1 && values[0].type == ValueType::kBool &&
           values[0].integer != 0;
  }
};

Value ValueOf(const AttributeValue& value) {
  switch (value.value.type) {
    case store::ValueType::kText:
      return Value::Text(value.bytes);
    case store::ValueType::kInt:
      return Value::Int(value.value.integer);
    case store::ValueType::kFloat:
      return Value::Float(value.value.number);
    default:
      return Value::Bool(value.value.integer != 0);
  }
}

const AttributeValue* Find(const TestAttributes& attributes, const std::string& key) {
  for (const auto& [name, value] : attributes) {
    if (name == key) {
      return &value;
    }
  }
  return nullptr;
}

using Set = std::set<size_t>;

class OracleTrace {
 public:
  OracleTrace(std::vector<const TestSpan*> spans, store::EventRange range)
      : spans_(std::move(spans)), range_(range) {
    std::sort(spans_.begin(), spans_.end(), [](const TestSpan* a, const TestSpan* b) {
      return std::pair(a->start_ns, SpanIdBytes(a->id)) <
             std::pair(b->start_ns, SpanIdBytes(b->id));
    });
  }

  int64_t start_ns() const { return spans_[0]->start_ns; }
  const std::string& id() const { return spans_[0]->trace; }

  // Empty if the trace does not match.
  std::string Run(const Pipeline& pipeline) {
    std::vector<Set> sets = RunPipeline(pipeline, {All()});
    std::string out;
    for (const Set& set : sets) {
      out += out.empty() ? "" : "/";
      for (const size_t i : set) {
        out += " " + spans_[i]->id;
      }
    }
    return out;
  }

 private:
  Set All() const {
    Set all;
    for (size_t i = 0; i < spans_.size(); ++i) {
      all.insert(i);
    }
    return all;
  }
  int Parent(size_t i) const {
    for (size_t j = 0; j < spans_.size(); ++j) {
      if (!spans_[i]->parent.empty() && spans_[j]->id == spans_[i]->parent) {
        return static_cast<int>(j);
      }
    }
    return -1;
  }
  bool IsAncestor(size_t above, size_t below) const {
    for (int at = Parent(below); at >= 0; at = Parent(static_cast<size_t>(at))) {
      if (static_cast<size_t>(at) == above) {
        return true;
      }
    }
    return false;
  }
  const TestSpan* Root() const {
    for (const TestSpan* span : spans_) {
      if (span->parent.empty()) {
        return span;
      }
    }
    return nullptr;
  }

  Seen Scoped(const TestSpan& span, AttributeScope scope, const std::string& key) const {
    const AttributeValue* found = nullptr;
    switch (scope) {
      case AttributeScope::kSpan:
        found = Find(span.attributes, key);
        break;
      case AttributeScope::kResource:
        if (key == "service.name") {
          return Seen::One(Value::Text(span.service));
        }
        found = Find(span.resource, key);
        break;
      case AttributeScope::kEvent: {
        Seen out;
        for (const TestEvent& event : span.events) {
          if (const AttributeValue* value = Find(event.attributes, key); value != nullptr) {
            out.values.push_back(ValueOf(*value));
            out.is_array = true;
          }
        }
        return out;
      }
      case AttributeScope::kAny:
        for (const AttributeScope each :
             {AttributeScope::kSpan, AttributeScope::kResource, AttributeScope::kEvent}) {
          if (Seen seen = Scoped(span, each, key); !seen.nil()) {
            return seen;
          }
        }
        return Seen::Nil();
      default:
        return Seen::Nil();
    }
    return found == nullptr ? Seen::Nil() : Seen::One(ValueOf(*found));
  }

  Seen Read(size_t i, Attribute attribute) const {
    if (attribute.of_parent) {
      const int parent = Parent(i);
      attribute.of_parent = false;
      return parent < 0 ? Seen::Nil() : Read(static_cast<size_t>(parent), attribute);
    }
    const TestSpan& span = *spans_[i];
    switch (attribute.intrinsic) {
      case Intrinsic::kName:
        return Seen::One(Value::Text(span.name));
      case Intrinsic::kDuration:
        return Seen::One(Value::Duration(span.duration_ns));
      case Intrinsic::kStatus:
        return Seen::One(Value::Status(StatusFromOtlp(span.status)));
      case Intrinsic::kKind:
        return Seen::One(Value::Kind(span.kind));
      case Intrinsic::kChildCount: {
        int64_t count = 0;
        for (size_t j = 0; j < spans_.size(); ++j) {
          count += Parent(j) == static_cast<int>(i) ? 1 : 0;
        }
        return Seen::One(Value::Int(count));
      }
      case Intrinsic::kTraceRootName:
        return Root() == nullptr ? Seen::Nil() : Seen::One(Value::Text(Root()->name));
      case Intrinsic::kNestedSetParent:
        // Only asked whether it is a root.
        return Seen::One(Value::Int(span.parent.empty() ? -1 : 0));
      default:
        return Scoped(span, attribute.scope, attribute.name);
    }
  }

  static bool CompareOne(FieldOp op, const Value& a, const Value& b) {
    const bool equality = op == FieldOp::kEqual || op == FieldOp::kNotEqual;
    if (!equality && !a.IsNumeric() && a.type != ValueType::kString) {
      return false;
    }
    const auto order = Compare(a, b);
    if (!order.has_value()) {
      return false;
    }
    switch (op) {
      case FieldOp::kEqual:
        return *order == 0;
      case FieldOp::kNotEqual:
        return *order != 0;
      case FieldOp::kLess:
        return *order < 0;
      case FieldOp::kLessEqual:
        return *order <= 0;
      case FieldOp::kGreater:
        return *order > 0;
      default:
        return *order >= 0;
    }
  }

  // The right side is a literal or a single value in all generated queries.
  static bool CompareSeen(FieldOp op, const Seen& a, const Seen& b) {
    if (a.nil() || b.nil() || b.values.size() != 1) {
      return false;
    }
    const bool regex = op == FieldOp::kRegex || op == FieldOp::kNotRegex;
    const bool negative = op == FieldOp::kNotRegex || (op == FieldOp::kNotEqual && a.is_array);
    const Value& right = b.values[0];
    bool any = false;
    bool comparable = false;
    for (const Value& value : a.values) {
      if (regex) {
        comparable = comparable || value.type == ValueType::kString;
        any = any || (value.type == ValueType::kString &&
                      re2::RE2::FullMatch(std::string(value.text), std::string(right.text)));
      } else {
        comparable = comparable || Compare(value, right).has_value();
        any = any || CompareOne(negative ? FieldOp::kEqual : op, value, right);
      }
    }
    return negative ? comparable && !any : any;
  }

  Seen Evaluate(size_t i, const FieldExpr& expr) const {
    switch (expr.kind) {
      case FieldExpr::Kind::kLiteral:
        return expr.literal.type == ValueType::kNil ? Seen::Nil() : Seen::One(expr.literal.value());
      case FieldExpr::Kind::kAttribute:
        return Read(i, expr.attribute);
      case FieldExpr::Kind::kUnary: {
        const Seen inner = Evaluate(i, *expr.lhs);
        const bool is_bool =
            !inner.is_array && inner.values.size() == 1 && inner.values[0].type == ValueType::kBool;
        return Seen::One(Value::Bool(is_bool && !inner.Truth()));
      }
      case FieldExpr::Kind::kBinary:
        break;
    }
    const Seen lhs = Evaluate(i, *expr.lhs);
    const Seen rhs = Evaluate(i, *expr.rhs);
    const bool nil_literal = expr.rhs->kind == FieldExpr::Kind::kLiteral && rhs.nil();
    switch (expr.op) {
      case FieldOp::kAnd:
        return Seen::One(Value::Bool(lhs.Truth() && rhs.Truth()));
      case FieldOp::kOr:
        return Seen::One(Value::Bool(lhs.Truth() || rhs.Truth()));
      case FieldOp::kAdd:
        if (!lhs.is_array && !rhs.is_array && lhs.values.size() == 1 && rhs.values.size() == 1 &&
            lhs.values[0].type == ValueType::kInt && rhs.values[0].type == ValueType::kInt) {
          return Seen::One(Value::Int(lhs.values[0].integer + rhs.values[0].integer));
        }
        if (!lhs.is_array && !rhs.is_array && lhs.values.size() == 1 && rhs.values.size() == 1 &&
            lhs.values[0].IsNumeric() && rhs.values[0].IsNumeric()) {
          return Seen::One(Value::Float(lhs.values[0].AsNumber() + rhs.values[0].AsNumber()));
        }
        return Seen::Nil();
      default:
        break;
    }
    if (nil_literal) {
      return Seen::One(Value::Bool(lhs.nil() == (expr.op == FieldOp::kEqual)));
    }
    return Seen::One(Value::Bool(CompareSeen(expr.op, lhs, rhs)));
  }

  // Whether `r` stands in a plain relation to `l`.
  bool Related(SpansetOp op, size_t l, size_t r) const {
    switch (op) {
      case SpansetOp::kChild:
        return Parent(r) == static_cast<int>(l);
      case SpansetOp::kDescendant:
        return IsAncestor(l, r);
      case SpansetOp::kParent:
        return Parent(l) == static_cast<int>(r);
      case SpansetOp::kAncestor:
        return IsAncestor(r, l);
      default:
        return l != r && Parent(l) >= 0 && Parent(l) == Parent(r);
    }
  }

  Set Match(const SpansetExpr& expr, const Set& input) {
    Set out;
    if (expr.kind == SpansetExpr::Kind::kPipeline) {
      for (const Set& set : RunPipeline(*expr.pipeline, {input})) {
        out.insert(set.begin(), set.end());
      }
      return out;
    }
    if (expr.kind == SpansetExpr::Kind::kFilter) {
      for (const size_t i : input) {
        if (range_.Contains(spans_[i]->start_ns) &&
            (expr.filter == nullptr || Evaluate(i, *expr.filter).Truth())) {
          out.insert(i);
        }
      }
      return out;
    }
    const Set lhs = Match(*expr.lhs, input);
    const Set rhs = Match(*expr.rhs, input);
    if (expr.op == SpansetOp::kAnd || expr.op == SpansetOp::kOr) {
      if (expr.op == SpansetOp::kOr || (!lhs.empty() && !rhs.empty())) {
        out = lhs;
        out.insert(rhs.begin(), rhs.end());
      }
      return out;
    }
    const int group = (static_cast<int>(expr.op) - 2) / 5;  // plain, negated, union
    const auto plain = static_cast<SpansetOp>((static_cast<int>(expr.op) - 2) % 5 + 2);
    for (const size_t r : rhs) {
      bool any = false;
      for (const size_t l : lhs) {
        if (Related(plain, l, r)) {
          any = true;
          if (group == 2) {
            out.insert(l);
          }
        }
      }
      if (any != (group == 1)) {
        out.insert(r);
      }
    }
    return out;
  }

  // count() and min, max, sum of ints are all that is generated.
  std::optional<int64_t> Aggregate(const ScalarExpr& expr, const Set& set) const {
    if (expr.kind == ScalarExpr::Kind::kLiteral) {
      return expr.literal.integer;
    }
    if (expr.aggregate == AggregateOp::kCount) {
      return static_cast<int64_t>(set.size());
    }
    std::optional<int64_t> out;
    for (const size_t i : set) {
      const Seen seen = Evaluate(i, *expr.field);
      if (seen.is_array || seen.values.size() != 1 || !seen.values[0].IsNumeric()) {
        continue;
      }
      const int64_t value = seen.values[0].integer;
      if (!out.has_value()) {
        out = value;
      } else if (expr.aggregate == AggregateOp::kSum) {
        *out += value;
      } else {
        out = expr.aggregate == AggregateOp::kMin ? std::min(*out, value) : std::max(*out, value);
      }
    }
    return out;
  }

  std::vector<Set> RunPipeline(const Pipeline& pipeline, std::vector<Set> sets) {
    for (size_t at = 0; at < pipeline.stages.size(); ++at) {
      const Stage& stage = pipeline.stages[at];
      std::vector<Set> out;
      if (stage.kind == Stage::Kind::kCoalesce) {
        Set all;
        for (const Set& set : sets) {
          all.insert(set.begin(), set.end());
        }
        out.push_back(all);
      }
      for (const Set& set : sets) {
        switch (stage.kind) {
          case Stage::Kind::kSpanset:
            out.push_back(Match(*stage.spanset, set));
            break;
          case Stage::Kind::kGroup: {
            std::vector<std::pair<std::string, Set>> groups;
            for (const size_t i : set) {
              const Seen seen = Evaluate(i, *stage.group);
              std::string key = std::to_string(seen.is_array);
              for (const Value& value : seen.values) {
                key += "|" + std::to_string(static_cast<int>(value.type)) + ValueText(value);
              }
              auto found = std::find_if(groups.begin(), groups.end(),
                                        [&](const auto& group) { return group.first == key; });
              if (found == groups.end()) {
                found = groups.insert(groups.end(), {key, {}});
              }
              found->second.insert(i);
            }
            for (const auto& [key, group] : groups) {
              out.push_back(group);
            }
            break;
          }
          case Stage::Kind::kScalarFilter: {
            const auto lhs = Aggregate(*stage.lhs, set);
            const auto rhs = Aggregate(*stage.rhs, set);
            if (lhs.has_value() && rhs.has_value() &&
                CompareOne(stage.op, Value::Int(*lhs), Value::Int(*rhs))) {
              out.push_back(set);
            }
            break;
          }
          case Stage::Kind::kSelect:
            out.push_back(set);
            break;
          case Stage::Kind::kCoalesce:
            break;
        }
      }
      std::erase_if(out, [](const Set& set) { return set.empty(); });
      sets = std::move(out);
    }
    return sets;
  }

  std::vector<const TestSpan*> spans_;
  const store::EventRange range_;
};

// Picks one.
template <typename T>
const T& Pick(std::mt19937_64* random, const std::vector<T>& from) {
  return from[(*random)() % from.size()];
}

std::string RandomCondition(std::mt19937_64* random, int depth) {
  const uint64_t choice = (*random)() % 10;
  if (depth > 0 && choice < 3) {
    return "(" + RandomCondition(random, depth - 1) + (choice == 0 ? " || " : " && ") +
           RandomCondition(random, depth - 1) + ")";
  }
  if (depth > 0 && choice == 3) {
    return "!(" + RandomCondition(random, depth - 1) + ")";
  }
  const std::string attribute = Pick<std::string>(
      random,
      {".a", "span.a", "resource.a", ".b", "span.b", "event.a", "parent.a", ".missing", "span.c"});
  switch ((*random)() % 9) {
    case 0:
      return "name " + Pick<std::string>(random, {"=", "!=", "=~", "<"}) + " " +
             Pick<std::string>(random, {"\"x\"", "\"y\"", "\"\""});
    case 1:
      return "status " + Pick<std::string>(random, {"=", "!="}) + " " +
             Pick<std::string>(random, {"error", "ok", "unset"});
    case 2:
      return "duration " + Pick<std::string>(random, {">", "<=", "="}) + " " +
             Pick<std::string>(random, {"3ns", "7ns"});
    case 3:
      return attribute + Pick<std::string>(random, {" = nil", " != nil"});
    case 4:
      return attribute + " " + Pick<std::string>(random, {"=~", "!~"}) + " " +
             Pick<std::string>(random, {"\"x|1\"", "\".*\"", "\"y\""});
    case 5:
      return Pick<std::string>(random, {"nestedSetParent < 0", "span:childCount > 1",
                                        "rootName = \"x\"", "resource.service.name = \"s1\"",
                                        ".service.name != \"s1\"", "kind = server", "true"});
    case 6:
      return attribute + " + 1 " + Pick<std::string>(random, {"=", ">"}) + " 2";
    case 7:
      return attribute;
    default:
      return attribute + " " + Pick<std::string>(random, {"=", "!=", "<", ">=", ">"}) + " " +
             Pick<std::string>(random, {"1", "2", "1.5", "\"x\"", "\"y\"", "2ns"});
  }
}

std::string RandomSpanset(std::mt19937_64* random, int depth) {
  if (depth == 0 || (*random)() % 2 == 0) {
    return "{ " + RandomCondition(random, 2) + " }";
  }
  return "(" + RandomSpanset(random, depth - 1) + " " +
         Pick<std::string>(random, {"&&", "||", ">", ">>", "<", "<<", "~", "!>", "!>>", "!<", "!<<",
                                    "!~", "&>", "&>>", "&<", "&<<", "&~"}) +
         " " + RandomSpanset(random, depth - 1) + ")";
}

TestAttributes RandomAttributes(std::mt19937_64* random) {
  TestAttributes out;
  for (const std::string key : {"a", "b", "c"}) {
    switch ((*random)() % 7) {
      case 0:
        out.emplace_back(key, AttributeValue::Int(static_cast<int64_t>((*random)() % 3)));
        break;
      case 1:
        out.emplace_back(key, AttributeValue::Text((*random)() % 2 == 0 ? "x" : "y"));
        break;
      case 2:
        out.emplace_back(key, AttributeValue::Float((*random)() % 2 == 0 ? 1.5 : 2));
        break;
      case 3:
        out.emplace_back(key, AttributeValue::Bool((*random)() % 2 == 0));
        break;
      default:
        break;
    }
  }
  return out;
}

}  // namespace

std::string OracleSearch(const std::vector<TestSpan>& spans, std::string_view text,
                         store::EventRange range, size_t limit) {
  const base::Result<Query> query = ParseAndValidate(text);
  EXPECT_TRUE(query.ok()) << text << query.status().ToString();
  std::map<std::string, std::vector<const TestSpan*>> by_trace;
  for (const TestSpan& span : spans) {
    by_trace[span.trace].push_back(&span);
  }
  std::vector<std::pair<std::pair<int64_t, std::string>, std::string>> lines;
  for (const auto& [id, list] : by_trace) {
    OracleTrace trace(list, range);
    const std::string sets = trace.Run(query->pipeline);
    if (!sets.empty()) {
      lines.push_back({{-trace.start_ns(), TraceIdBytes(id)}, id + ":" + sets + "\n"});
    }
  }
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (size_t i = 0; i < lines.size() && i < limit; ++i) {
    out += lines[i].second;
  }
  return out;
}

std::vector<TestSpan> RandomTraces(std::mt19937_64* random, size_t traces) {
  std::vector<TestSpan> out;
  for (size_t t = 1; t <= traces; ++t) {
    const size_t count = 1 + (*random)() % 8;
    const auto start = static_cast<int64_t>((*random)() % 1000);
    for (size_t i = 1; i <= count; ++i) {
      TestSpan span;
      span.trace = std::to_string(t);
      span.id = std::to_string(i);
      if (i > 1) {
        // Sometimes an orphan.
        span.parent = (*random)() % 12 == 0 ? "99" : std::to_string(1 + (*random)() % (i - 1));
      }
      span.service = "s" + std::to_string((*random)() % 3);
      span.name = (*random)() % 2 == 0 ? "x" : "y";
      span.start_ns = start + static_cast<int64_t>((*random)() % 50);
      span.duration_ns = static_cast<int64_t>((*random)() % 10);
      span.kind = static_cast<int64_t>((*random)() % 6);
      span.status = static_cast<int64_t>((*random)() % 3);
      span.attributes = RandomAttributes(random);
      if ((*random)() % 3 == 0) {
        span.resource = RandomAttributes(random);
      }
      for (uint64_t e = (*random)() % 6; e < 2; ++e) {
        span.events.push_back({"e", span.start_ns, RandomAttributes(random)});
      }
      out.push_back(std::move(span));
    }
  }
  std::shuffle(out.begin(), out.end(), *random);
  return out;
}

std::string RandomQuery(std::mt19937_64* random) {
  std::string out = RandomSpanset(random, static_cast<int>((*random)() % 3));
  while ((*random)() % 3 == 0) {
    out += " | ";
    switch ((*random)() % 5) {
      case 0:
        out += "by(" +
               Pick<std::string>(random, {"name", "span.a", ".b", "resource.service.name"}) + ")";
        break;
      case 1:
        out += "coalesce()";
        break;
      case 2:
        out += RandomSpanset(random, 1);
        break;
      case 3:
        out += Pick<std::string>(random, {"count()", "max(duration)", "min(duration)",
                                          "sum(duration)", "max(span:childCount)"}) +
               Pick<std::string>(random, {" > ", " = ", " <= "}) + std::to_string((*random)() % 6);
        break;
      default:
        out += "select(.a, name)";
        break;
    }
  }
  return out;
}

}  // namespace sb::traceql
