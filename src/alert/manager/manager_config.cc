// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/manager_config.h"

#include <algorithm>
#include <set>

#include "alert/manager/config_reader.h"
#include "config/codec.h"
#include "config/yaml_reader.h"
#include "config/yaml_writer.h"

namespace sb::alert {
namespace {

using config::ErrorList;
using config::Node;
using config::NodePtr;

class ConfigReader {
 public:
  ConfigReader(ManagerConfig* config, const ManagerConfigOptions& options, ErrorList& errors)
      : config_(config),
        files_(options.files == nullptr ? base::Env::Real().files() : *options.files),
        folder_(options.folder),
        errors_(errors) {}

  void Read(const Node& root) {
    if (root.IsNull()) {
      return errors_.Add(root, "no route provided in config");
    }
    if (!config::CheckMapping(root, "config.plain", errors_)) {
      return;
    }
    for (const Node::Entry& entry : root.entries) {
      Section(*entry.key, entry.value);
    }
    if (!errors_.empty()) {
      return;
    }
    if (std::string error = CheckGlobal(config_->global); !error.empty()) {
      return errors_.Add(root, std::move(error));
    }
    Receivers(root.Find("receivers"));
    Routes(root);
    if (!folder_.empty()) {
      for (std::string& pattern : config_->templates) {
        pattern = base::JoinPath(folder_, pattern);
      }
    }
  }

 private:
  void Section(const Node& key, const NodePtr& value) {
    const std::string& name = key.text;
    if (name == "global") {
      config_->global.Read(*value, errors_);
    } else if (name == "templates") {
      config::Codec<std::vector<std::string>>::Read(*value, {}, &config_->templates, errors_);
    } else if (name == "inhibit_rules") {
      config_->inhibit_rules = ReadInhibitRules(*value, config_->mode, errors_);
    } else if (name == "time_intervals" || name == "mute_time_intervals") {
      Intervals(*value);
    } else if (name == "tracing" && !value->IsNull()) {
      Warn(key.position, "tracing is not done from here; set self_tracing in signalbox.yaml");
    } else if (name == "event_recorder" && !value->IsNull()) {
      Warn(key.position,
           "event_recorder is not done; GET /api/signalbox/v1/notifications has who was told what, "
           "when and why not");
    } else if (name != "route" && name != "receivers" && name != "tracing" &&
               name != "event_recorder") {
      errors_.Add(key, "field " + name + " not found in type config.plain");
    }
  }

  void Warn(config::Position at, std::string_view what) {
    config_->warnings.push_back(errors_.Locate(at) + ": " + std::string(what));
  }

  void Intervals(const Node& node) {
    if (!config::CheckSequence(node, "[]config.TimeInterval", errors_)) {
      return;
    }
    for (const NodePtr& item : node.items) {
      NamedTimeInterval named;
      named.source = item;
      const Node* name = item->Find("name");
      const Node* list = item->Find("time_intervals");
      if (name == nullptr || name->text.empty()) {
        errors_.Add(*item, "missing name in time interval");
        continue;
      }
      named.name = name->text;
      if (config_->FindInterval(named.name) != nullptr) {
        errors_.Add(*item, "time interval \"" + named.name + "\" is not unique");
      }
      if (list != nullptr) {
        named.intervals = ReadTimeIntervals(*list, files_, errors_);
      }
      config_->time_intervals.push_back(std::move(named));
    }
  }

  void Receivers(const Node* node) {
    if (node == nullptr || !config::CheckSequence(*node, "[]config.Receiver", errors_)) {
      return;
    }
    for (const NodePtr& item : node->items) {
      if (!config::CheckMapping(*item, "config.plain", errors_)) {
        continue;
      }
      Receiver receiver;
      const Node* name = item->Find("name");
      if (name == nullptr || name->text.empty()) {
        errors_.Add(*item, "missing name in receiver");
        continue;
      }
      receiver.name = name->text;
      if (config_->FindReceiver(receiver.name) != nullptr) {
        errors_.Add(*item, "notification config name \"" + receiver.name + "\" is not unique");
        continue;
      }
      for (const Node::Entry& entry : item->entries) {
        ReceiverEntry(*entry.key, *entry.value, &receiver);
      }
      SortIntegrations(&receiver);
      config_->receivers.push_back(std::move(receiver));
    }
  }

  // In the order of types, whatever the order in the file: the notification log counts by it.
  static void SortIntegrations(Receiver* receiver) {
    const auto types = notify::ReceiverTypes();
    std::stable_sort(receiver->integrations.begin(), receiver->integrations.end(),
                     [&](const Integration& a, const Integration& b) {
                       return std::find(types.begin(), types.end(), a.type) <
                              std::find(types.begin(), types.end(), b.type);
                     });
  }

  void ReceiverEntry(const Node& key, const Node& value, Receiver* receiver) {
    if (key.text == "name") {
      return;
    }
    if (key.text == "labels") {
      config::Codec<notify::TextMap>::Read(value, {}, &receiver->labels, errors_);
      const auto name = receiver->labels.find("name");
      if (name != receiver->labels.end() && name->second != receiver->name) {
        errors_.Add(value, "receiver label name must be the name of the receiver");
      }
      return;
    }
    for (const notify::ReceiverType* type : notify::ReceiverTypes()) {
      if (key.text == std::string(type->name) + "_configs") {
        return Integrations(*type, value, receiver);
      }
    }
    errors_.Add(key, "field " + key.text + " not found in type config.plain");
  }

