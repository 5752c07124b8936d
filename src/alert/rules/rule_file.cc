// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/rule_file.h"

#include <fmt/format.h>

#include <set>

#include "alert/rules/expression.h"
#include "alert/rules/rule_template.h"
#include "config/yaml_reader.h"
#include "config/yaml_writer.h"
#include "model/label_name.h"

namespace sb::rules {
namespace {

using config::ErrorList;
using config::Node;
using config::NodePtr;
using config::OptionTable;
using model::QuoteString;

void NoteRulePosition(const Node& node, RuleSpec* rule, ErrorList&) {
  rule->position = node.position;
}

void NoteGroupPosition(const Node& node, RuleGroupSpec* group, ErrorList&) {
  group->position = node.position;
}

// What is said about one rule starts with where it stands in its group.
class RuleChecker {
 public:
  RuleChecker(const RuleFileOptions& options, const RuleGroupSpec& group, ErrorList& errors)
      : options_(options), group_(group), errors_(errors) {}

  void Check(const Node& node, const RuleSpec& rule, size_t number) {
    node_ = &node;
    place_ = fmt::format("group {}, rule {}, {}: ", QuoteString(group_.name), number,
                         QuoteString(rule.name()));
    CheckKind(rule);
    CheckExpression(rule);
    CheckRecording(rule);
    CheckLabels(rule);
    if (rule.is_alert() && errors_.empty()) {
      for (const base::Status& status : CheckTemplates(rule)) {
        Complain("", std::string(status.message()));
      }
    }
  }

 private:
  void Complain(std::string_view key, std::string message) {
    const Node* at = key.empty() ? nullptr : node_->Find(key);
    errors_.Add(at != nullptr ? *at : *node_, place_ + std::move(message));
  }

  void CheckKind(const RuleSpec& rule) {
    if (!rule.record.empty() && !rule.alert.empty()) {
      Complain("record", "only one of 'record' and 'alert' must be set");
    }
    if (rule.record.empty() && rule.alert.empty()) {
      Complain("", "one of 'record' or 'alert' must be set");
    }
  }

  void CheckExpression(const RuleSpec& rule) {
    if (rule.expr.empty()) {
      Complain("expr", "field 'expr' must be set in rule");
    } else if (options_.language != nullptr) {
      const auto parsed = options_.language->Parse(rule.expr);
      if (!parsed.ok()) {
        Complain("expr", "could not parse expression: " + std::string(parsed.status().message()));
      }
    }
  }

  void CheckRecording(const RuleSpec& rule) {
    if (rule.record.empty()) {
      return;
    }
    if (!rule.annotations.empty()) {
      Complain("annotations", "invalid field 'annotations' in recording rule");
    }
    if (rule.hold.Value() != 0) {
      Complain("for", "invalid field 'for' in recording rule");
    }
    if (rule.keep_firing_for.Value() != 0) {
      Complain("keep_firing_for", "invalid field 'keep_firing_for' in recording rule");
    }
    const bool valid = options_.names == model::NameValidation::kUtf8
                           ? model::IsValidUtf8(rule.record)
                           : model::IsLegacyMetricName(rule.record);
    if (!valid) {
      Complain("record", "invalid recording rule name: " + rule.record);
    }
    if (rule.record.find_first_of("{}") != std::string::npos) {
      Complain("record",
               "braces present in the recording rule name; should it be in expr?: " + rule.record);
    }
  }

  void CheckLabels(const RuleSpec& rule) {
    for (const auto& [name, value] : rule.labels) {
      if (!model::IsValidLabelName(name, options_.names) || name == model::kMetricName) {
        Complain("labels", "invalid label name: " + name);
      }
      if (!model::IsValidUtf8(value)) {
        Complain("labels", "invalid label value: " + value);
      }
    }
    for (const auto& [name, value] : rule.annotations) {
      if (!model::IsValidLabelName(name, options_.names)) {
        Complain("annotations", "invalid annotation name: " + name);
      }
    }
  }

