// SPDX-License-Identifier: Apache-2.0
#include "query/logql/scan_plan.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "query/logql/label_template.h"
#include "query/logql/line_labels.h"
#include "query/logql/line_regex.h"
#include "query/logql/pattern.h"
#include "store/interface/event_schema.h"

namespace sb::logql {
namespace {

using store::EventFilter;
using store::EventValue;
using store::FilterOp;

EventFilter LineHas(std::string_view text, FilterOp op = FilterOp::kContains) {
  return EventFilter::Compare(std::string(store::kLineColumn), op, EventValue::Text(text));
}

EventFilter Nothing() {
  return EventFilter::Not(EventFilter::All());
}

// One alternative of |= or |~; nothing if the store cannot decide it.
std::optional<EventFilter> AlternativeFilter(LineOp op, const LineFilter::Alternative& a) {
  if (a.is_ip) {
    return std::nullopt;
  }
  if (op == LineOp::kContains || op == LineOp::kNotContains) {
    return a.text.empty() ? EventFilter::All() : LineHas(a.text);
  }
  if (op != LineOp::kMatch && op != LineOp::kNotMatch) {
    return std::nullopt;
  }
  const auto regex = LineRegex::Compile(a.text);
  if (!regex.ok()) {
    return std::nullopt;
  }
  if (regex->matches_all()) {
    return EventFilter::All();
  }
  if (!regex->literals().empty()) {
    std::vector<EventFilter> any;
    for (const std::string& literal : regex->literals()) {
      any.push_back(
          LineHas(literal, regex->ignores_case() ? FilterOp::kContainsFold : FilterOp::kContains));
    }
    return any.size() == 1 ? std::move(any[0]) : EventFilter::Or(std::move(any));
  }
  EventFilter search = LineHas(a.text, FilterOp::kSearchRegex);
  if (regex->required().empty() || !regex->required_folds()) {
    return search;  // where the literal is needed as it is, the store sees so itself
  }
  std::vector<EventFilter> both;
  both.push_back(LineHas(regex->required(), FilterOp::kContainsFold));
  both.push_back(std::move(search));
  return EventFilter::And(std::move(both));
}

// The whole line filter; nothing if any part of it is not for the store.
std::optional<EventFilter> LineFilterFor(const LineFilter& filter) {
  std::vector<EventFilter> any;
  for (const LineFilter::Alternative& alternative : filter.alternatives) {
    auto one = AlternativeFilter(filter.op, alternative);
    if (!one.has_value()) {
      return std::nullopt;
    }
    if (one->kind == EventFilter::Kind::kAll) {
      return IsNegative(filter.op) ? Nothing() : EventFilter::All();
    }
    any.push_back(*std::move(one));
  }
  EventFilter joined = any.size() == 1 ? std::move(any[0]) : EventFilter::Or(std::move(any));
  return IsNegative(filter.op) ? EventFilter::Not(std::move(joined)) : std::move(joined);
}

// What every line that fits the pattern contains.
std::optional<EventFilter> PatternHint(const LineFilter& filter) {
  if (filter.op != LineOp::kPattern || filter.alternatives.size() != 1 ||
      filter.alternatives[0].is_ip) {
    return std::nullopt;
  }
  std::string longest;
  for (const Pattern::Part& part : Pattern::Split(filter.alternatives[0].text)) {
    if (!part.is_capture && part.text.size() > longest.size()) {
      longest = part.text;
    }
  }
  return longest.empty() ? std::nullopt : std::optional<EventFilter>(LineHas(longest));
}

// Names of row columns: a condition on one of these does not see a stream label called so.
bool IsColumnName(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kColumns = {
      store::kLineColumn, store::kObservedTimeColumn, store::kSeverityNumberColumn,
      store::kTraceIdColumn, store::kSpanIdColumn};
  return std::find(kColumns.begin(), kColumns.end(), name) != kColumns.end();
}

// Whether a text stands in JSON or logfmt as it is, except for \u escapes.
bool IsPlainText(std::string_view text) {
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '.' || c == ':' || c == ' ' || c == ',' ||
                       c == ';' || c == '@' || c == '+';
    if (!plain) {
      return false;
    }
  }
  return !text.empty();
}

// What may have put the label there.
enum class Extracted : uint8_t {
  kNothing,    // no parser so far: stream or metadata only
  kSubstring,  // captures: the value stands in the line
  kEscaped,    // JSON, logfmt: it does, unless written with \u
  kAnything,
};

class LabelHint {
 public:
  explicit LabelHint(Extracted extracted) : extracted_(extracted) {}

