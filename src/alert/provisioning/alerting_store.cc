// SPDX-License-Identifier: Apache-2.0
#include "alert/provisioning/alerting_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "alert/provisioning/node_read.h"
#include "base/log.h"
#include "config/duration.h"
#include "config/expand.h"
#include "config/json_reader.h"
#include "config/json_writer.h"
#include "config/yaml_reader.h"
#include "template/go_time.h"

namespace sb::provisioning {
namespace {

using config::Node;
using config::NodePtr;

constexpr catalog::CollectionSpec kDocuments{.name = "grafana_alerting", .history_max = 20};
constexpr char kSeparator = '\x1f';

base::Result<Document> Read(const catalog::Document& stored) {
  SB_ASSIGN_OR_RETURN(NodePtr body, config::ParseJson(stored.body, stored.id));
  return Document{stored.id.substr(stored.id.find(kSeparator) + 1), stored.message,
                  std::move(body)};
}

NodePtr Expanded(const NodePtr& node, const config::VariableLookup& environment) {
  auto copy = std::make_shared<Node>(*node);
  if (copy->IsScalar()) {
    copy->text = config::ExpandVariables(copy->text, environment);
  }
  for (NodePtr& item : copy->items) {
    item = Expanded(item, environment);
  }
  for (Node::Entry& entry : copy->entries) {
    entry.value = Expanded(entry.value, environment);
  }
  return copy;
}

}  // namespace

base::Result<std::vector<Document>> AlertingStore::List(const std::string& kind) const {
  std::vector<Document> documents;
  {
    base::MutexLock lock(mutex_);
    if (const auto files = files_.find(kind); files != files_.end()) {
      documents = files->second;
    }
  }
  catalog::ListOptions options;
  options.key = kind;
  SB_ASSIGN_OR_RETURN(auto stored, catalog_.List(kDocuments, options));
  std::sort(stored.begin(), stored.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  for (const catalog::Document& one : stored) {
    SB_ASSIGN_OR_RETURN(Document document, Read(one));
    documents.push_back(std::move(document));
  }
  return documents;
}

base::Result<Document> AlertingStore::Get(const std::string& kind, const std::string& id) const {
  {
    base::MutexLock lock(mutex_);
    if (const auto files = files_.find(kind); files != files_.end()) {
      for (const Document& document : files->second) {
        if (document.id == id) {
          return document;
        }
      }
    }
  }
  SB_ASSIGN_OR_RETURN(const catalog::Document stored,
                      catalog_.Get(kDocuments, kind + kSeparator + id));
  return Read(stored);
}

base::Status AlertingStore::Put(const std::string& kind, const Document& document) {
  catalog::PutRequest request;
  request.id = kind + kSeparator + document.id;
  request.key = kind;
  request.message = document.provenance;
  request.body = config::WriteJson(*document.body);
  return catalog_.Put(kDocuments, request).status();
}

base::Status AlertingStore::Delete(const std::string& kind, const std::string& id) {
  return catalog_.Delete(kDocuments, kind + kSeparator + id);
}

std::string AlertingStore::NewUid() {
  return fmt::format("{:014x}", env_.random().Next64() >> 8);
}

std::string AlertingStore::NowText() const {
  return gotemplate::FormatTime(gotemplate::GoTime::FromNs(env_.clock().Now()),
                                gotemplate::kRfc3339Nano);
}

base::Status AlertingStore::SetFiles(const std::vector<std::pair<std::string, std::string>>& texts,
                                     const config::VariableLookup& environment) {
  std::map<std::string, std::vector<Document>> files;
  const auto each = [](const Node& root, std::string_view key, auto&& use) -> base::Status {
    const Node* list = root.Find(key);
    for (size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
      SB_RETURN_IF_ERROR(use(*list->items[i]));
    }
    return base::OkStatus();
  };
  for (const auto& [name, text] : texts) {
    SB_ASSIGN_OR_RETURN(const NodePtr raw, config::ParseYaml(text, name));
    // Templates of rules hold `$labels`: their groups are not expanded.
    const NodePtr root = Expanded(raw, environment);
    const base::Status groups_read = each(*raw, "groups", [&](const Node& group) -> base::Status {
      const std::string folder = TextAt(group, "folder"), group_name = TextAt(group, "name");
      return each(group, "rules", [&](const Node& rule) -> base::Status {
        NodePtr body = With(rule, "folderUID", config::MakeString(folder));
        body = With(*body, "ruleGroup", config::MakeString(group_name));
        const auto read = ReadGrafanaRule(*body);
        SB_RETURN_IF_ERROR(read.status().WithPrefix(
            fmt::format("{}:{}:{}", name, rule.position.line, rule.position.column)));
        const std::string uid = read->uid.empty() ? folder + "-" + read->title : read->uid;
        const auto interval = config::ParseDuration(TextAt(group, "interval"));
        if (interval.ok()) {
          files["group"].push_back(
              {folder + kSeparator + group_name, "file",
               config::MakeMapping(
                   {{"interval", config::MakePlain(std::to_string(interval->Value() / 1000))}})});
        }
        files["rule"].push_back({uid, "file", With(*body, "uid", config::MakeString(uid))});
        return base::OkStatus();
      });
    });
    SB_RETURN_IF_ERROR(groups_read);
    const base::Status points_read =
        each(*root, "contactPoints", [&](const Node& point) -> base::Status {
          return each(point, "receivers", [&](const Node& receiver) -> base::Status {
            files["contact-point"].push_back(
                {TextAt(receiver, "uid"), "file",
                 With(receiver, "name", config::MakeString(TextAt(point, "name")))});
            return base::OkStatus();
          });
        });
    SB_RETURN_IF_ERROR(points_read);
    const base::Status policies_read =
        each(*root, "policies", [&](const Node& policy) -> base::Status {
          files["policy"] = {{"policy", "file", std::make_shared<Node>(policy)}};
          return base::OkStatus();
        });
    SB_RETURN_IF_ERROR(policies_read);
    const base::Status timings_read =
        each(*root, "muteTimes", [&](const Node& timing) -> base::Status {
          files["mute-timing"].push_back(
              {TextAt(timing, "name"), "file", std::make_shared<Node>(timing)});
          return base::OkStatus();
        });
    SB_RETURN_IF_ERROR(timings_read);
    const base::Status templates_read =
        each(*root, "templates", [&](const Node& one) -> base::Status {
          files["template"].push_back({TextAt(one, "name"), "file", std::make_shared<Node>(one)});
          return base::OkStatus();
        });
    SB_RETURN_IF_ERROR(templates_read);
  }
  base::MutexLock lock(mutex_);
  files_ = std::move(files);
  return base::OkStatus();
}

int64_t AlertingStore::IntervalOf(const std::string& folder, const std::string& group) const {
  const auto document = Get("group", folder + kSeparator + group);
  return document.ok() ? IntAt(*document->body, "interval", 60) : 60;
}

std::vector<rules::GroupDefinition> AlertingStore::Compile(const promql::Engine& engine) const {
  std::vector<rules::GroupDefinition> groups;
  const auto documents = List("rule");
  if (!documents.ok()) {
    SB_LOG(kError, "rules of Grafana's API cannot be read",
           {"error", documents.status().message()});
    return groups;
  }
  std::map<std::pair<std::string, std::string>, std::vector<GrafanaRule>> by_group;
  for (const Document& document : *documents) {
    auto rule = ReadGrafanaRule(*document.body);
    if (rule.ok()) {
      by_group[{rule->folder, rule->group}].push_back(*std::move(rule));
    }
  }
  for (const auto& [key, rules] : by_group) {
    auto group =
        CompileGrafanaGroup(key.first, key.second, base::Seconds(IntervalOf(key.first, key.second)),
                            rules, engine, env_.clock());
    if (group.ok()) {
      groups.push_back(*std::move(group));
    } else {
      SB_LOG(kError, "a Grafana rule group cannot be evaluated", {"folder", key.first},
             {"group", key.second}, {"error", group.status().message()});
    }
  }
  return groups;
}

}  // namespace sb::provisioning
