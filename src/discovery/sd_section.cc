// SPDX-License-Identifier: Apache-2.0
#include "discovery/sd_section.h"

#include <set>
#include <utility>
#include <vector>

#include "base/time.h"
#include "config/codec.h"
#include "config/option_table.h"
#include "discovery/http_client_yaml.h"

namespace sb::discovery {
namespace {

using config::Codec;
using config::ErrorList;
using config::Node;
using config::NodePtr;
using Entries = std::vector<std::pair<std::string, NodePtr>>;

constexpr SdField kFilterFields[] = {{"name"}, {"values", SdType::kStrings}};

NodePtr ReadFields(const char* type_name, std::span<const SdField> fields, const Node& node,
                   net::HttpClientConfig* http, ErrorList& errors);

template <typename T>
NodePtr ReadAs(const Node& node, ErrorList& errors) {
  T value{};
  Codec<T>::Read(node, {}, &value, errors);
  return Codec<T>::IsEmpty(value) ? nullptr : Codec<T>::Write(value);
}

NodePtr ReadSection(const char* type_name, const SdField& field, const Node& node,
                    ErrorList& errors) {
  const auto fields =
      field.type == SdType::kFilters ? std::span<const SdField>(kFilterFields) : field.section;
  if (field.type != SdType::kFilters && !field.repeated) {
    return ReadFields(type_name, fields, node, nullptr, errors);
  }
  if (!config::CheckSequence(node, type_name, errors)) {
    return nullptr;
  }
  std::vector<NodePtr> items;
  for (const NodePtr& item : node.items) {
    items.push_back(ReadFields(type_name, fields, *item, nullptr, errors));
  }
  return items.empty() ? nullptr : config::MakeSequence(std::move(items));
}

NodePtr ReadUrl(const Node& node, ErrorList& errors) {
  std::string url;
  UrlTextCodec::Read(node, {}, &url, errors);
  return url.empty() ? nullptr : UrlTextCodec::Write(url);
}

// Null pointer: nothing worth printing.
NodePtr ReadField(const char* type_name, const SdField& field, const Node& node,
                  ErrorList& errors) {
  switch (field.type) {
    case SdType::kString:
      return ReadAs<std::string>(node, errors);
    case SdType::kInt:
      return ReadAs<int64_t>(node, errors);
    case SdType::kBool: {
      bool value = false;
      Codec<bool>::Read(node, {}, &value, errors);
      return Codec<bool>::Write(value);
    }
    case SdType::kDuration:
      return ReadAs<base::DurationMs>(node, errors);
    case SdType::kUrl:
      return ReadUrl(node, errors);
    case SdType::kSecret:
      return ReadAs<config::Secret>(node, errors);
    case SdType::kStrings:
      return ReadAs<std::vector<std::string>>(node, errors);
    case SdType::kStringMap:
      return ReadAs<std::map<std::string, std::string>>(node, errors);
    case SdType::kTls:
      return ReadAs<net::TlsConfig>(node, errors);
    case SdType::kFilters:
    case SdType::kSection:
      return ReadSection(type_name, field, node, errors);
  }
  return nullptr;
}

// Reads the keys that belong to the HTTP client; false when `key` is none of them.
bool ReadHttpOption(const Node::Entry& entry, net::HttpClientConfig* http, ErrorList& errors) {
  if (http == nullptr) {
    return false;
  }
  const auto& table = OptionsOf(static_cast<const net::HttpClientConfig*>(nullptr));
  for (const config::OptionPtr& option : table.options()) {
    if (option->name() == entry.key->text) {
      option->Read(*entry.value, http, errors);
      return true;
    }
  }
  return false;
}

NodePtr DefaultOf(const SdField& field) {
  if (*field.fallback == '\0') {
    return nullptr;
  }
  const bool plain =
      field.type == SdType::kInt || field.type == SdType::kBool || field.type == SdType::kDuration;
  return plain ? config::MakePlain(field.fallback) : config::MakeString(field.fallback);
}

NodePtr ReadFields(const char* type_name, std::span<const SdField> fields, const Node& node,
                   net::HttpClientConfig* http, ErrorList& errors) {
  if (!node.IsMapping() && !node.IsNull()) {
    config::AddTypeError(node, type_name, errors);
    return config::MakeMapping({});
  }
  std::vector<NodePtr> values(fields.size());
  std::set<std::string_view> seen;
  for (const Node::Entry& entry : node.entries) {
    const std::string& key = entry.key->text;
    size_t i = 0;
    while (i < fields.size() && fields[i].name != key) {
      ++i;
    }
    if (!seen.insert(key).second) {
      errors.Add(*entry.key, "field " + key + " already set in type " + type_name);
    } else if (i < fields.size()) {
      values[i] = ReadField(type_name, fields[i], *entry.value, errors);
    } else if (!ReadHttpOption(entry, http, errors)) {
      errors.Add(*entry.key, "field " + key + " not found in type " + type_name);
    }
  }
  Entries printed;
  for (size_t i = 0; i < fields.size(); ++i) {
    NodePtr value =
        values[i] == nullptr && !seen.contains(fields[i].name) ? DefaultOf(fields[i]) : values[i];
    if (value != nullptr) {
      printed.emplace_back(fields[i].name, std::move(value));
    }
  }
  return config::MakeMapping(std::move(printed));
}

// The section's own keys and then those of the HTTP client.
NodePtr WithHttp(const NodePtr& fields, const net::HttpClientConfig& http) {
  auto whole = std::make_shared<Node>(*fields);
  const NodePtr client = Codec<net::HttpClientConfig>::Write(http);
  whole->entries.insert(whole->entries.end(), client->entries.begin(), client->entries.end());
  return whole;
}

}  // namespace

std::string SdValues::Text(std::string_view name) const {
  if (const Node* value = node_.Find(name)) {
    return value->text;
  }
  for (const SdField& field : kind_.fields) {
    if (field.name == name) {
      return field.fallback;
    }
  }
  return "";
}

size_t SdValues::Count(std::string_view name) const {
  const Node* value = node_.Find(name);
  return value == nullptr ? 0 : value->items.size();
}

void SdValues::Fail(const std::string& message) const {
  errors_.Add(node_, message);
}

void SdValues::FailAt(std::string_view name, const std::string& message) const {
  const Node* value = node_.Find(name);
  errors_.Add(value != nullptr ? *value : node_, message);
}

bool SdValues::Require(std::string_view name, const std::string& message) const {
  if (Has(name)) {
    return true;
  }
  FailAt(name, message);
  return false;
}

NodePtr ReadSdSection(const SdKind& kind, const Node& node, ErrorList& errors) {
  const size_t errors_before = errors.size();
  net::HttpClientConfig http;
  const bool has_http = kind.http == SdHttp::kInline;
  NodePtr printed =
      ReadFields(kind.type_name, kind.fields, node, has_http ? &http : nullptr, errors);
  if (errors.size() > errors_before) {
    return printed;
  }
  // The kind's own checks come first: they look at what Validate() rewrites.
  if (kind.check != nullptr) {
    kind.check(SdValues(kind, node, http, errors));
  }
  if (has_http) {
    if (errors.size() == errors_before) {
      CheckHttpClient(node, &http, errors);
    }
    printed = WithHttp(printed, http);
  }
  return printed;
}

std::span<const SdKind* const> UnsupportedSdKinds() {
  static const auto all = [] {
    std::vector<const SdKind*> kinds;
    for (const auto part : {CloudSdKinds(), HosterSdKinds(), ClusterSdKinds()}) {
      kinds.insert(kinds.end(), part.begin(), part.end());
    }
    return kinds;
  }();
  return all;
}

}  // namespace sb::discovery
