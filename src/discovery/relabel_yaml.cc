// SPDX-License-Identifier: Apache-2.0
#include "discovery/relabel_yaml.h"

#include "config/quote.h"
#include "model/matcher.h"

namespace sb::discovery {
namespace {

using config::Node;
using config::OptionInfo;

struct SourceLabelsCodec {
  using Value = std::optional<std::vector<std::string>>;
  static void Read(const Node& node, const OptionInfo& info, Value* out,
                   config::ErrorList& errors) {
    if (node.IsNull()) {
      out->reset();
      return;
    }
    config::Codec<std::vector<std::string>>::Read(node, info, &out->emplace(), errors);
    for (const config::NodePtr& item : node.items) {
      if (!model::IsValidLabelName(item->text, model::NameValidation::kUtf8)) {
        errors.Add(*item, config::GoQuote(item->text) + " is not a valid label name");
      }
    }
  }
  static config::NodePtr Write(const Value& value) {
    std::vector<config::NodePtr> items;
    for (const std::string& name : *value) {
      items.push_back(config::MakeString(name));
    }
    return config::MakeSequence(std::move(items), /*flow=*/true);
  }
  static bool IsEmpty(const Value& value) { return !value || value->empty(); }
  static std::string TypeName() { return "[]label name"; }
};

// `regex:` without a value is the empty expression, not the default.
struct RegexCodec {
  using Value = std::optional<std::string>;
  static void Read(const Node& node, const OptionInfo& info, Value* out,
                   config::ErrorList& errors) {
    config::Codec<std::string>::Read(node, info, &out->emplace(), errors);
    const auto compiled = model::Matcher::Create(model::MatchType::kRegex, "", **out);
    if (!compiled.ok()) {
      errors.Add(node, std::string(compiled.status().message()));
    }
  }
  static config::NodePtr Write(const Value& value) { return config::MakeString(*value); }
  static bool IsEmpty(const Value& value) { return !value; }
  static std::string TypeName() { return "regex"; }
};

struct ActionCodec {
  static void Read(const Node& node, const OptionInfo& info, model::RelabelAction* out,
                   config::ErrorList& errors) {
    std::string name;
    config::Codec<std::string>::Read(node, info, &name, errors);
    const auto action = model::ParseRelabelAction(name);
    if (action) {
      *out = *action;
    } else if (node.IsNull()) {
      errors.Add(node, "relabel action cannot be empty");
    } else if (node.IsScalar()) {
      errors.Add(node, "unknown relabel action " + config::GoQuote(name));
    }
  }
  static config::NodePtr Write(model::RelabelAction action) {
    return config::MakeString(std::string(model::RelabelActionName(action)));
  }
  static bool IsEmpty(model::RelabelAction) { return false; }
  static std::string TypeName() { return "action"; }
};

}  // namespace

void CheckRelabelConfigs(const Node* list, const std::vector<model::RelabelConfig>& configs,
                         model::NameValidation validation, config::ErrorList& errors) {
  for (size_t i = 0; i < configs.size(); ++i) {
    const base::Status status = model::ValidateRelabelConfig(configs[i], validation);
    if (!status.ok()) {
      const bool placed = list != nullptr && i < list->items.size();
      errors.Add(placed ? list->items[i]->position : config::Position{},
                 std::string(status.message()));
    }
  }
}

}  // namespace sb::discovery

namespace sb::model {

const config::OptionTable<RelabelConfig>& OptionsOf(const RelabelConfig*) {
  using config::Shown;
  static const auto table =
      config::OptionTable<RelabelConfig>("relabel.plain")
          .AddWith<discovery::SourceLabelsCodec>("source_labels", &RelabelConfig::source_labels,
                                                 {.sentence = "Labels whose values are joined."})
          .Add("separator", &RelabelConfig::separator,
               {.sentence = "What stands between joined values.",
                .default_text = ";",
                .shown = Shown::kAlways})
          .AddWith<discovery::RegexCodec>(
              "regex", &RelabelConfig::regex,
              {.sentence = "RE2 expression, anchored at both ends.", .default_text = "(.*)"})
          .Add("modulus", &RelabelConfig::modulus, {.sentence = "Divisor of hashmod."})
          .Add("target_label", &RelabelConfig::target_label, {.sentence = "Label to write."})
          .Add("replacement", &RelabelConfig::replacement,
               {.sentence = "Value to write; $1 or ${1} is the first group.",
                .default_text = "$1",
                .shown = Shown::kAlways})
          .AddWith<discovery::ActionCodec>(
              "action", &RelabelConfig::action,
              {.sentence =
                   "replace, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop, "
                   "labelkeep, lowercase or uppercase.",
               .default_text = "replace"});
  return table;
}

}  // namespace sb::model
