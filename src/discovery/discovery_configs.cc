// SPDX-License-Identifier: Apache-2.0
#include "discovery/discovery_configs.h"

#include <utility>

#include "base/env.h"
#include "config/quote.h"
#include "discovery/http_client_yaml.h"
#include "discovery/sd_section.h"

namespace sb::discovery {
namespace {

using config::ErrorList;
using config::Node;
using config::NodePtr;
using config::OptionInfo;
using config::OptionTable;
using config::Shown;

// Labels of a target group: names have to be valid.
struct LabelMapCodec {
  static void Read(const Node& node, const OptionInfo& info, LabelMap* out, ErrorList& errors) {
    config::Codec<LabelMap>::Read(node, info, out, errors);
    for (const Node::Entry& entry : node.entries) {
      if (entry.key->text.empty() || !config::IsValidUtf8(entry.key->text)) {
        errors.Add(*entry.key, config::GoQuote(entry.key->text) + " is not a valid label name");
      }
    }
  }
  static NodePtr Write(const LabelMap& value) { return config::Codec<LabelMap>::Write(value); }
  static bool IsEmpty(const LabelMap& value) { return value.empty(); }
  static std::string TypeName() { return "labels"; }
};

// `^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$`
bool IsFilePattern(const std::string& pattern) {
  const size_t dot = pattern.rfind('.');
  if (dot == pattern.npos) {
    return false;
  }
  const std::string extension = pattern.substr(dot + 1);
  bool known = false;
  for (const char* name : {"json", "yml", "yaml", "JSON", "YML", "YAML"}) {
    known = known || extension == name;
  }
  const size_t star = pattern.find('*');
  return known && (star == pattern.npos || pattern.find('/', star) == pattern.npos);
}

void CheckFileSd(const Node& node, FileSdConfig* config, ErrorList& errors) {
  if (config->files.empty()) {
    errors.Add(node, "file service discovery config must contain at least one path name");
  }
  for (const std::string& pattern : config->files) {
    if (!IsFilePattern(pattern)) {
      errors.Add(*node.Find("files"),
                 "path name " + config::GoQuote(pattern) + " is not valid for file discovery");
    }
  }
}

void CheckHttpSd(const Node& node, HttpSdConfig* config, ErrorList& errors) {
  const base::Status status = CheckHttpUrl(config->url);
  if (!status.ok()) {
    const Node* url = node.Find("url");
    errors.Add(url != nullptr ? *url : node, std::string(status.message()));
    return;
  }
  CheckHttpClient(node, &config->http, errors);
}

void CheckDnsSd(const Node& node, DnsSdConfig* config, ErrorList& errors) {
  if (config->names.empty()) {
    errors.Add(node, "DNS-SD config must contain at least one SRV record name");
    return;
  }
  std::string type = config->type;
  for (char& c : type) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (type == "A" || type == "AAAA" || type == "MX" || type == "NS") {
    if (config->port == 0) {
      errors.Add(node, "a port is required in DNS-SD configs for all record types except SRV");
    }
  } else if (type != "SRV") {
    errors.Add(*node.Find("type"), "invalid DNS-SD records type " + config->type);
  }
}

// One *_sd_configs key of a kind that is not run.
class UnsupportedOption : public config::Option {
 public:
  explicit UnsupportedOption(const SdKind& kind)
      : Option(kind.key, "list",
               {.sentence = "Read and checked; gives no targets in this version."}),
        kind_(kind) {}

  void Read(const Node& node, void* object, ErrorList& errors) const override {
    if (!config::CheckSequence(node, kind_.type_name, errors)) {
      return;
    }
    auto* configs = static_cast<DiscoveryConfigs*>(object);
    for (const NodePtr& item : node.items) {
      if (item->IsNull()) {
        errors.Add(*item, "empty or null section in " + name());
        continue;
      }
      configs->unsupported.push_back({name(), item->position, ReadSdSection(kind_, *item, errors)});
    }
  }

  NodePtr Write(const void* object) const override {
    std::vector<NodePtr> items;
    for (const auto& section : static_cast<const DiscoveryConfigs*>(object)->unsupported) {
      if (section.key == name()) {
        items.push_back(section.printed);
      }
    }
    return items.empty() ? nullptr : config::MakeSequence(std::move(items));
  }