  const RuleFileOptions& options_;
  const RuleGroupSpec& group_;
  ErrorList& errors_;
  const Node* node_ = nullptr;
  std::string place_;
};

void CheckGroup(const Node& node, const RuleGroupSpec& group, const RuleFileOptions& options,
                ErrorList& errors) {
  if (group.name.empty()) {
    errors.Add(node, "Groupname must not be empty");
  }
  if (group.limit < 0) {
    errors.Add(node, fmt::format("limit must not be negative: {}", group.limit));
  }
  for (const auto& [name, value] : group.labels) {
    if (!model::IsValidLabelName(name, options.names) || name == model::kMetricName) {
      errors.Add(node, "invalid label name: " + name);
    }
    if (!model::IsValidUtf8(value)) {
      errors.Add(node, "invalid label value: " + value);
    }
  }
  const Node* rules = node.Find("rules");
  RuleChecker checker(options, group, errors);
  for (size_t i = 0; i < group.rules.size(); ++i) {
    checker.Check(*rules->items[i], group.rules[i], i + 1);
  }
}

void CheckFile(const Node& root, const RuleFile& file, const RuleFileOptions& options,
               ErrorList& errors) {
  const Node* groups = root.Find("groups");
  std::set<std::string> names;
  for (size_t i = 0; i < file.groups.size(); ++i) {
    const Node& node = *groups->items[i];
    if (!names.insert(file.groups[i].name).second) {
      errors.Add(node, fmt::format("groupname: {} is repeated in the same file",
                                   QuoteString(file.groups[i].name)));
    }
    CheckGroup(node, file.groups[i], options, errors);
  }
}

template <typename T>
bool Knows(std::string_view key) {
  for (const config::OptionPtr& option : OptionsOf(static_cast<const T*>(nullptr)).options()) {
    if (option->name() == key) {
      return true;
    }
  }
  return false;
}

// A copy of mapping `node` with the keys of T only; `change` may replace the values that stay.
template <typename T, typename Change>
NodePtr KnownKeys(const NodePtr& node, Change change) {
  if (!node->IsMapping()) {
    return node;
  }
  auto copy = std::make_shared<Node>(*node);
  copy->entries.clear();
  for (const Node::Entry& entry : node->entries) {
    if (Knows<T>(entry.key->text)) {
      copy->entries.push_back({entry.key, change(entry)});
    }
  }
  return copy;
}

template <typename Each>
NodePtr EachItem(const NodePtr& node, Each each) {
  auto copy = std::make_shared<Node>(*node);
  for (NodePtr& item : copy->items) {
    item = each(item);
  }
  return copy;
}

NodePtr WithoutUnknownInGroup(const NodePtr& group) {
  return KnownKeys<RuleGroupSpec>(group, [](const Node::Entry& entry) {
    if (entry.key->text != "rules") {
      return entry.value;
    }
    return EachItem(entry.value, [](const NodePtr& rule) {
      return KnownKeys<RuleSpec>(rule, [](const Node::Entry& e) { return e.value; });
    });
  });
}

NodePtr WithoutUnknown(const NodePtr& root) {
  return KnownKeys<RuleFile>(
      root, [](const Node::Entry& entry) { return EachItem(entry.value, WithoutUnknownInGroup); });
}

}  // namespace

const OptionTable<RuleSpec>& OptionsOf(const RuleSpec*) {
  static const auto table =
      OptionTable<RuleSpec>("rulefmt.Rule")
          .Add("record", &RuleSpec::record, {.sentence = "Metric name of a recording rule."})
          .Add("alert", &RuleSpec::alert, {.sentence = "Name of an alerting rule."})
          .Add("expr", &RuleSpec::expr, {.sentence = "What is evaluated."})
          .Add("for", &RuleSpec::hold, {.sentence = "How long before an alert fires."})
          .Add("keep_firing_for", &RuleSpec::keep_firing_for,
               {.sentence = "How long an alert fires on after its condition ended."})
          .Add("labels", &RuleSpec::labels, {.sentence = "Labels added to what comes out."})
          .Add("annotations", &RuleSpec::annotations, {.sentence = "Texts of an alert."})
          .Check(&NoteRulePosition);
  return table;
}

const OptionTable<RuleGroupSpec>& OptionsOf(const RuleGroupSpec*) {
  static const auto table =
      OptionTable<RuleGroupSpec>("rulefmt.RuleGroup")
          .Add("name", &RuleGroupSpec::name, {.sentence = "Unique within a file."})
          .Add("interval", &RuleGroupSpec::interval, {.sentence = "How often it is evaluated."})
          .Add("query_offset", &RuleGroupSpec::query_offset,
               {.sentence = "How far in the past rules look."})
          .Add("limit", &RuleGroupSpec::limit,
               {.sentence = "How many alerts or series a rule may produce; 0: no limit."})
          .Add("labels", &RuleGroupSpec::labels, {.sentence = "Labels of all its rules."})
          .Add("rules", &RuleGroupSpec::rules, {.sentence = "Evaluated in this order."})
          .Check(&NoteGroupPosition);
  return table;
}

const OptionTable<RuleFile>& OptionsOf(const RuleFile*) {
  static const auto table = OptionTable<RuleFile>("rulefmt.RuleGroups")
                                .Add("groups", &RuleFile::groups, {.sentence = "Rule groups."});
  return table;
}

base::Result<RuleFile> ParseRuleFile(std::string_view text, const std::string& path,
                                     const RuleFileOptions& options) {
  SB_ASSIGN_OR_RETURN(NodePtr root, config::ParseYaml(text, path));
  if (options.ignore_unknown_fields) {
    root = WithoutUnknown(root);
  }
  ErrorList errors(path);
  RuleFile file;
  config::Codec<RuleFile>::Read(*root, {}, &file, errors);
  if (errors.empty()) {
    CheckFile(*root, file, options, errors);
  }
  SB_RETURN_IF_ERROR(errors.ToStatus());
  return file;
}

base::Result<RuleGroupSpec> ParseRuleGroup(std::string_view text, const std::string& path,
                                           const RuleFileOptions& options) {
  SB_ASSIGN_OR_RETURN(NodePtr root, config::ParseYaml(text, path));
  if (options.ignore_unknown_fields) {
    root = WithoutUnknownInGroup(root);
  }
  ErrorList errors(path);
  RuleGroupSpec group;
  config::Codec<RuleGroupSpec>::Read(*root, {}, &group, errors);
  if (errors.empty()) {
    CheckGroup(*root, group, options, errors);
  }
  SB_RETURN_IF_ERROR(errors.ToStatus());
  return group;
}

std::string PrintRuleGroup(const RuleGroupSpec& group) {
  return config::WriteYaml(*config::Codec<RuleGroupSpec>::Write(group));
}

}  // namespace sb::rules
