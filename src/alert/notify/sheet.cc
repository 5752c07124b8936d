// SPDX-License-Identifier: Apache-2.0
#include "alert/notify/sheet.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/env.h"
#include "config/codec.h"
#include "config/duration.h"
#include "config/secret.h"
#include "discovery/http_client_yaml.h"

namespace sb::notify {
namespace {

using config::Node;
using config::NodePtr;

bool IsSecretName(std::string_view name) {
  for (std::string_view part : {"secret", "password", "token", "credentials"}) {
    if (name.find(part) != std::string_view::npos && !name.ends_with("_file")) {
      return true;
    }
  }
  return name == "key";
}

NodePtr Masked(const Node& node, bool secret) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return config::MakePlain("null");
    case Node::Kind::kScalar:
      return secret && !node.text.empty() ? config::MakeString(std::string(config::kSecretMask))
             : node.plain                 ? config::MakePlain(node.text)
                                          : config::MakeString(node.text);
    case Node::Kind::kSequence: {
      std::vector<NodePtr> items;
      for (const NodePtr& item : node.items) {
        items.push_back(Masked(*item, secret));
      }
      return config::MakeSequence(std::move(items));
    }
    case Node::Kind::kMapping: {
      std::vector<std::pair<std::string, NodePtr>> entries;
      for (const Node::Entry& entry : node.entries) {
        entries.emplace_back(entry.key->text, Masked(*entry.value, IsSecretName(entry.key->text)));
      }
      return config::MakeMapping(std::move(entries));
    }
  }
  return config::MakePlain("null");
}

}  // namespace

Sheet::Sheet(const SheetSpec* spec) : spec_(spec) {
  for (const FieldSpec& field : spec->fields) {
    if (!field.fallback.empty()) {
      texts_.emplace(field.name, field.fallback);
    }
  }
}

void Sheet::Read(const Node& node, config::ErrorList& errors) {
  position_ = node.position;
  if (!config::CheckMapping(node, spec_->type_name, errors)) {
    return;
  }
  for (const Node::Entry& entry : node.entries) {
    const std::string& key = entry.key->text;
    if (key == "http_config" && spec_->has_http) {
      http_given_ = !entry.value->IsNull();
      config::Codec<net::HttpClientConfig>::Read(*entry.value, {}, &http_, errors);
      continue;
    }
    const FieldSpec* spec = FindSpec(key);
    if (spec == nullptr) {
      errors.Add(*entry.key, "field " + key + " not found in type " + spec_->type_name);
      continue;
    }
    ReadField(*spec, *entry.value, errors);
  }
}

void Sheet::ReadField(const FieldSpec& spec, const Node& node, config::ErrorList& errors) {
  switch (spec.kind) {
    case FieldKind::kTextMap:
      config::Codec<TextMap>::Read(node, {}, &maps_[std::string(spec.name)], errors);
      return;
    case FieldKind::kTree:
    case FieldKind::kSecretTree:
      if (!node.IsNull()) {
        trees_[std::string(spec.name)] = std::make_shared<const Node>(node);
      }
      return;
    case FieldKind::kTls:
      return ReadTls(spec, node, errors);
    case FieldKind::kUpdatableText:
      return ReadUpdatable(spec, node, errors);
    default:
      ReadText(spec, node, errors);
  }
}

void Sheet::ReadTls(const FieldSpec& spec, const Node& node, config::ErrorList& errors) {
  if (node.IsNull()) {
    return;
  }
  net::HttpClientConfig holder;  // whose rules for TLS hold here as well
  config::Codec<net::TlsConfig>::Read(node, {}, &holder.tls_config, errors);
  if (const base::Status status = holder.Validate(); !status.ok()) {
    errors.Add(node, std::string(status.message()));
  }
  tls_[std::string(spec.name)] = std::move(holder.tls_config);
}

void Sheet::ReadUpdatable(const FieldSpec& spec, const Node& node, config::ErrorList& errors) {
  if (!node.IsMapping()) {
    return ReadText(spec, node, errors);
  }
  for (const Node::Entry& entry : node.entries) {
    if (entry.key->text == "template") {
      ReadText(spec, *entry.value, errors);
    } else if (entry.key->text == "enable_update") {
      bool enabled = true;
      config::Codec<bool>::Read(*entry.value, {}, &enabled, errors);
      if (!enabled) {
        frozen_.emplace(spec.name);
      }
    } else {
      errors.Add(*entry.key, "field " + entry.key->text + " not found in type config.plain");
    }
  }
}

void Sheet::ReadText(const FieldSpec& spec, const Node& node, config::ErrorList& errors) {
  std::string text;
  if (spec.kind == FieldKind::kBool) {
    bool value = false;
    config::Codec<bool>::Read(node, {}, &value, errors);
    text = value ? "true" : "false";
  } else if (spec.kind == FieldKind::kInt) {
    int64_t value = 0;
    config::Codec<int64_t>::Read(node, {}, &value, errors);
    text = std::to_string(value);
  } else if (spec.kind == FieldKind::kDuration) {
    base::DurationMs value;
    config::Codec<base::DurationMs>::Read(node, {}, &value, errors);
    text = std::to_string(value.Value());
  } else {
    config::Codec<std::string>::Read(node, {}, &text, errors);
  }
  const bool url = spec.kind == FieldKind::kUrl || spec.kind == FieldKind::kSecretUrl;
  if (url && !text.empty() && text.find("{{") == std::string::npos && text != config::kSecretMask) {
    const discovery::UrlParts parts = discovery::SplitUrl(text);
    if (parts.scheme != "http" && parts.scheme != "https") {
      errors.Add(node,
                 "unsupported scheme " +
                     (parts.scheme.empty() ? "\"\"" : "\"" + std::string(parts.scheme) + "\"") +
                     " for URL");
      return;
    }
    if (parts.host.empty()) {
      errors.Add(node, "missing host for URL");
      return;
    }
  }
  texts_[std::string(spec.name)] = std::move(text);
}

