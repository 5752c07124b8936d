// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/provisioning.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "config/yaml_reader.h"
#include "encoding/hash.h"

namespace sb::grafana {

namespace {

constexpr int kFolderDepthMax = 8;
constexpr int kNestedFilesMax = 3;  // a ConfigMap in a list in a file
constexpr std::string_view kGrafanasFolder = "/etc/grafana/provisioning";

struct OwnSource {
  const char* uid;
  const char* name;
};
constexpr OwnSource kOwnSources[] = {{"prometheus", "Prometheus"},
                                     {"loki", "Loki"},
                                     {"tempo", "Tempo"},
                                     {"jaeger", "Jaeger"},
                                     {"elasticsearch", "Elasticsearch"},
                                     {"alertmanager", "Alertmanager"}};

bool EndsWithAny(std::string_view name, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(),
                     [name](std::string_view end) { return name.ends_with(end); });
}

std::string ScalarText(const config::Node& node, std::string_view key) {
  const config::Node* value = node.Find(key);
  return value != nullptr && value->IsScalar() ? value->text : "";
}

bool ScalarFlag(const config::Node& node, std::string_view key) {
  const std::string text = ScalarText(node, key);
  return text == "true" || text == "True" || text == "yes" || text == "on";
}

bool IsConfigMap(const config::Node& node) {
  const std::string kind = ScalarText(node, "kind");
  return kind == "ConfigMap" || kind == "Secret";
}

// Calls `use` for each file in ConfigMaps, or once for what is none.
void ForEachFile(const config::Node& node, const std::string& file, int depth,
                 const std::function<void(const std::string& name, const std::string& text)>& use) {
  const config::Node* items = node.Find("items");
  if (items != nullptr && items->IsSequence() && depth > 0) {
    for (const config::NodePtr& item : items->items) {
      ForEachFile(*item, file, depth - 1, use);
    }
    return;
  }
  for (const char* key : {"data", "stringData"}) {
    const config::Node* data = node.Find(key);
    if (data != nullptr && data->IsMapping()) {
      for (const config::Node::Entry& entry : data->entries) {
        use(file + "#" + entry.key->text, entry.value->text);
      }
    }
  }
}

bool HoldsConfigMaps(const config::Node& node) {
  const config::Node* items = node.Find("items");
  return IsConfigMap(node) || (items != nullptr && items->IsSequence() && !items->items.empty() &&
                               IsConfigMap(*items->items.front()));
}

}  // namespace

struct Provisioning::Run {
  Report report;
  std::vector<JsonDocument> sources;
  std::vector<std::string> deleted_sources;
  std::set<std::string> files;           // that exist now
  std::set<std::string> kept_providers;  // whose dashboards are not removed
  std::set<std::string> uids;
  std::vector<std::pair<std::string, std::string>> config_map_dashboards;  // file#key, text

  void Notice(const std::string& file, std::string_view what) {
    report.notices.push_back(file + ": " + std::string(what));
  }
};

std::string Provisioning::Expand(std::string_view text) {
  std::string out(text);
  for (size_t at = out.find("$__"); at != std::string::npos; at = out.find("$__", at)) {
    const size_t open = out.find('{', at);
    const size_t close = out.find('}', at);
    const std::string_view kind = std::string_view(out).substr(at, open - at);
    if (open == std::string::npos || close == std::string::npos || open > close ||
        (kind != "$__env" && kind != "$__file") || (at > 0 && out[at - 1] == '$')) {
      at += 3;
      continue;
    }
    const std::string argument = out.substr(open + 1, close - open - 1);
    std::string value;
    if (kind == "$__env") {
      value = environment_ ? environment_(argument) : "";
    } else if (const auto content = env_.files().ReadFile(argument); content.ok()) {
      value = *content;
      value.erase(value.find_last_not_of(" \r\n\t") + 1);
    }
    out.replace(at, close - at + 1, value);
    at += value.size();
  }
  return config::ExpandVariables(out, environment_);
}

std::string Provisioning::Locate(const std::string& path) {
  if (env_.files().Exists(path)) {
    return path;
  }
  if (path.starts_with(kGrafanasFolder)) {
    const std::string here = folder_ + path.substr(kGrafanasFolder.size());
    return env_.files().Exists(here) ? here : path;
  }
  const std::string below = base::JoinPath(folder_, path);
  return env_.files().Exists(below) ? below : path;
}

