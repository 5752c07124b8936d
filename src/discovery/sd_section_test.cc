// SPDX-License-Identifier: Apache-2.0
#include "discovery/sd_section.h"

#include <gtest/gtest.h>

#include <set>

#include "config/yaml_reader.h"
#include "config/yaml_writer.h"

namespace sb::discovery {
namespace {

const SdKind& KindOf(std::string_view key) {
  for (const SdKind* kind : UnsupportedSdKinds()) {
    if (kind->key == key) {
      return *kind;
    }
  }
  ADD_FAILURE() << "no kind " << key;
  return *UnsupportedSdKinds()[0];
}

struct Outcome {
  std::string errors;
  std::string printed;
};

Outcome Read(std::string_view key, std::string_view yaml) {
  const auto node = config::ParseYaml(yaml, "f");
  EXPECT_TRUE(node.ok()) << node.status().ToString();
  config::ErrorList errors("f");
  const auto printed = ReadSdSection(KindOf(key), **node, errors);
  return {std::string(errors.ToStatus().message()), config::WriteYaml(*printed)};
}

TEST(SdSectionTest, KindsAndFieldsAreUnique) {
  std::set<std::string> keys;
  for (const SdKind* kind : UnsupportedSdKinds()) {
    EXPECT_TRUE(keys.insert(kind->key).second) << kind->key;
    std::set<std::string> names;
    for (const SdField& field : kind->fields) {
      EXPECT_TRUE(names.insert(field.name).second) << kind->key << " " << field.name;
    }
  }
  EXPECT_EQ(keys.size(), 33U);
}

TEST(SdSectionTest, PrintsDefaultsAndHidesSecrets) {
  const Outcome outcome = Read("consul_sd_configs", "token: hunter2\nservices: [a]\n");
  EXPECT_EQ(outcome.errors, "");
  EXPECT_EQ(outcome.printed,
            "server: localhost:8500\ntoken: <secret>\ntag_separator: ','\nscheme: http\n"
            "allow_stale: true\nrefresh_interval: 30s\nservices:\n- a\nfollow_redirects: true\n"
            "enable_http2: true\n");
}

TEST(SdSectionTest, KnowsNestedSectionsAndSequencesOfThem) {
  EXPECT_EQ(Read("kubernetes_sd_configs",
                 "role: pod\nnamespaces: {names: [a]}\nselectors: [{role: pod, label: \"a=b\"}]\n"
                 "attach_metadata: {node: true}\n")
                .errors,
            "");
  EXPECT_EQ(Read("kubernetes_sd_configs", "role: pod\nselectors: [{rule: pod}]\n").errors,
            "f:2:14: field rule not found in type kubernetes.plain");
  EXPECT_EQ(Read("docker_sd_configs", "host: x\nfilters: [{name: a, valus: []}]\n").errors,
            "f:2:21: field valus not found in type moby.plain");
}

TEST(SdSectionTest, ChecksTypesKeysAndRules) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"consul_sd_configs", "server: ''",
       "f:1:9: consul SD configuration requires a server address"},
      {"consul_sd_configs", "token: t\nauthorization: {credentials: c}",
       "f:1:1: at most one of consul SD token, authorization, or oauth2 can be configured"},
      {"gce_sd_configs", "project: p", "f:1:1: GCE SD configuration requires a zone"},
      {"gce_sd_configs", "tls_config: {}", "f:1:1: field tls_config not found in type gce.plain"},
      {"linode_sd_configs", "port: http",
       "f:1:7: unmarshal errors: cannot unmarshal !!str `http` into int"},
      {"linode_sd_configs", "refresh_interval: fast",
       "f:1:19: not a valid duration string: \"fast\""},
      {"linode_sd_configs", "port: 1\nport: 2",
       "f:2:1: field port already set in type linode.plain"},
      {"nerve_sd_configs", "servers: [a]\npaths: [x]",
       "f:2:8: nerve SD config paths must begin with '/': x"},
      {"kuma_sd_configs", "server: kuma",
       "f:1:9: kuma SD server must not be empty and have a scheme: kuma"},
      {"aws_sd_configs", "role: s3", "f:1:7: unknown AWS SD role \"s3\""},
      {"dockerswarm_sd_configs", "host: h", "f:1:1: role missing (one of: tasks, services, nodes)"},
      {"kubernetes_sd_configs", "role: pods", "f:1:7: unknown Kubernetes SD role \"pods\""},
      {"scaleway_sd_configs", "role: instance\nproject_id: p\nsecret_key: a\nsecret_key_file: b",
       "f:1:1: at most one of secret_key & secret_key_file must be configured"},
  };
  for (const auto& [key, yaml, error] : cases) {
    EXPECT_EQ(Read(key, yaml).errors, error) << key;
  }
}

}  // namespace
}  // namespace sb::discovery