 private:
  const SdKind& kind_;
};

}  // namespace

std::string JoinFolder(const std::string& folder, const std::string& path) {
  return path.empty() ? path : base::JoinPath(folder, path);
}

void DiscoveryConfigs::SetFolder(const std::string& folder) {
  for (FileSdConfig& config : file_sd_configs) {
    for (std::string& file : config.files) {
      file = JoinFolder(folder, file);
    }
  }
  for (HttpSdConfig& config : http_sd_configs) {
    config.http.SetFolder(folder);
  }
}

base::Status CheckTargetAddress(const std::string& address) {
  if (address.find('/') != address.npos) {
    return base::InvalidArgument(config::GoQuote(address) + " is not a valid hostname");
  }
  return base::OkStatus();
}

void CheckStaticTargets(const Node& section, ErrorList& errors) {
  const Node* groups = section.Find("static_configs");
  if (groups == nullptr) {
    return;
  }
  for (const NodePtr& group : groups->items) {
    const Node* targets = group->Find("targets");
    for (size_t i = 0; targets != nullptr && i < targets->items.size(); ++i) {
      const base::Status status = CheckTargetAddress(targets->items[i]->text);
      if (!status.ok()) {
        errors.Add(*targets->items[i], std::string(status.message()));
      }
    }
  }
}

std::vector<std::string> UnsupportedNotices(const DiscoveryConfigs& configs,
                                            const std::string& used_by, const std::string& file) {
  std::vector<std::string> notices;
  for (const UnsupportedSdConfig& section : configs.unsupported) {
    notices.push_back(file + ":" + std::to_string(section.position.line) + ": " + section.key +
                      " is not yet supported by this version; " + used_by +
                      " gets no targets from it");
  }
  return notices;
}

const OptionTable<StaticConfig>& OptionsOf(const StaticConfig*) {
  static const auto table =
      OptionTable<StaticConfig>("struct { Targets []string; Labels model.LabelSet }")
          .Add("targets", &StaticConfig::targets, {.sentence = "Addresses, host:port."})
          .AddWith<LabelMapCodec>("labels", &StaticConfig::labels,
                                  {.sentence = "Labels of every target."});
  return table;
}

const OptionTable<FileSdConfig>& OptionsOf(const FileSdConfig*) {
  static const auto table =
      OptionTable<FileSdConfig>("file.plain")
          .Add("files", &FileSdConfig::files,
               {.sentence = "Files with target groups, `.json`, `.yml` or `.yaml`; the last part "
                            "may hold `*`."})
          .Add("refresh_interval", &FileSdConfig::refresh_interval,
               {.sentence = "Files are read again at least so often.", .default_text = "5m"})
          .Check(&CheckFileSd);
  return table;
}

const OptionTable<HttpSdConfig>& OptionsOf(const HttpSdConfig*) {
  static const auto table =
      OptionTable<HttpSdConfig>("http.plain")
          .Inline(&HttpSdConfig::http,
                  OptionsOf(static_cast<const net::HttpClientConfig*>(nullptr)))
          .Add("refresh_interval", &HttpSdConfig::refresh_interval,
               {.sentence = "How often the URL is asked.", .default_text = "1m"})
          .AddWith<UrlTextCodec>("url", &HttpSdConfig::url,
                                 {.sentence = "Answers a JSON list of target groups."})
          .Check(&CheckHttpSd);
  return table;
}

const OptionTable<DnsSdConfig>& OptionsOf(const DnsSdConfig*) {
  static const auto table =
      OptionTable<DnsSdConfig>("dns.plain")
          .Add("names", &DnsSdConfig::names, {.sentence = "Names to look up."})
          .Add("refresh_interval", &DnsSdConfig::refresh_interval,
               {.sentence = "How often.", .default_text = "30s"})
          .Add("type", &DnsSdConfig::type,
               {.sentence = "SRV, A, AAAA, MX or NS.", .default_text = "SRV"})
          .Add("port", &DnsSdConfig::port,
               {.sentence = "Port of the targets, for all types but SRV.", .max = 65535})
          .Check(&CheckDnsSd);
  return table;
}

const OptionTable<DiscoveryConfigs>& OptionsOf(const DiscoveryConfigs*) {
  using Configs = DiscoveryConfigs;
  static const auto table = [] {
    auto t = OptionTable<Configs>("discovery.Configs")
                 .Add("static_configs", &Configs::static_configs,
                      {.sentence = "Targets written out.",
                       .null_item = "empty or null section in static_configs"})
                 .Add("file_sd_configs", &Configs::file_sd_configs,
                      {.sentence = "Targets from files.",
                       .null_item = "empty or null section in file_sd_configs"})
                 .Add("http_sd_configs", &Configs::http_sd_configs,
                      {.sentence = "Targets from a URL.",
                       .null_item = "empty or null section in http_sd_configs"})
                 .Add("dns_sd_configs", &Configs::dns_sd_configs,
                      {.sentence = "Targets from DNS.",
                       .null_item = "empty or null section in dns_sd_configs"});
    for (const SdKind* kind : UnsupportedSdKinds()) {
      (void)std::move(t).AddOption(std::make_shared<UnsupportedOption>(*kind));
    }
    return t;
  }();
  return table;
}

}  // namespace sb::discovery
