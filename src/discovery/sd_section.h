// SPDX-License-Identifier: Apache-2.0
//
// Service discovery kinds that this version reads and checks, but does not run. Each is a row of
// data: its keys with types and defaults, and a function with the checks of the reference. Reading
// gives the section as it is printed (defaults filled in, secrets masked); nothing else of it is
// kept.
//
// How to add one: a table in one of sd_kinds_*.cc and a line in UnsupportedSdKinds(). When a kind
// gets a Discoverer, its table moves to a struct with an OptionTable (discovery_configs.h).
//
// Source: Prometheus discovery/*/, the SDConfig types. Threads: tables are immutable.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "config/error_list.h"
#include "config/node.h"
#include "net/http_client_config.h"

namespace sb::discovery {

enum class SdType : uint8_t {
  kString,
  kInt,
  kBool,
  kDuration,
  kUrl,
  kSecret,
  kStrings,
  kStringMap,
  kFilters,
  kTls,
  kSection
};

struct SdField {
  const char* name;
  SdType type = SdType::kString;
  const char* fallback = "";              // printed when the key is absent
  std::span<const SdField> section = {};  // kSection: its keys
  bool repeated = false;                  // kSection: a sequence of them
};

enum class SdHttp : uint8_t { kNone, kInline };  // are HTTP client options part of the section?

class SdValues;

struct SdKind {
  const char* key;        // "consul_sd_configs"
  const char* type_name;  // in "field x not found in type …"
  SdHttp http;
  std::span<const SdField> fields;
  void (*check)(const SdValues& values);  // null: nothing to check
};

// One section while it is being checked.
class SdValues {
 public:
  SdValues(const SdKind& kind, const config::Node& node, const net::HttpClientConfig& http,
           config::ErrorList& errors)
      : kind_(kind), node_(node), http_(http), errors_(errors) {}

  // The scalar under `name`, or its default.
  std::string Text(std::string_view name) const;
  bool Has(std::string_view name) const { return !Text(name).empty(); }
  // Items of a sequence.
  size_t Count(std::string_view name) const;
  const config::Node& node() const { return node_; }
  const net::HttpClientConfig& http() const { return http_; }

  void Fail(const std::string& message) const;  // at the section
  // At the value of `name` if it is there.
  void FailAt(std::string_view name, const std::string& message) const;
  // "… requires x" for the first of `names` that is empty; true if all are there.
  bool Require(std::string_view name, const std::string& message) const;

 private:
  const SdKind& kind_;
  const config::Node& node_;
  const net::HttpClientConfig& http_;
  config::ErrorList& errors_;
};

// Checks one section and returns it as it is printed.
config::NodePtr ReadSdSection(const SdKind& kind, const config::Node& node,
                              config::ErrorList& errors);

// All of them, in the order of the reference page.
std::span<const SdKind* const> UnsupportedSdKinds();

// Parts of the list, by file.
std::span<const SdKind* const> CloudSdKinds();
std::span<const SdKind* const> HosterSdKinds();
std::span<const SdKind* const> ClusterSdKinds();

}  // namespace sb::discovery