void Provisioning::ReadYamlFiles(
    const std::string& folder, Run* run,
    const std::function<void(const std::string& file, const config::Node&)>& use) {
  const auto names = env_.files().List(folder);
  if (!names.ok()) {
    return;  // a provisioning folder need not hold every kind
  }
  const auto parse_and_use = [&](const std::string& file, const std::string& text) {
    const auto node = config::ParseYaml(text, file);
    if (!node.ok()) {
      run->Notice(file, node.status().message());
      return;
    }
    if (!*node || (*node)->IsNull()) {
      return;
    }
    if (!HoldsConfigMaps(**node)) {
      use(file, **node);
      return;
    }
    ForEachFile(**node, file, kNestedFilesMax,
                [&](const std::string& name, const std::string& inner) {
                  if (name.ends_with(".json")) {
                    run->config_map_dashboards.emplace_back(name, inner);
                    return;
                  }
                  const auto parsed = config::ParseYaml(inner, name);
                  if (!parsed.ok()) {
                    run->Notice(name, parsed.status().message());
                  } else if (*parsed && !(*parsed)->IsNull()) {
                    use(name, **parsed);
                  }
                });
  };
  for (const std::string& name : *names) {
    const std::string path = base::JoinPath(folder, name);
    if (name.starts_with('.') || !EndsWithAny(name, {".yaml", ".yml"})) {
      continue;
    }
    const auto text = env_.files().ReadFile(path);
    if (text.ok()) {
      parse_and_use(path, *text);
    } else {
      run->Notice(path, text.status().message());
    }
  }
}

namespace {

// A YAML value as JSON; text that YAML would read as a number or a truth value becomes one.
void ToJson(const config::Node& node, const std::function<std::string(std::string_view)>& expand,
            JsonDocument& document, Json* out) {
  auto& allocator = document.GetAllocator();
  switch (node.kind) {
    case config::Node::Kind::kNull:
      out->SetNull();
      return;
    case config::Node::Kind::kMapping:
      out->SetObject();
      for (const config::Node::Entry& entry : node.entries) {
        Json value;
        ToJson(*entry.value, expand, document, &value);
        out->AddMember(Json(entry.key->text.data(),
                            static_cast<rapidjson::SizeType>(entry.key->text.size()), allocator),
                       value, allocator);
      }
      return;
    case config::Node::Kind::kSequence:
      out->SetArray();
      for (const config::NodePtr& item : node.items) {
        Json value;
        ToJson(*item, expand, document, &value);
        out->PushBack(value, allocator);
      }
      return;
    case config::Node::Kind::kScalar:
      break;
  }
  const std::string text = expand(node.text);
  if (node.plain && (text == "true" || text == "false")) {
    out->SetBool(text == "true");
    return;
  }
  if (node.plain && !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'))) {
    if (const auto number = ParseJsonText(text); number.ok() && number->IsNumber()) {
      out->CopyFrom(*number, allocator);
      return;
    }
  }
  out->SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator);
}

JsonDocument OwnSourceJson(const OwnSource& own, bool is_default) {
  JsonDocument json(rapidjson::kObjectType);
  Set(json, json, "uid", own.uid);
  Set(json, json, "name", own.name);
  Set(json, json, "type", own.uid);
  SetFlag(json, json, "isDefault", is_default);
  return json;
}

}  // namespace

void Provisioning::ReadDatasources(Run* run) {
  const auto expand = [this](std::string_view text) { return Expand(text); };
  bool has_default = false;
  std::set<std::string> taken;
  ReadYamlFiles(
      base::JoinPath(folder_, "datasources"), run,
      [&](const std::string& file, const config::Node& root) {
        if (const config::Node* gone = root.Find("deleteDatasources"); gone != nullptr) {
          for (const config::NodePtr& item : gone->items) {
            run->deleted_sources.push_back(expand(ScalarText(*item, "name")));
          }
        }
        const config::Node* list = root.Find("datasources");
        if (list == nullptr || !list->IsSequence()) {
          return;
        }
        for (const config::NodePtr& item : list->items) {
          JsonDocument json;
          ToJson(*item, expand, json, &json);
          if (!json.IsObject() || Text(json, "name").empty() || Text(json, "type").empty()) {
            run->Notice(fmt::format("{}:{}", file, item->position.line),
                        "a data source needs a name and a type");
            continue;
          }
          has_default = has_default || Flag(json, "isDefault");
          taken.insert(Text(json, "uid"));
          taken.insert(Text(json, "name"));
          run->sources.push_back(std::move(json));
        }
      });
  run->report.datasources = run->sources.size();
  for (const OwnSource& own : kOwnSources) {
    if (!taken.contains(own.uid) && !taken.contains(own.name)) {
      run->sources.push_back(OwnSourceJson(own, !has_default));
      has_default = true;
    }
  }
}

