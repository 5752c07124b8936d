// SPDX-License-Identifier: Apache-2.0
#include "query/logql/testing/ast_text.h"

#include <fmt/format.h>

#include <map>
#include <string_view>

namespace sb::logql {
namespace {

// Values are JSON already.
using Object = std::map<std::string, std::string>;

std::string Quote(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

std::string ToText(const Object& object) {
  std::string out;
  for (const auto& [key, value] : object) {
    out += (out.empty() ? "" : ",") + Quote(key) + ":" + value;
  }
  return "{" + out + "}";
}

std::string ListText(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ","));
}

std::string NumberText(double value) {
  return fmt::format("{}", value);
}

std::string Integer(int64_t value) {
  return NumberText(static_cast<double>(value));
}

std::string LabelsText(const std::vector<std::string>& labels) {
  std::vector<std::string> quoted;
  for (const std::string& label : labels) {
    quoted.push_back(Quote(label));
  }
  return ListText(quoted);
}

std::string_view MatchText(model::MatchType type) {
  switch (type) {
    case model::MatchType::kEqual:
      return "=";
    case model::MatchType::kNotEqual:
      return "!=";
    case model::MatchType::kRegex:
      return "=~";
    case model::MatchType::kNotRegex:
      return "!~";
  }
  return "";
}

std::string FilterText(const LabelFilter& filter) {
  const auto both = [&filter] {
    return ListText({FilterText(filter.operands[0]), FilterText(filter.operands[1])});
  };
  Object out = {{"label", Quote(filter.label)}, {"op", Quote(CompareOpText(filter.op))}};
  switch (filter.kind) {
    case LabelFilter::Kind::kAnd:
      return ToText({{"and", both()}});
    case LabelFilter::Kind::kOr:
      return ToText({{"or", both()}});
    case LabelFilter::Kind::kString:
      out["op"] = Quote(MatchText(filter.matcher->type()));
      out["string"] = Quote(filter.matcher->value());
      break;
    case LabelFilter::Kind::kNumber:
      out["number"] = NumberText(filter.number);
      break;
    case LabelFilter::Kind::kDuration:
      out["duration_ns"] = Integer(filter.duration_ns);
      break;
    case LabelFilter::Kind::kBytes:
      out["bytes"] = Integer(static_cast<int64_t>(filter.bytes));
      break;
    case LabelFilter::Kind::kIp:
      out["op"] = Quote(filter.op == CompareOp::kEqual ? "=" : "!=");
      out["ip"] = Quote(filter.ip);
      break;
  }
  return ToText(out);
}

std::string AlternativeText(const LineFilter::Alternative& alternative, Object out) {
  out["text"] = Quote(alternative.text);
  if (alternative.is_ip) {
    out["ip"] = "true";
  }
  return ToText(out);
}

std::string LineText(const LineFilter& filter) {
  Object out = {{"line", Quote(LineOpText(filter.op))}};
  std::vector<std::string> others;
  for (size_t i = 1; i < filter.alternatives.size(); ++i) {
    others.push_back(AlternativeText(filter.alternatives[i], {}));
  }
  if (!others.empty()) {
    out["or"] = ListText(others);
  }
  return AlternativeText(filter.alternatives[0], std::move(out));
}

Object ParserStage(const Stage& stage, std::string_view name) {
  Object out = {{"parse", Quote(name)}};
  std::vector<std::string> pairs;
  for (const Extraction& e : stage.extractions) {
    pairs.push_back(ListText({Quote(e.label), Quote(e.expression)}));
  }
  if (!pairs.empty()) {
    out["extract"] = ListText(pairs);
  }
  std::vector<std::string> flags;
  if (stage.strict) {
    flags.push_back(Quote("--strict"));
  }
  if (stage.keep_empty) {
    flags.push_back(Quote("--keep-empty"));
  }
  if (!flags.empty()) {
    out["flags"] = ListText(flags);
  }
  if (!stage.text.empty()) {
    out["text"] = Quote(stage.text);
  }
  return out;
}

std::string FormatsText(const Stage& stage) {
  std::vector<std::string> parts;
  for (const LabelFormat& f : stage.formats) {
    parts.push_back(ToText({{"to", Quote(f.label)},
                            {f.is_template ? "template" : "from", Quote(f.source)}}));
  }
  return ListText(parts);
}

std::string ChoicesText(const Stage& stage) {
  std::vector<std::string> parts;
  for (const LabelChoice& c : stage.choices) {
    parts.push_back(Quote(c.label));
  }
  return ListText(parts);
}

std::string StageText(const Stage& stage) {
  switch (stage.kind) {
    case Stage::Kind::kLineFilter:
      return LineText(stage.line);
    case Stage::Kind::kLabelFilter:
      return ToText({{"filter", FilterText(stage.label)}});
    case Stage::Kind::kJson:
      return ToText(ParserStage(stage, "json"));
    case Stage::Kind::kLogfmt:
      return ToText(ParserStage(stage, "logfmt"));
    case Stage::Kind::kRegexp:
      return ToText(ParserStage(stage, "regexp"));
    case Stage::Kind::kPattern:
      return ToText(ParserStage(stage, "pattern"));
    case Stage::Kind::kUnpack:
      return ToText({{"parse", Quote("unpack")}});
    case Stage::Kind::kLineFormat:
      return ToText({{"line_format", Quote(stage.text)}});
    case Stage::Kind::kLabelFormat:
      return ToText({{"label_format", FormatsText(stage)}});
    case Stage::Kind::kDecolorize:
      return ToText({{"decolorize", "true"}});
    case Stage::Kind::kDrop:
      return ToText({{"drop", ChoicesText(stage)}});
    case Stage::Kind::kKeep:
      return ToText({{"keep", ChoicesText(stage)}});
  }
  return "";
}

std::string LogText(const LogExpr& log) {
  std::vector<std::string> matchers;
  for (const model::Matcher& m : log.matchers) {
    matchers.push_back(ListText({Quote(m.name()), Quote(MatchText(m.type())), Quote(m.value())}));
  }
  Object out = {{"select", ListText(matchers)}};
  std::vector<std::string> stages;
  for (const Stage& stage : log.stages) {
    stages.push_back(StageText(stage));
  }
  if (!stages.empty()) {
    out["stages"] = ListText(stages);
  }
  return ToText(out);
}

void AddGrouping(const std::optional<Grouping>& grouping, Object* out) {
  if (grouping.has_value()) {
    (*out)[grouping->without ? "without" : "by"] = LabelsText(grouping->labels);
  }
}

std::string UnwrapText(const Unwrap& unwrap) {
  Object out = {{"label", Quote(unwrap.label)}};
  if (unwrap.conversion != Conversion::kNumber) {
    out["conv"] = Quote(ConversionText(unwrap.conversion));
  }
  std::vector<std::string> post;
  for (const LabelFilter& filter : unwrap.post_filters) {
    post.push_back(FilterText(filter));
  }
  if (!post.empty()) {
    out["post"] = ListText(post);
  }
  return ToText(out);
}

std::string RangeText(const RangeExpr& expr) {
  Object out = {{"range_agg", Quote(RangeOpText(expr.op))},
                {"of", LogText(*expr.log)},
                {"interval_ns", Integer(expr.range_ns)}};
  if (expr.offset_ns != 0) {
    out["offset_ns"] = Integer(expr.offset_ns);
  }
  if (expr.unwrap.has_value()) {
    out["unwrap"] = UnwrapText(*expr.unwrap);
  }
  if (expr.parameter.has_value()) {
    out["param"] = NumberText(*expr.parameter);
  }
  AddGrouping(expr.grouping, &out);
  return ToText(out);
}

std::string BinaryText(const BinaryExpr& expr) {
  Object out = {{"op", Quote(BinaryOpText(expr.op))},
                {"lhs", AstText(*expr.lhs)},
                {"rhs", AstText(*expr.rhs)}};
  if (expr.return_bool) {
    out["bool"] = "true";
  }
  const Matching& m = expr.matching;
  if (m.on || !m.labels.empty()) {
    out[m.on ? "on" : "ignoring"] = LabelsText(m.labels);
  }
  if (m.side != GroupSide::kNone) {
    out[m.side == GroupSide::kLeft ? "group_left" : "group_right"] = LabelsText(m.include);
  }
  return ToText(out);
}

std::string AggregateText(const AggregateExpr& expr) {
  Object out = {{"agg", Quote(AggregateOpText(expr.op))}, {"of", AstText(*expr.operand)}};
  if (expr.parameter != 0) {
    out["param"] = Integer(expr.parameter);
  }
  AddGrouping(expr.grouping, &out);
  return ToText(out);
}

}  // namespace

std::string AstText(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kLog:
      return LogText(static_cast<const LogExpr&>(expr));
    case ExprKind::kRange:
      return RangeText(static_cast<const RangeExpr&>(expr));
    case ExprKind::kAggregate:
      return AggregateText(static_cast<const AggregateExpr&>(expr));
    case ExprKind::kBinary:
      return BinaryText(static_cast<const BinaryExpr&>(expr));
    case ExprKind::kNumber:
      return ToText({{"number", NumberText(static_cast<const NumberExpr&>(expr).value)}});
    case ExprKind::kVector:
      return ToText({{"vector", NumberText(static_cast<const VectorExpr&>(expr).value)}});
    case ExprKind::kLabelReplace: {
      const auto& e = static_cast<const LabelReplaceExpr&>(expr);
      return ToText({{"label_replace", AstText(*e.operand)},
                     {"dst", Quote(e.destination)},
                     {"replacement", Quote(e.replacement)},
                     {"src", Quote(e.source)},
                     {"regex", Quote(e.regex)}});
    }
  }
  return "";
}

}  // namespace sb::logql
