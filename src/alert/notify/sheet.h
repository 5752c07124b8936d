// SPDX-License-Identifier: Apache-2.0
//
// A Sheet is one mapping of alertmanager.yml whose options are declared in a table: the `global`
// section, or one element of `slack_configs`. Receivers have some three hundred options, nearly all
// of them template texts, so they are kept by name.
//
//   const SheetSpec kSpec{"config.plain", {{"channel", FieldKind::kText}, …}};
//   Sheet sheet(&kSpec);
//   sheet.Read(node, errors);                // unknown keys and wrong types are errors
//   sheet.Text("channel");                   // a name that is not declared is a bug of ours
//   sheet.Write();                           // secrets as <secret>
//
// Threads: values.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alert/notify/template_data.h"
#include "base/time.h"
#include "config/error_list.h"
#include "config/node.h"
#include "net/http_client_config.h"

namespace sb::notify {

enum class FieldKind : uint8_t {
  kText,
  kSecret,
  kUrl,
  kSecretUrl,
  kBool,
  kInt,
  kDuration,
  kTextMap,
  kTree,        // checked by whoever uses it
  kSecretTree,  // values named like secrets are masked
  kTls,         // a tls_config
  // A text, or {template: TEXT, enable_update: BOOL}.
  kUpdatableText,
};

struct FieldSpec {
  std::string_view name;
  FieldKind kind = FieldKind::kText;
  std::string_view fallback = {};
  // Not shown while it has its fallback: older amtools refuse what they do not know.
  bool quiet = false;
};

struct SheetSpec {
  std::string type_name;
  std::vector<FieldSpec> fields;
  bool has_http = true;  // http_config
};

class Sheet {
 public:
  explicit Sheet(const SheetSpec* spec);

  void Read(const config::Node& node, config::ErrorList& errors);
  config::NodePtr Write() const;

  const std::string& Text(std::string_view name) const;  // the fallback when absent
  bool Has(std::string_view name) const;                 // given, and not empty
  bool Bool(std::string_view name) const { return Text(name) == "true"; }
  int64_t Int(std::string_view name) const;
  base::DurationMs Duration(std::string_view name) const;
  const TextMap& Map(std::string_view name) const;
  const config::Node* Tree(std::string_view name) const;   // null when absent
  const net::TlsConfig* Tls(std::string_view name) const;  // null when absent
  void SetTls(std::string_view name, const net::TlsConfig& tls) {
    tls_[std::string(Spec(name).name)] = tls;
  }
  // Of a kUpdatableText; true unless said.
  bool EnablesUpdate(std::string_view name) const { return !frozen_.contains(name); }
  bool Declares(std::string_view name) const { return FindSpec(name) != nullptr; }
  void Set(std::string_view name, std::string text);

  const SheetSpec& spec() const { return *spec_; }
  bool has_http() const { return http_given_; }
  const net::HttpClientConfig& http() const { return http_; }
  void SetHttp(net::HttpClientConfig http) {
    http_ = std::move(http);
    http_given_ = true;
  }
  config::Position position() const { return position_; }
  // Relative file names (…_file) are relative to `folder`.
  void SetFolder(const std::string& folder);

 private:
  const FieldSpec& Spec(std::string_view name) const;
  const FieldSpec* FindSpec(std::string_view name) const;
  void ReadField(const FieldSpec& spec, const config::Node& node, config::ErrorList& errors);
  void ReadText(const FieldSpec& spec, const config::Node& node, config::ErrorList& errors);
  void ReadTls(const FieldSpec& spec, const config::Node& node, config::ErrorList& errors);
  void ReadUpdatable(const FieldSpec& spec, const config::Node& node, config::ErrorList& errors);
  void WriteText(const FieldSpec& field,
                 std::vector<std::pair<std::string, config::NodePtr>>* entries) const;

  const SheetSpec* spec_;
  std::map<std::string, std::string, std::less<>> texts_;
  std::map<std::string, TextMap, std::less<>> maps_;
  std::map<std::string, config::NodePtr, std::less<>> trees_;
  std::map<std::string, net::TlsConfig, std::less<>> tls_;
  std::set<std::string, std::less<>> frozen_;  // texts that an update leaves as they are
  net::HttpClientConfig http_;
  bool http_given_ = false;
  config::Position position_;
};

}  // namespace sb::notify
