// SPDX-License-Identifier: Apache-2.0
#include "config/option_table.h"

#include <gtest/gtest.h>

#include "config/yaml_reader.h"
#include "config/yaml_writer.h"

namespace sb::config {
namespace {

struct Limits {
  int64_t shards = 50;
  ByteSize body;
};

struct Endpoint {
  std::string url;
  bool enabled = true;
  base::DurationMs timeout{30'000};
  double factor = 0;
  Secret token;
  std::optional<Limits> limits;
  Limits inlined;
  std::vector<Limits> list;
  std::map<std::string, std::string> headers;
};

void CheckEndpoint(const Node& node, Endpoint* endpoint, ErrorList& errors) {
  if (endpoint->url.empty()) {
    errors.Add(node, "url is empty");
  }
}

const OptionTable<Limits>& OptionsOf(const Limits*) {
  static const auto table =
      OptionTable<Limits>("test.Limits")
          .Add("shards", &Limits::shards, {.sentence = "Shards.", .min = 1, .max = 100})
          .Add("body", &Limits::body);
  return table;
}

const OptionTable<Endpoint>& OptionsOf(const Endpoint*) {
  static const auto table =
      OptionTable<Endpoint>("test.Endpoint")
          .Add("url", &Endpoint::url, {.sentence = "Where to."})
          .Add("enabled", &Endpoint::enabled, {.shown = Shown::kAlways})
          .Add("timeout", &Endpoint::timeout, {.default_text = "30s"})
          .Add("factor", &Endpoint::factor)
          .Add("token", &Endpoint::token)
          .Add("limits", &Endpoint::limits)
          .Inline(&Endpoint::inlined, OptionsOf(static_cast<const Limits*>(nullptr)))
          .Add("list", &Endpoint::list, {.null_item = "empty limits"})
          .Add("headers", &Endpoint::headers)
          .Check(&CheckEndpoint);
  return table;
}

std::string Read(std::string_view yaml, Endpoint* out) {
  const auto node = ParseYaml(yaml, "f.yml");
  EXPECT_TRUE(node.ok()) << node.status().ToString();
  ErrorList errors("f.yml");
  Codec<Endpoint>::Read(**node, {}, out, errors);
  return std::string(errors.ToStatus().message());
}

TEST(OptionTableTest, ReadsIntoTheStructAndKeepsDefaults) {
  Endpoint e;
  EXPECT_EQ(Read("url: u\nenabled: no\ntoken: s3\nlimits: {body: 1MB}\nshards: 7\n"
                 "list:\n- {shards: 2}\nheaders: {a: 1}\nfactor: 2",
                 &e),
            "");
  EXPECT_EQ(e.url, "u");
  EXPECT_FALSE(e.enabled);
  EXPECT_EQ(e.timeout.Value(), 30'000);
  EXPECT_EQ(e.token.reveal(), "s3");
  EXPECT_EQ(e.limits->shards, 50);
  EXPECT_EQ(e.limits->body.bytes, 1 << 20);
  EXPECT_EQ(e.inlined.shards, 7);
  EXPECT_EQ(e.list.at(0).shards, 2);
  EXPECT_EQ(e.headers.at("a"), "1");
  EXPECT_EQ(e.factor, 2);
}

TEST(OptionTableTest, ReportsEveryMistakeWithItsPlace) {
  Endpoint e;
  EXPECT_EQ(Read("urk: u\nenabled: \"yes\"\ntimeout: 5\nfactor: x\nfactor: 1\nlimits: {shards: 0}\n"
                 "list:\n-\n- 7\nheaders: {a: 1, a: 2}\nbody: 100",
                 &e),
            "f.yml:1:1: field urk not found in type test.Endpoint\n"
            "f.yml:2:10: unmarshal errors: cannot unmarshal !!str `yes` into bool\n"
            "f.yml:3:10: not a valid duration string: \"5\"\n"
            "f.yml:4:9: unmarshal errors: cannot unmarshal !!str `x` into float64\n"
            "f.yml:5:1: field factor already set in type test.Endpoint\n"
            "f.yml:6:18: must be between 1 and 100, got 0\n"
            "f.yml:8:1: empty limits\n"
            "f.yml:9:3: unmarshal errors: cannot unmarshal !!int `7` into test.Limits\n"
            "f.yml:10:17: key \"a\" already set in map\n"
            "f.yml:11:7: units: unknown unit  in 100");
}

TEST(OptionTableTest, ChecksTheWholeOnlyWhenThePartsAreRight) {
  Endpoint e;
  EXPECT_EQ(Read("enabled: true", &e), "f.yml:1:1: url is empty");
  EXPECT_EQ(Read("nope: true", &e), "f.yml:1:1: field nope not found in type test.Endpoint");
  EXPECT_EQ(Read("[1]", &e),
            "f.yml:1:1: unmarshal errors: cannot unmarshal !!seq into test.Endpoint");
}

TEST(OptionTableTest, PrintsWithoutSecretsAndWithoutWhatIsEmpty) {
  Endpoint e;
  ASSERT_EQ(Read("url: u\ntoken: hunter2\nlist: [{shards: 3}]\nheaders: {b: x}", &e), "");
  EXPECT_EQ(WriteYaml(*Codec<Endpoint>::Write(e)),
            "url: u\nenabled: true\ntimeout: 30s\ntoken: <secret>\nshards: 50\n"
            "list:\n- shards: 3\nheaders:\n  b: x\n");
}

TEST(OptionTableTest, BoundsTheNumberOfErrors) {
  std::string yaml;
  for (int i = 0; i < 200; ++i) {
    yaml += "k" + std::to_string(i) + ": 1\n";
  }
  Endpoint e;
  const std::string errors = Read(yaml, &e);
  EXPECT_TRUE(errors.ends_with("and 150 more errors")) << errors;
}

TEST(OptionTableTest, RendersTheReferencePage) {
  EXPECT_EQ(OptionsOf(static_cast<const Limits*>(nullptr)).RenderReference(),
            "| option | type | default | limits | reload | what it does |\n"
            "|---|---|---|---|---|---|\n"
            "| `shards` | int |  | 1 to 100 | yes | Shards. |\n"
            "| `body` | size |  |  | yes |  |\n");
}

}  // namespace
}  // namespace sb::config