  // A condition that holds for every row for which `filter` may hold; nothing: none is known.
  std::optional<EventFilter> For(const LabelFilter& filter) const {
    if (filter.kind == LabelFilter::Kind::kAnd) {
      auto a = For(filter.operands[0]);
      auto b = For(filter.operands[1]);
      return a.has_value() && b.has_value() ? Join(*std::move(a), *std::move(b), true)
             : a.has_value()                ? std::move(a)
                                            : std::move(b);
    }
    if (filter.kind == LabelFilter::Kind::kOr) {
      auto a = For(filter.operands[0]);
      auto b = For(filter.operands[1]);
      return a.has_value() && b.has_value()
                 ? std::optional<EventFilter>(Join(*std::move(a), *std::move(b), false))
                 : std::nullopt;
    }
    return filter.kind == LabelFilter::Kind::kString ? ForMatcher(*filter.matcher) : std::nullopt;
  }

 private:
  static EventFilter Join(EventFilter a, EventFilter b, bool all) {
    std::vector<EventFilter> both;
    both.push_back(std::move(a));
    both.push_back(std::move(b));
    return all ? EventFilter::And(std::move(both)) : EventFilter::Or(std::move(both));
  }

  std::optional<EventFilter> ForMatcher(const model::Matcher& matcher) const {
    const bool positive = (matcher.type() == model::MatchType::kEqual ||
                           matcher.type() == model::MatchType::kRegex) &&
                          !matcher.MatchesEmpty();
    const std::string& name = matcher.name();
    if (!positive || IsColumnName(name) || name.starts_with("__") ||
        name.ends_with(kExtractedSuffix)) {
      return std::nullopt;
    }
    std::vector<std::string> values = matcher.set_values();
    std::vector<EventFilter> any;
    if (!AddLineConditions(values, &any)) {
      return std::nullopt;
    }
    AddFieldCondition(name, matcher, values, &any);
    AddFieldCondition(std::string(store::kMetadataPrefix) + name, matcher, values, &any);
    return EventFilter::Or(std::move(any));
  }

  static void AddFieldCondition(const std::string& field, const model::Matcher& matcher,
                                const std::vector<std::string>& values,
                                std::vector<EventFilter>* any) {
    if (const auto contains = values.empty() ? LabelContains(matcher.value()) : std::nullopt;
        contains.has_value()) {
      any->push_back(EventFilter::Compare(
          field, contains->ignores_case ? FilterOp::kContainsFold : FilterOp::kContains,
          EventValue::Text(contains->literal)));
      return;
    }
    if (values.size() == 1) {
      any->push_back(EventFilter::Compare(field, FilterOp::kEqual, EventValue::Text(values[0])));
      return;
    }
    if (values.empty()) {
      any->push_back(
          EventFilter::Compare(field, FilterOp::kMatchRegex, EventValue::Text(matcher.value())));
      return;
    }
    std::vector<store::FilterOperand> operands;
    for (const std::string& value : values) {
      operands.push_back({EventValue::Text({}), value});
    }
    any->push_back(EventFilter::In(field, std::move(operands)));
  }

  // Where in the line the value may stand. False: it may be anywhere.
  bool AddLineConditions(const std::vector<std::string>& values,
                         std::vector<EventFilter>* any) const {
    if (extracted_ == Extracted::kNothing) {
      return true;
    }
    if (extracted_ == Extracted::kAnything || values.empty() || values.size() > 8) {
      return false;
    }
    for (const std::string& value : values) {
      if (extracted_ == Extracted::kEscaped ? !IsPlainText(value) : value.empty()) {
        return false;
      }
      any->push_back(LineHas(value));
    }
    if (extracted_ == Extracted::kEscaped) {
      any->push_back(LineHas("\\u"));
    }
    return true;
  }