void Provisioning::ReadProviders(Run* run) {
  std::vector<Provider> providers;
  ReadYamlFiles(base::JoinPath(folder_, "dashboards"), run,
                [&](const std::string& file, const config::Node& root) {
                  const config::Node* list = root.IsSequence() ? &root : root.Find("providers");
                  if (list == nullptr || !list->IsSequence()) {
                    run->Notice(file, "holds no list of providers");
                    return;
                  }
                  for (const config::NodePtr& item : list->items) {
                    Provider provider;
                    provider.name = Expand(ScalarText(*item, "name"));
                    provider.folder_title = Expand(ScalarText(*item, "folder"));
                    provider.folder_uid = Expand(ScalarText(*item, "folderUid"));
                    provider.allow_ui_updates = ScalarFlag(*item, "allowUiUpdates");
                    provider.disable_deletion = ScalarFlag(*item, "disableDeletion");
                    if (const config::Node* options = item->Find("options"); options != nullptr) {
                      provider.path = Expand(ScalarText(*options, "path"));
                      provider.folders_from_files =
                          ScalarFlag(*options, "foldersFromFilesStructure");
                    }
                    if (provider.path.empty()) {
                      run->Notice(fmt::format("{}:{}", file, item->position.line),
                                  "the provider's options.path is missing");
                      continue;
                    }
                    provider.path = Locate(provider.path);
                    providers.push_back(std::move(provider));
                  }
                });
  for (const Provider& provider : providers) {
    ReadDashboards(provider, run);
  }
  const Provider from_config_maps{.name = "ConfigMap"};
  for (const auto& [file, text] : run->config_map_dashboards) {
    SeenFile seen;
    SaveDashboard(from_config_maps, file, text, "", &seen, run);
  }
}

void Provisioning::ReadDashboards(const Provider& provider, Run* run) {
  if (!env_.files().Exists(provider.path)) {
    run->Notice(provider.path, "the folder of the dashboard provider " + provider.name +
                                   " does not exist; its dashboards stay as they were");
    run->kept_providers.insert(provider.name);
    return;
  }
  if (provider.disable_deletion) {
    run->kept_providers.insert(provider.name);
  }
  ReadFolder(provider, provider.path, provider.folder_title, kFolderDepthMax, run);
}

void Provisioning::ReadFolder(const Provider& provider, const std::string& path,
                              const std::string& folder_title, int depth, Run* run) {
  const auto info = env_.files().Stat(path);
  if (info.ok() && !info->is_directory) {
    ReadDashboardFile(provider, path, folder_title, run);
    return;
  }
  const auto names = env_.files().List(path);
  if (!names.ok() || depth == 0) {
    run->Notice(path, names.ok() ? "folders are nested too deep" : names.status().message());
    return;
  }
  for (const std::string& name : *names) {
    if (name.starts_with('.')) {
      continue;  // also the ..data links of mounted ConfigMaps
    }
    const std::string below = base::JoinPath(path, name);
    const auto entry = env_.files().Stat(below);
    if (entry.ok() && entry->is_directory) {
      ReadFolder(provider, below, provider.folders_from_files ? name : folder_title, depth - 1,
                 run);
    } else if (entry.ok() && EndsWithAny(name, {".json", ".yaml", ".yml"})) {
      ReadDashboardFile(provider, below, folder_title, run);
    }
  }
}