  void Integrations(const notify::ReceiverType& type, const Node& list, Receiver* receiver) {
    if (!config::CheckSequence(list, "[]config." + std::string(type.name), errors_)) {
      return;
    }
    size_t index = 0;
    for (const NodePtr& item : list.items) {
      if (item->IsNull() && !type.null_is_empty) {
        errors_.Add(*item, "missing " + std::string(type.name) + " config");
        continue;
      }
      Integration integration{&type, notify::Sheet(&type.spec), index++};
      const size_t errors_before = errors_.size();
      integration.sheet.Read(*item, errors_);
      if (errors_.size() > errors_before) {
        continue;
      }
      if (std::string error = type.complete(config_->global, &integration.sheet); !error.empty()) {
        errors_.Add(*item, std::move(error));
        continue;
      }
      if (type.warn != nullptr) {
        if (const std::string what = type.warn(integration.sheet); !what.empty()) {
          Warn(item->position, what);
        }
      }
      InheritHttp(&integration.sheet);
      if (!folder_.empty()) {
        integration.sheet.SetFolder(folder_);
      }
      receiver->integrations.push_back(std::move(integration));
    }
  }

  void InheritHttp(notify::Sheet* sheet) const {
    if (!sheet->spec().has_http || !config_->global.has_http()) {
      return;
    }
    if (!sheet->has_http()) {
      return sheet->SetHttp(config_->global.http());
    }
    net::HttpClientConfig own = sheet->http();
    if (own.proxy.proxy_url.empty() && !own.proxy.proxy_from_environment) {
      own.proxy = config_->global.http().proxy;
      sheet->SetHttp(std::move(own));
    }
  }

  void Routes(const Node& root) {
    const Node* node = root.Find("route");
    if (node == nullptr || node->IsNull()) {
      if (errors_.empty()) {  // said only when nothing else is wrong
        errors_.Add(root, "no routes provided");
      }
      return;
    }
    config_->route = RouteReader(config_, errors_).Read(*node);
  }

  ManagerConfig* config_;
  base::FileSystem& files_;
  std::string folder_;
  ErrorList& errors_;
};

NodePtr WriteReceiver(const Receiver& receiver) {
  std::vector<std::pair<std::string, NodePtr>> entries;
  entries.emplace_back("name", config::MakeString(receiver.name));
  std::string type;
  std::vector<NodePtr> items;
  const auto flush = [&] {
    if (!items.empty()) {
      entries.emplace_back(type + "_configs", config::MakeSequence(std::move(items)));
      items.clear();
    }
  };
  for (const Integration& integration : receiver.integrations) {
    if (integration.type->name != type) {
      flush();
      type = integration.type->name;
    }
    items.push_back(integration.sheet.Write());
  }
  flush();
  return config::MakeMapping(std::move(entries));
}

}  // namespace

const Receiver* ManagerConfig::FindReceiver(std::string_view name) const {
  const auto found = std::find_if(receivers.begin(), receivers.end(),
                                  [&](const Receiver& r) { return r.name == name; });
  return found == receivers.end() ? nullptr : &*found;
}

const NamedTimeInterval* ManagerConfig::FindInterval(std::string_view name) const {
  const auto found = std::find_if(time_intervals.begin(), time_intervals.end(),
                                  [&](const NamedTimeInterval& i) { return i.name == name; });
  return found == time_intervals.end() ? nullptr : &*found;
}

std::string ManagerConfig::ToYaml() const {
  std::vector<std::pair<std::string, NodePtr>> entries;
  entries.emplace_back("global", global.Write());
  entries.emplace_back("route", WriteRoute(*route));
  if (const Node* rules = source->Find("inhibit_rules"); rules != nullptr && !rules->IsNull()) {
    entries.emplace_back("inhibit_rules", std::make_shared<const Node>(*rules));
  }
  std::vector<NodePtr> list;
  for (const Receiver& receiver : receivers) {
    list.push_back(WriteReceiver(receiver));
  }
  entries.emplace_back("receivers", config::MakeSequence(std::move(list)));
  entries.emplace_back("templates", config::Codec<std::vector<std::string>>::Write(templates));
  std::vector<NodePtr> intervals;
  for (const NamedTimeInterval& interval : time_intervals) {
    intervals.push_back(interval.source);
  }
  if (!intervals.empty()) {
    entries.emplace_back("time_intervals", config::MakeSequence(std::move(intervals)));
  }
  return config::WriteYaml(*config::MakeMapping(std::move(entries)));
}

base::Result<std::shared_ptr<const ManagerConfig>> ParseManagerConfig(
    std::string_view text, const std::string& file, const ManagerConfigOptions& options) {
  SB_ASSIGN_OR_RETURN(const NodePtr root, config::ParseYaml(text, file));
  auto config = std::make_shared<ManagerConfig>();
  config->file = file;
  config->mode = options.mode;
  config->source = root;
  ErrorList errors(file);
  ConfigReader(config.get(), options, errors).Read(*root);
  SB_RETURN_IF_ERROR(errors.ToStatus());
  return std::shared_ptr<const ManagerConfig>(std::move(config));
}

std::string_view DefaultManagerConfig() {
  return R"(# The built-in default: alerts are kept and shown, nobody is told.
route:
  receiver: nobody
  group_by: [alertname]
receivers:
- name: nobody
)";
}

}  // namespace sb::alert
