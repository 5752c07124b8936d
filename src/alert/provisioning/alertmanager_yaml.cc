// SPDX-License-Identifier: Apache-2.0
//
// Contact points, notification policy and mute timings of Grafana as an alertmanager.yml, so that
// one manager delivers everything.
#include <fmt/format.h>

#include <map>

#include "alert/provisioning/alerting_store.h"
#include "alert/provisioning/node_read.h"
#include "base/log.h"
#include "config/yaml_writer.h"

namespace sb::provisioning {
namespace {

using config::MakeMapping;
using config::MakePlain;
using config::MakeSequence;
using config::MakeString;
using config::Node;
using config::NodePtr;
using Entries = std::vector<std::pair<std::string, NodePtr>>;

NodePtr Text(const Node& settings, std::string_view key) {
  const std::string text = TextAt(settings, key);
  return text.empty() ? nullptr : MakeString(text);
}

void AddIf(const char* key, NodePtr value, Entries* entries) {
  if (value != nullptr) {
    entries->emplace_back(key, std::move(value));
  }
}

struct Translated {
  const char* key = nullptr;  // of the receiver: "slack_configs"
  Entries entries;
};

// Grafana's setting names -> Alertmanager's.
struct SettingRow {
  const char* type;
  const char* key;
  std::vector<std::pair<const char*, const char*>> settings;
};
const SettingRow kTypes[] = {
    {"slack",
     "slack_configs",
     {{"url", "api_url"},
      {"recipient", "channel"},
      {"title", "title"},
      {"text", "text"},
      {"username", "username"},
      {"icon_emoji", "icon_emoji"},
      {"icon_url", "icon_url"}}},
    {"webhook", "webhook_configs", {{"url", "url"}, {"maxAlerts", "max_alerts"}}},
    {"prometheus-alertmanager", "webhook_configs", {{"url", "url"}}},
    {"pagerduty",
     "pagerduty_configs",
     {{"integrationKey", "routing_key"},
      {"severity", "severity"},
      {"class", "class"},
      {"component", "component"},
      {"group", "group"},
      {"summary", "description"},
      {"client", "client"},
      {"client_url", "client_url"}}},
    {"opsgenie",
     "opsgenie_configs",
     {{"apiKey", "api_key"},
      {"apiUrl", "api_url"},
      {"message", "message"},
      {"description", "description"}}},
    {"teams", "msteams_configs", {{"url", "webhook_url"}, {"title", "title"}, {"message", "text"}}},
    {"discord",
     "discord_configs",
     {{"url", "webhook_url"}, {"message", "message"}, {"title", "title"}}},
    {"telegram",
     "telegram_configs",
     {{"bottoken", "bot_token"},
      {"chatid", "chat_id"},
      {"message", "message"},
      {"parse_mode", "parse_mode"}}},
    {"pushover",
     "pushover_configs",
     {{"userKey", "user_key"}, {"apiToken", "token"}, {"title", "title"}, {"message", "message"}}},
    {"victorops",
     "victorops_configs",
     {{"url", "api_url"}, {"messageType", "message_type"}, {"title", "entity_display_name"}}},
    {"webex",
     "webex_configs",
     {{"api_url", "api_url"}, {"room_id", "room_id"}, {"message", "message"}}},
};

Translated Translate(const Node& point) {
  Translated out;
  const std::string type = TextAt(point, "type");
  const Node* settings = point.Find("settings");
  if (settings == nullptr) {
    return out;
  }
  if (type == "email") {
    out.key = "email_configs";
    std::string to = TextAt(*settings, "addresses");
    for (char& c : to) {
      c = c == ';' || c == '\n' ? ',' : c;
    }
    out.entries.emplace_back("to", MakeString(to));
  }
  for (const SettingRow& row : kTypes) {
    if (type == row.type) {
      out.key = row.key;
      for (const auto& [from, to] : row.settings) {
        const bool number =
            std::string_view(to) == "chat_id" || std::string_view(to) == "max_alerts";
        const std::string text = TextAt(*settings, from);
        if (!text.empty()) {
          out.entries.emplace_back(to, number ? MakePlain(text) : MakeString(text));
        }
      }
    }
  }
  if (out.key != nullptr) {
    out.entries.emplace_back(
        "send_resolved",
        MakePlain(TextAt(point, "disableResolveMessage") == "true" ? "false" : "true"));
  }
  return out;
}

NodePtr Receivers(const std::vector<Document>& points, std::vector<std::string>* names) {
  std::map<std::string, std::map<std::string, std::vector<NodePtr>>> by_name;
  for (const Document& point : points) {
    const std::string name = TextAt(*point.body, "name");
    auto& receiver = by_name[name];
    Translated one = Translate(*point.body);
    if (one.key != nullptr) {
      receiver[one.key].push_back(MakeMapping(std::move(one.entries)));
    } else {
      SB_LOG(kWarn, "a contact point of this type is kept, but tells nobody",
             {"contact_point", name}, {"type", TextAt(*point.body, "type")});
    }
  }
  std::vector<NodePtr> receivers;
  for (auto& [name, configs] : by_name) {
    names->push_back(name);
    Entries entries{{"name", MakeString(name)}};
    for (auto& [key, list] : configs) {
      entries.emplace_back(key, MakeSequence(std::move(list)));
    }
    receivers.push_back(MakeMapping(std::move(entries)));
  }
  return MakeSequence(std::move(receivers));
}

// object_matchers [[label, op, value]…] and matchers, as lines.
NodePtr Matchers(const Node& policy) {
  std::vector<NodePtr> lines;
  if (const Node* list = policy.Find("object_matchers")) {
    for (const NodePtr& one : list->items) {
      if (one->items.size() == 3) {
        std::string value;
        for (const char c : one->items[2]->text) {
          value += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
        }
        lines.push_back(MakeString(
            fmt::format("\"{}\"{}\"{}\"", one->items[0]->text, one->items[1]->text, value)));
      }
    }
  }
  if (const Node* list = policy.Find("matchers")) {
    lines.insert(lines.end(), list->items.begin(), list->items.end());
  }
  return lines.empty() ? nullptr : MakeSequence(std::move(lines));
}

NodePtr Policy(const Node& policy, bool root) {
  Entries entries;
  AddIf("receiver", Text(policy, "receiver"), &entries);
  for (const char* key : {"group_by", "mute_time_intervals", "active_time_intervals"}) {
    if (const Node* list = policy.Find(key); list != nullptr && !list->items.empty()) {
      entries.emplace_back(key, std::make_shared<Node>(*list));
    }
  }
  for (const char* key : {"group_wait", "group_interval", "repeat_interval"}) {
    AddIf(key, Text(policy, key), &entries);
  }
  if (!root) {
    AddIf("matchers", Matchers(policy), &entries);
    if (TextAt(policy, "continue") == "true") {
      entries.emplace_back("continue", MakePlain("true"));
    }
  }
  if (const Node* routes = policy.Find("routes"); routes != nullptr && !routes->items.empty()) {
    std::vector<NodePtr> children;
    for (const NodePtr& child : routes->items) {
      children.push_back(Policy(*child, false));
    }
    entries.emplace_back("routes", MakeSequence(std::move(children)));
  }
  return MakeMapping(std::move(entries));
}

// Rules that name a contact point themselves go there first.
NodePtr WithRuleReceivers(const NodePtr& route, const std::vector<std::string>& names) {
  std::vector<NodePtr> children;
  for (const std::string& name : names) {
    children.push_back(MakeMapping({{"receiver", MakeString(name)},
                                    {"matchers", MakeSequence({MakeString(fmt::format(
                                                     "__grafana_receiver__=\"{}\"", name))})}}));
  }
  if (const Node* own = route->Find("routes")) {
    children.insert(children.end(), own->items.begin(), own->items.end());
  }
  return With(*route, "routes", MakeSequence(std::move(children)));
}

}  // namespace

std::string AlertingStore::AlertmanagerYaml() const {
  const auto points = List("contact-point");
  const auto policies = List("policy");
  const auto timings = List("mute-timing");
  if (!points.ok() || points->empty()) {
    return "";
  }
  std::vector<std::string> names;
  NodePtr receivers = Receivers(*points, &names);
  NodePtr route = policies.ok() && !policies->empty()
                      ? Policy(*policies->back().body, true)
                      : MakeMapping({{"receiver", MakeString(names[0])}});
  Entries entries{{"route", WithRuleReceivers(route, names)}, {"receivers", receivers}};
  if (timings.ok() && !timings->empty()) {
    std::vector<NodePtr> intervals;
    for (const Document& timing : *timings) {
      Entries one{{"name", MakeString(TextAt(*timing.body, "name"))}};
      if (const Node* list = timing.body->Find("time_intervals")) {
        one.emplace_back("time_intervals", std::make_shared<Node>(*list));
      }
      intervals.push_back(MakeMapping(std::move(one)));
    }
    entries.emplace_back("time_intervals", MakeSequence(std::move(intervals)));
  }
  return config::WriteYaml(*MakeMapping(std::move(entries)));
}

}  // namespace sb::provisioning