void Provisioning::ReadDashboardFile(const Provider& provider, const std::string& path,
                                     const std::string& folder_title, Run* run) {
  const auto info = env_.files().Stat(path);
  if (!info.ok()) {
    return;  // gone meanwhile: the next run sees it
  }
  run->files.insert(path);
  SeenFile& seen = seen_[path];
  if (seen.size_bytes == info->size_bytes && seen.modified_ms == info->modified.Value()) {
    run->uids.insert(seen.uids.begin(), seen.uids.end());
    return;
  }
  const auto text = env_.files().ReadFile(path);
  if (!text.ok()) {
    run->Notice(path, text.status().message());
    run->uids.insert(seen.uids.begin(), seen.uids.end());
    return;
  }
  const size_t notices = run->report.notices.size();
  SeenFile fresh{info->size_bytes, info->modified.Value(), {}};
  if (path.ends_with(".json")) {
    SaveDashboard(provider, path, *text, folder_title, &fresh, run);
  } else if (const auto node = config::ParseYaml(*text, path);
             node.ok() && *node && HoldsConfigMaps(**node)) {
    std::vector<std::pair<std::string, std::string>> dashboards;
    ForEachFile(**node, path, kNestedFilesMax,
                [&](const std::string& name, const std::string& inner) {
                  if (name.ends_with(".json")) {
                    dashboards.emplace_back(name, inner);
                  }
                });
    for (const auto& [name, inner] : dashboards) {
      SaveDashboard(provider, name, inner, folder_title, &fresh, run);
    }
  }
  if (run->report.notices.size() > notices) {
    run->uids.insert(seen.uids.begin(), seen.uids.end());  // what was good before stays
    fresh.uids.insert(fresh.uids.end(), seen.uids.begin(), seen.uids.end());
  }
  seen = std::move(fresh);
}

void Provisioning::SaveDashboard(const Provider& provider, const std::string& file,
                                 std::string_view text, const std::string& folder_title,
                                 SeenFile* seen, Run* run) {
  SaveRequest request;
  base::Result<JsonDocument> dashboard = ParseJsonObject(text);
  if (!dashboard.ok()) {
    run->Notice(file, dashboard.status().message());
    return;
  }
  request.dashboard = std::move(dashboard).value();
  request.checksum = fmt::format("{:016x}", encoding::Hash64Of(text));
  // A file without a uid gets one that stays the same over restarts.
  if (Text(request.dashboard, "uid").empty() && Member(request.dashboard, "spec") == nullptr) {
    Set(request.dashboard, request.dashboard, "uid",
        fmt::format("file-{:016x}", encoding::Hash64Of(file)));
  }
  Remove(request.dashboard, "id");
  const std::string uid = Text(request.dashboard, "uid");
  if (run->uids.contains(uid)) {
    run->Notice(file, "another file provides a dashboard with the same uid: " + uid);
    return;
  }
  if (const auto known = dashboards_.Get(uid); !uid.empty() && known.ok() &&
                                               known->info.checksum == request.checksum &&
                                               known->info.provider == provider.name) {
    run->uids.insert(uid);
    seen->uids.push_back(uid);
    return;
  }
  if (!folder_title.empty()) {
    const auto folder = dashboards_.FolderOfTitle(
        folder_title, folder_title == provider.folder_title ? provider.folder_uid : "");
    if (!folder.ok()) {
      run->Notice(file, folder.status().message());
      return;
    }
    request.folder_uid = folder->uid;
  }
  request.overwrite = true;
  request.author = "provisioning";
  request.message = "Read from " + file;
  request.provider = provider.name.empty() ? "files" : provider.name;
  request.file = file;
  request.is_editable = provider.allow_ui_updates;
  const auto saved = dashboards_.Save(std::move(request));
  if (!saved.ok()) {
    run->Notice(file, saved.status().message());
    return;
  }
  run->uids.insert(saved->info.uid);
  seen->uids.push_back(saved->info.uid);
  ++run->report.dashboards_changed;
}

base::Status Provisioning::RemoveGone(Run* run) {
  for (auto it = seen_.begin(); it != seen_.end();) {
    it = run->files.contains(it->first) ? std::next(it) : seen_.erase(it);
  }
  SB_ASSIGN_OR_RETURN(const std::vector<DashboardInfo> list, dashboards_.List());
  for (const DashboardInfo& info : list) {
    if (!info.provider.empty() && !run->uids.contains(info.uid) &&
        !run->kept_providers.contains(info.provider)) {
      SB_RETURN_IF_ERROR(dashboards_.Delete(info.uid, true).status());
      ++run->report.dashboards_removed;
    }
  }
  return base::OkStatus();
}

base::Result<Provisioning::Report> Provisioning::Apply() {
  base::MutexLock lock(mutex_);
  Run run;
  ReadDatasources(&run);
  SB_RETURN_IF_ERROR(datasources_.Provision(std::move(run.sources), run.deleted_sources));
  if (!folder_.empty()) {
    ReadProviders(&run);
  }
  SB_RETURN_IF_ERROR(RemoveGone(&run));
  return std::move(run.report);
}

}  // namespace sb::grafana