NodePtr Sheet::Write() const {
  std::vector<std::pair<std::string, NodePtr>> entries;
  for (const FieldSpec& field : spec_->fields) {
    const std::string name(field.name);
    if (const auto map = maps_.find(name); map != maps_.end() && !map->second.empty()) {
      entries.emplace_back(name, config::Codec<TextMap>::Write(map->second));
    } else if (const auto tree = trees_.find(name); tree != trees_.end()) {
      entries.emplace_back(name, Masked(*tree->second, false));
    }
    if (const auto tls = tls_.find(name); tls != tls_.end()) {
      entries.emplace_back(name, config::Codec<net::TlsConfig>::Write(tls->second));
    }
    WriteText(field, &entries);
  }
  if (http_given_) {
    entries.emplace_back("http_config", config::Codec<net::HttpClientConfig>::Write(http_));
  }
  return config::MakeMapping(std::move(entries));
}

void Sheet::WriteText(const FieldSpec& field,
                      std::vector<std::pair<std::string, NodePtr>>* entries) const {
  const std::string name(field.name);
  if (Text(name).empty() || (field.quiet && Text(name) == field.fallback)) {
    return;
  }
  switch (field.kind) {
    case FieldKind::kTextMap:
    case FieldKind::kTree:
    case FieldKind::kSecretTree:
    case FieldKind::kTls:
      return;
    case FieldKind::kSecret:
    case FieldKind::kSecretUrl:
      entries->emplace_back(name, config::MakeString(std::string(config::kSecretMask)));
      return;
    case FieldKind::kBool:
    case FieldKind::kInt:
      entries->emplace_back(name, config::MakePlain(Text(name)));
      return;
    case FieldKind::kDuration:
      entries->emplace_back(name, config::Codec<base::DurationMs>::Write(Duration(name)));
      return;
    case FieldKind::kUrl:
      entries->emplace_back(name, config::MakeString(discovery::RedactUrl(Text(name))));
      return;
    case FieldKind::kUpdatableText:
      if (!EnablesUpdate(name)) {
        entries->emplace_back(name,
                              config::MakeMapping({{"template", config::MakeString(Text(name))},
                                                   {"enable_update", config::MakePlain("false")}}));
        return;
      }
      [[fallthrough]];
    case FieldKind::kText:
      entries->emplace_back(name, config::MakeString(Text(name)));
  }
}

const FieldSpec* Sheet::FindSpec(std::string_view name) const {
  const auto found = std::find_if(spec_->fields.begin(), spec_->fields.end(),
                                  [&](const FieldSpec& field) { return field.name == name; });
  return found == spec_->fields.end() ? nullptr : &*found;
}

const FieldSpec& Sheet::Spec(std::string_view name) const {
  const FieldSpec* spec = FindSpec(name);
  SB_CHECK(spec != nullptr);  // not declared
  return *spec;
}

const std::string& Sheet::Text(std::string_view name) const {
  if (const auto text = texts_.find(name); text != texts_.end()) {
    return text->second;
  }
  static const std::string kEmpty;
  (void)Spec(name);
  return kEmpty;
}

bool Sheet::Has(std::string_view name) const {
  const FieldSpec& field = Spec(name);
  if (field.kind == FieldKind::kTextMap) {
    const auto map = maps_.find(name);
    return map != maps_.end() && !map->second.empty();
  }
  if (field.kind == FieldKind::kTree || field.kind == FieldKind::kSecretTree) {
    return trees_.contains(std::string(name));
  }
  if (field.kind == FieldKind::kTls) {
    return tls_.contains(name);
  }
  return !Text(name).empty();
}

const net::TlsConfig* Sheet::Tls(std::string_view name) const {
  const auto tls = tls_.find(name);
  return tls == tls_.end() ? nullptr : &tls->second;
}

int64_t Sheet::Int(std::string_view name) const {
  const std::string& text = Text(name);
  int64_t value = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

base::DurationMs Sheet::Duration(std::string_view name) const {
  return base::DurationMs(Int(name));
}

const TextMap& Sheet::Map(std::string_view name) const {
  static const TextMap kEmpty;
  const auto map = maps_.find(name);
  return map == maps_.end() ? kEmpty : map->second;
}

const Node* Sheet::Tree(std::string_view name) const {
  const auto tree = trees_.find(name);
  return tree == trees_.end() ? nullptr : tree->second.get();
}

void Sheet::Set(std::string_view name, std::string text) {
  texts_[std::string(Spec(name).name)] = std::move(text);
}

void Sheet::SetFolder(const std::string& folder) {
  for (const FieldSpec& field : spec_->fields) {
    const auto text = texts_.find(field.name);
    if (field.name.ends_with("_file") && text != texts_.end() && !text->second.empty()) {
      text->second = base::JoinPath(folder, text->second);
    }
  }
  http_.SetFolder(folder);
  for (auto& [name, tls] : tls_) {
    for (std::string* file : {&tls.ca_file, &tls.cert_file, &tls.key_file}) {
      if (!file->empty()) {
        *file = base::JoinPath(folder, *file);
      }
    }
  }
}

}  // namespace sb::notify
