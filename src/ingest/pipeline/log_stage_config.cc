// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_stage_config.h"

#include <re2/re2.h>

#include "ingest/pipeline/record_selector.h"

namespace sb::ingest {
namespace {

void CheckRegex(const config::Node& node, std::string_view name, const std::string& text,
                config::ErrorList& errors) {
  re2::RE2 regex(text, re2::RE2::Quiet);
  if (!regex.ok()) {
    errors.Add(node, std::string(name) + ": " + regex.error() + ": " + text);
  }
}

// The type of a table is named when it is made: this one stands in itself.
struct StagesCodec : config::Codec<std::vector<LogStageConfig>> {
  static std::string TypeName() { return "[]log stage"; }
};

void CheckMatch(const config::Node& node, LogMatchConfig* match, config::ErrorList& errors) {
  if (match->action != "keep" && match->action != "drop") {
    errors.Add(node, "action is keep or drop, not: " + match->action);
  } else if ((match->action == "keep") == match->stages.empty()) {
    errors.Add(node, match->stages.empty() ? "match with action keep needs stages"
                                           : "match with action drop has no stages");
  }
  if (match->selector.empty()) {
    errors.Add(node, "match needs a selector such as {app=\"shop\"} |= \"x\"");
  }
}

const config::OptionTable<LogMatchConfig>& OptionsOfMatch() {
  static const auto table = config::OptionTable<LogMatchConfig>("match stage")
                                .Add("selector", &LogMatchConfig::selector)
                                .Add("action", &LogMatchConfig::action)
                                .AddWith<StagesCodec>("stages", &LogMatchConfig::stages)
                                .Add("pipeline_name", &LogMatchConfig::pipeline_name)
                                .Add("drop_counter_reason", &LogMatchConfig::drop_counter_reason)
                                .Check(&CheckMatch);
  return table;
}

void CheckStage(const config::Node& node, LogStageConfig* stage, config::ErrorList& errors) {
  const int kinds = (stage->parse.empty() ? 0 : 1) + (stage->labels.empty() ? 0 : 1) +
                    (stage->drop.empty() ? 0 : 1) + (stage->redact.empty() ? 0 : 1) +
                    (stage->limit > 0 ? 1 : 0) + (stage->metric.empty() ? 0 : 1) +
                    (stage->match.is_stage ? 1 : 0);
  if (kinds != 1) {
    errors.Add(node,
               "a stage has exactly one of parse, labels, drop, redact, limit, metric, or a match "
               "with stages or action; this one has " +
                   std::to_string(kinds));
  }
  if (!stage->parse.empty() && stage->parse != "json" && stage->parse != "logfmt" &&
      stage->parse != "regex") {
    errors.Add(node, "parse is json, logfmt or regex, not: " + stage->parse);
  }
  if ((stage->parse == "regex") != !stage->regex.empty()) {
    errors.Add(node, "`regex` belongs to `parse: regex`, and that needs it");
  }
  CheckRegex(node, "regex", stage->regex, errors);
  CheckRegex(node, "drop", stage->drop, errors);
  CheckRegex(node, "redact", stage->redact, errors);
  if (const auto selector = RecordSelector::Parse(stage->match.selector); !selector.ok()) {
    errors.Add(node, "match: " + std::string(selector.status().message()));
  }
  for (size_t i = 1; i < stage->buckets.size(); ++i) {
    if (stage->buckets[i] <= stage->buckets[i - 1]) {
      errors.Add(node, "buckets must ascend");
      break;
    }
  }
}

}  // namespace

const config::OptionTable<LogStageConfig>& OptionsOf(const LogStageConfig*) {
  static const auto table =
      config::OptionTable<LogStageConfig>("log stage")
          .Add("match", &LogStageConfig::match,
               {.sentence = "Only for records that this selector with line filters selects; empty: "
                            "all. As a mapping a stage of its own: selector, action (keep, drop), "
                            "stages."})
          .Add("parse", &LogStageConfig::parse,
               {.sentence = "Reads fields out of the line: json, logfmt or regex."})
          .Add("regex", &LogStageConfig::regex,
               {.sentence = "With parse: regex; named groups become fields."})
          .Add("fields", &LogStageConfig::fields,
               {.sentence = "With parse: the fields to keep; empty: all."})
          .Add("message", &LogStageConfig::message,
               {.sentence = "With parse: the field that becomes the line."})
          .Add("time", &LogStageConfig::time,
               {.sentence = "With parse: the field that becomes the time."})
          .Add("labels", &LogStageConfig::labels,
               {.sentence = "Sets stream labels; $name is the value of a field, an empty value "
                            "removes the label."})
          .Add("drop", &LogStageConfig::drop,
               {.sentence = "Drops lines that this expression finds; counted."})
          .Add("redact", &LogStageConfig::redact,
               {.sentence = "Replaces what this expression finds, in line and fields."})
          .Add("with", &LogStageConfig::with,
               {.sentence = "With redact: the replacement; \\1 is a group.",
                .default_text = "\"***\""})
          .Add("limit", &LogStageConfig::limit,
               {.sentence = "Lets so many lines a second pass; the rest is dropped and counted.",
                .min = 0})
          .Add("burst", &LogStageConfig::burst,
               {.sentence = "With limit: lines that may come at once; 0: the limit of one second.",
                .min = 0})
          .Add("by", &LogStageConfig::by,
               {.sentence = "With limit: one budget for each value of this label."})
          .Add("metric", &LogStageConfig::metric,
               {.sentence = "Makes a metric of this name out of the lines: a counter, or with "
                            "`value` and `buckets` a histogram."})
          .Add("help", &LogStageConfig::help, {.sentence = "With metric: its help text."})
          .Add("value", &LogStageConfig::value,
               {.sentence = "With metric: the field to add up or to observe; empty: counts lines."})
          .Add("buckets", &LogStageConfig::buckets,
               {.sentence = "With metric: upper bounds of a histogram of `value`."})
          .Add("by_labels", &LogStageConfig::by_labels,
               {.sentence = "With metric: labels or fields that become its labels."})
          .Check(&CheckStage);
  return table;
}

}  // namespace sb::ingest

namespace sb::config {

void Codec<ingest::LogMatchConfig>::Read(const Node& node, const OptionInfo& info,
                                         ingest::LogMatchConfig* out, ErrorList& errors) {
  if (!node.IsMapping()) {
    Codec<std::string>::Read(node, info, &out->selector, errors);
    return;
  }
  out->is_stage = true;
  ingest::OptionsOfMatch().Read(node, out, errors);
}

NodePtr Codec<ingest::LogMatchConfig>::Write(const ingest::LogMatchConfig& value) {
  return value.is_stage ? ingest::OptionsOfMatch().Write(value) : MakeString(value.selector);
}

}  // namespace sb::config