  const Extracted extracted_;
};

Extracted After(const Stage& stage, Extracted before) {
  const auto at_least = [before](Extracted e) { return std::max(before, e); };
  switch (stage.kind) {
    case Stage::Kind::kRegexp:
    case Stage::Kind::kPattern:
      return at_least(Extracted::kSubstring);
    case Stage::Kind::kJson:
    case Stage::Kind::kLogfmt:
      return at_least(Extracted::kEscaped);
    case Stage::Kind::kLineFilter:
    case Stage::Kind::kLabelFilter:
    case Stage::Kind::kDrop:
    case Stage::Kind::kKeep:
      return before;
    case Stage::Kind::kUnpack:
    case Stage::Kind::kLineFormat:
    case Stage::Kind::kLabelFormat:
    case Stage::Kind::kDecolorize:
      return Extracted::kAnything;
  }
  return Extracted::kAnything;
}

bool ChangesLine(Stage::Kind kind) {
  return kind == Stage::Kind::kUnpack || kind == Stage::Kind::kLineFormat ||
         kind == Stage::Kind::kDecolorize;
}

bool AddFilterLabels(const LabelFilter& filter, std::vector<std::string>* names) {
  if (!filter.operands.empty()) {
    return AddFilterLabels(filter.operands[0], names) && AddFilterLabels(filter.operands[1], names);
  }
  names->push_back(filter.kind == LabelFilter::Kind::kString ? filter.matcher->name()
                                                             : filter.label);
  return true;
}

bool AddTemplateLabels(const std::string& text, std::vector<std::string>* names) {
  const auto parsed = LabelTemplate::Parse(text);
  return parsed.ok() && parsed->UsedLabels(names);
}

bool AddStageLabels(const Stage& stage, std::vector<std::string>* names) {
  switch (stage.kind) {
    case Stage::Kind::kLabelFilter:
      return AddFilterLabels(stage.label, names);
    case Stage::Kind::kLineFormat:
      return AddTemplateLabels(stage.text, names);
    case Stage::Kind::kLabelFormat:
      for (const LabelFormat& format : stage.formats) {
        if (!format.is_template) {
          names->push_back(format.source);
        } else if (!AddTemplateLabels(format.source, names)) {
          return false;
        }
      }
      return true;
    default:
      return true;
  }
}

// Adds the stage's condition as the store can have it.
void PlanLabelFilter(const LabelFilter& filter, Extracted extracted, ScanPlan* plan,
                     std::vector<EventFilter>* all) {
  if (extracted == Extracted::kNothing) {
    if (auto id = RecognisedId::Of(filter); id.has_value()) {
      all->push_back(id->Filter());
      plan->ids.push_back(*std::move(id));
      return;
    }
  }
  if (auto hint = LabelHint(extracted).For(filter); hint.has_value()) {
    all->push_back(*std::move(hint));
  }
}

}  // namespace

ScanPlan PlanScan(const LogExpr& log) {
  ScanPlan plan;
  plan.matchers = log.matchers;
  std::vector<EventFilter> all;
  Extracted extracted = Extracted::kNothing;
  bool line_changed = false;
  for (const Stage& stage : log.stages) {
    if (stage.kind == Stage::Kind::kLineFilter && !line_changed) {
      if (auto filter = LineFilterFor(stage.line); filter.has_value()) {
        if (filter->kind != EventFilter::Kind::kAll) {
          all.push_back(*std::move(filter));
        }
        continue;
      }
      if (auto hint = PatternHint(stage.line); hint.has_value()) {
        all.push_back(*std::move(hint));
      }
    } else if (stage.kind == Stage::Kind::kLabelFilter) {
      PlanLabelFilter(stage.label, extracted, &plan, &all);
    }
    extracted = After(stage, extracted);
    line_changed = line_changed || ChangesLine(stage.kind);
    plan.stages.push_back(stage);
  }
  if (!all.empty()) {
    plan.filter = all.size() == 1 ? std::move(all[0]) : EventFilter::And(std::move(all));
  }
  return plan;
}

bool AddLabelsRead(const std::vector<Stage>& stages, const Unwrap* unwrap,
                   std::vector<std::string>* names) {
  for (const Stage& stage : stages) {
    if (!AddStageLabels(stage, names)) {
      return false;
    }
  }
  if (unwrap != nullptr) {
    names->push_back(unwrap->label);
    for (const LabelFilter& filter : unwrap->post_filters) {
      AddFilterLabels(filter, names);
    }
  }
  return true;
}

bool ReadsLine(const Stage& stage) {
  switch (stage.kind) {
    case Stage::Kind::kLabelFilter:
    case Stage::Kind::kDrop:
    case Stage::Kind::kKeep:
      return false;
    case Stage::Kind::kLabelFormat:
      return std::any_of(stage.formats.begin(), stage.formats.end(), [](const LabelFormat& format) {
        std::vector<std::string> names;
        return format.is_template && !AddTemplateLabels(format.source, &names);
      });
    default:
      return true;
  }
}

}  // namespace sb::logql
