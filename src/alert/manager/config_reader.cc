// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/config_reader.h"

#include <algorithm>
#include <set>

#include "config/codec.h"

namespace sb::alert {
namespace {

using config::ErrorList;
using config::Node;
using config::NodePtr;

constexpr int kDepthMax = 100;

void AddMatcher(MatcherOp op, const Node& at, std::string name, std::string value,
                AlertMatchers* out, ErrorList& errors) {
  base::Result<AlertMatcher> matcher = AlertMatcher::Create(op, std::move(name), std::move(value));
  if (!matcher.ok()) {
    return errors.Add(at, std::string(matcher.status().message()));
  }
  out->push_back(std::move(matcher).value());
}

void ReadOldMatchers(const Node& map, bool regex, MatcherMode mode, AlertMatchers* out,
                     ErrorList& errors) {
  if (!config::CheckMapping(map, "map[string]string", errors)) {
    return;
  }
  for (const Node::Entry& entry : map.entries) {
    const std::string& name = entry.key->text;
    if (!IsLabelName(name, mode)) {
      errors.Add(*entry.key, "invalid label name \"" + name + "\"");
      continue;
    }
    if (!regex) {
      AddMatcher(MatcherOp::kEqual, *entry.value, name, entry.value->text, out, errors);
    } else if (entry.value->IsNull()) {
      errors.Add(*entry.value, "invalid regexp value for \"" + name + "\"");
    } else {
      AddMatcher(MatcherOp::kRegex, *entry.value, name, "^(?:" + entry.value->text + ")$", out,
                 errors);
    }
  }
}

NodePtr Strings(const std::vector<std::string>& texts) {
  return config::Codec<std::vector<std::string>>::Write(texts);
}

}  // namespace

AlertMatchers ReadMatchers(const Node& node, const std::string& prefix, MatcherMode mode,
                           ErrorList& errors) {
  AlertMatchers matchers;
  if (const Node* map = node.Find(prefix + "match"); map != nullptr) {
    ReadOldMatchers(*map, false, mode, &matchers, errors);
  }
  if (const Node* map = node.Find(prefix + "match_re"); map != nullptr) {
    ReadOldMatchers(*map, true, mode, &matchers, errors);
  }
  const Node* list = node.Find(prefix + "matchers");
  if (list != nullptr && config::CheckSequence(*list, "[]string", errors)) {
    for (const NodePtr& item : list->items) {
      base::Result<AlertMatchers> parsed = ParseMatchers(item->text, mode);
      if (!parsed.ok()) {
        errors.Add(*item, std::string(parsed.status().message()));
        continue;
      }
      matchers.insert(matchers.end(), parsed->begin(), parsed->end());
    }
  }
  std::sort(matchers.begin(), matchers.end());
  return matchers;
}

std::vector<InhibitRule> ReadInhibitRules(const Node& node, MatcherMode mode, ErrorList& errors) {
  static const std::set<std::string_view> kKeys = {
      "name",         "source_match",    "source_match_re", "source_matchers",
      "target_match", "target_match_re", "target_matchers", "equal"};
  std::vector<InhibitRule> rules;
  if (!config::CheckSequence(node, "[]config.InhibitRule", errors)) {
    return rules;
  }
  for (const NodePtr& item : node.items) {
    if (!config::CheckMapping(*item, "config.plain", errors)) {
      continue;
    }
    InhibitRule rule;
    for (const Node::Entry& entry : item->entries) {
      if (!kKeys.contains(entry.key->text)) {
        errors.Add(*entry.key, "field " + entry.key->text + " not found in type config.plain");
      }
    }
    if (const Node* name = item->Find("name"); name != nullptr) {
      rule.name = name->text;
    }
    rule.source = ReadMatchers(*item, "source_", mode, errors);
    rule.target = ReadMatchers(*item, "target_", mode, errors);
    if (const Node* equal = item->Find("equal"); equal != nullptr) {
      config::Codec<std::vector<std::string>>::Read(*equal, {}, &rule.equal, errors);
      for (const std::string& name : rule.equal) {
        if (!IsLabelName(name, mode)) {
          errors.Add(*equal, "invalid label name \"" + name + "\" in equal list");
        }
      }
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::unique_ptr<Route> RouteReader::Read(const Node& root) {
  CheckRoot(root);
  return ReadRoute(root, nullptr, 0);
}

void RouteReader::CheckRoot(const Node& node) {
  const Node* receiver = node.Find("receiver");
  if (receiver == nullptr || receiver->text.empty()) {
    errors_.Add(node, "root route must specify a default receiver");
  }
  for (const char* key : {"match", "match_re", "matchers"}) {
    const Node* value = node.Find(key);
    if (value != nullptr && (!value->entries.empty() || !value->items.empty())) {
      errors_.Add(*value, "root route must not have any matchers");
      return;
    }
  }
  for (const auto& [key, word] :
       {std::pair{"mute_time_intervals", "mute"}, {"active_time_intervals", "active"}}) {
    const Node* value = node.Find(key);
    if (value != nullptr && !value->items.empty()) {
      errors_.Add(*value, "root route must not have any " + std::string(word) + " time intervals");
    }
  }
}

void RouteReader::ReadGroupBy(const Node& value, Route* route) {
  route->group_by.clear();
  route->group_by_all = false;
  std::vector<std::string> names;
  config::Codec<std::vector<std::string>>::Read(value, {}, &names, errors_);
  for (const std::string& name : names) {
    if (name == "...") {
      route->group_by_all = true;
      continue;
    }
    if (!IsLabelName(name, config_->mode)) {
      errors_.Add(value, "invalid label name \"" + name + "\" in group_by list");
    }
    if (std::find(route->group_by.begin(), route->group_by.end(), name) != route->group_by.end()) {
      errors_.Add(value, "duplicated label \"" + name + "\" in group_by");
    }
    route->group_by.push_back(name);
  }
  if (route->group_by_all && !route->group_by.empty()) {
    errors_.Add(value, "cannot have wildcard group_by (`...`) and other labels at the same time");
  }
}

void RouteReader::ReadOption(const Node& key, const Node& value, Route* route) {
  const std::string& name = key.text;
  const auto positive = [&](base::DurationMs* duration) {
    config::Codec<base::DurationMs>::Read(value, {}, duration, errors_);
    if (duration->Value() == 0) {
      errors_.Add(value, name + " cannot be zero");
    }
  };
  using Strings = config::Codec<std::vector<std::string>>;
  if (name == "receiver") {
    if (!value.text.empty()) {
      config::Codec<std::string>::Read(value, {}, &route->receiver, errors_);
    }
  } else if (name == "group_by") {
    ReadGroupBy(value, route);
  } else if (name == "continue") {
    config::Codec<bool>::Read(value, {}, &route->goes_on, errors_);
  } else if (name == "group_wait") {
    config::Codec<base::DurationMs>::Read(value, {}, &route->group_wait, errors_);
  } else if (name == "group_interval") {
    positive(&route->group_interval);
  } else if (name == "repeat_interval") {
    positive(&route->repeat_interval);
  } else if (name == "mute_time_intervals") {
    Strings::Read(value, {}, &route->mute_time_intervals, errors_);
  } else if (name == "active_time_intervals") {
    Strings::Read(value, {}, &route->active_time_intervals, errors_);
  } else if (name == "labels") {
    config::Codec<notify::TextMap>::Read(value, {}, &route->labels, errors_);
  } else if (name != "match" && name != "match_re" && name != "matchers" && name != "routes") {
    errors_.Add(key, "field " + name + " not found in type config.plain");
  }
}

std::unique_ptr<Route> RouteReader::ReadRoute(const Node& node, const Route* parent, int depth) {
  auto route = std::make_unique<Route>();
  if (depth > kDepthMax) {
    errors_.Add(node, "routes nested deeper than " + std::to_string(kDepthMax));
    return route;
  }
  if (parent != nullptr) {
    route->receiver = parent->receiver;
    route->group_by = parent->group_by;
    route->group_by_all = parent->group_by_all;
    route->group_wait = parent->group_wait;
    route->group_interval = parent->group_interval;
    route->repeat_interval = parent->repeat_interval;
    route->labels = parent->labels;
  }
  route->parent = parent;
  route->index = config_->all_routes.size();
  config_->all_routes.push_back(route.get());
  if (!config::CheckMapping(node, "config.plain", errors_)) {
    return route;
  }
  for (const Node::Entry& entry : node.entries) {
    ReadOption(*entry.key, *entry.value, route.get());
  }
  route->matchers = ReadMatchers(node, "", config_->mode, errors_);
  route->key =
      parent == nullptr ? ToString(route->matchers) : parent->key + "/" + ToString(route->matchers);
  CheckNames(node, *route);
  const Node* children = node.Find("routes");
  if (children != nullptr && config::CheckSequence(*children, "[]*config.Route", errors_)) {
    for (const NodePtr& child : children->items) {
      route->routes.push_back(ReadRoute(*child, route.get(), depth + 1));
    }
  }
  return route;
}

void RouteReader::CheckNames(const Node& node, const Route& route) {
  if (!route.receiver.empty() && config_->FindReceiver(route.receiver) == nullptr) {
    errors_.Add(node, "undefined receiver \"" + route.receiver + "\" used in route");
  }
  for (const auto* names : {&route.mute_time_intervals, &route.active_time_intervals}) {
    for (const std::string& name : *names) {
      if (config_->FindInterval(name) == nullptr) {
        errors_.Add(node, "undefined time interval \"" + name + "\" used in route");
      }
    }
  }
  for (const auto& [name, text] : route.labels) {
    if (!IsLabelName(name, config_->mode)) {
      errors_.Add(node, "invalid label name \"" + name + "\" in route labels");
    }
  }
}

config::NodePtr WriteRoute(const Route& route) {
  std::vector<std::pair<std::string, NodePtr>> entries;
  entries.emplace_back("receiver", config::MakeString(route.receiver));
  std::vector<std::string> group_by = route.group_by;
  if (route.group_by_all) {
    group_by = {"..."};
  }
  if (!group_by.empty()) {
    entries.emplace_back("group_by", Strings(group_by));
  }
  if (!route.matchers.empty()) {
    std::vector<std::string> texts;
    for (const AlertMatcher& matcher : route.matchers) {
      texts.push_back(matcher.ToString());
    }
    entries.emplace_back("matchers", Strings(texts));
  }
  entries.emplace_back("continue", config::MakePlain(route.goes_on ? "true" : "false"));
  if (!route.mute_time_intervals.empty()) {
    entries.emplace_back("mute_time_intervals", Strings(route.mute_time_intervals));
  }
  if (!route.active_time_intervals.empty()) {
    entries.emplace_back("active_time_intervals", Strings(route.active_time_intervals));
  }
  std::vector<NodePtr> children;
  for (const auto& child : route.routes) {
    children.push_back(WriteRoute(*child));
  }
  if (!children.empty()) {
    entries.emplace_back("routes", config::MakeSequence(std::move(children)));
  }
  using Duration = config::Codec<base::DurationMs>;
  entries.emplace_back("group_wait", Duration::Write(route.group_wait));
  entries.emplace_back("group_interval", Duration::Write(route.group_interval));
  entries.emplace_back("repeat_interval", Duration::Write(route.repeat_interval));
  return config::MakeMapping(std::move(entries));
}

}  // namespace sb::alert
