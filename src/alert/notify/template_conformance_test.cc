// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "alert/notify/templates.h"
#include "config/json_reader.h"
#include "config/yaml_reader.h"

namespace sb::notify {
namespace {

using config::Node;

std::string Folder() {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  return folder == nullptr ? "" : std::string(folder) + "/alertmanager/templates/";
}

std::string Text(const Node& node, std::string_view key) {
  const Node* value = node.Find(key);
  return value == nullptr ? "" : value->text;
}

TextMap Map(const Node& node, std::string_view key) {
  TextMap map;
  if (const Node* value = node.Find(key); value != nullptr) {
    for (const Node::Entry& entry : value->entries) {
      map[entry.key->text] = entry.value->text;
    }
  }
  return map;
}

gotemplate::GoTime Time(const Node& node, std::string_view key) {
  const auto time = gotemplate::ParseTime(gotemplate::kRfc3339Nano, Text(node, key), nullptr);
  EXPECT_TRUE(time.ok());
  return time.ok() ? *time : gotemplate::GoTime();
}

gotemplate::Value LoadData(const std::string& name) {
  const auto text = base::Env::Real().files().ReadFile(Folder() + "data-" + name + ".json");
  EXPECT_TRUE(text.ok());
  const auto node = config::ParseJson(*text, name);
  EXPECT_TRUE(node.ok());
  TemplateData data;
  data.receiver = Text(**node, "receiver");
  data.status = Text(**node, "status");
  data.external_url = Text(**node, "externalURL");
  data.group_labels = Map(**node, "groupLabels");
  data.common_labels = Map(**node, "commonLabels");
  data.common_annotations = Map(**node, "commonAnnotations");
  for (const config::NodePtr& alert : (*node)->Find("alerts")->items) {
    data.alerts.push_back({Text(*alert, "status"), Map(*alert, "labels"),
                           Map(*alert, "annotations"), Time(*alert, "startsAt"),
                           Time(*alert, "endsAt"), Text(*alert, "generatorURL"),
                           Text(*alert, "fingerprint")});
  }
  return MakeTemplateData(data);
}

TEST(TemplateConformanceTest, RendersAsTheReference) {
  if (Folder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto templates = Templates::Load(base::Env::Real(), {});
  ASSERT_TRUE(templates.ok()) << templates.status().ToString();
  const auto text = base::Env::Real().files().ReadFile(Folder() + "cases.yaml");
  const auto rows = config::ParseYaml(*text, "cases.yaml");
  ASSERT_TRUE(rows.ok());
  size_t good = 0;
  for (const config::NodePtr& row : (*rows)->items) {
    const std::string source = Text(*row, "text");
    const gotemplate::Value data = LoadData(Text(*row, "data"));
    const auto got = Text(*row, "type") == "html" ? (*templates)->Html(source, data)
                                                  : (*templates)->Text(source, data);
    const std::string message = got.ok() ? *got : std::string(got.status().message());
    const bool wants_error = row->Find("error") != nullptr;
    const bool ok = wants_error ? !got.ok() && message.find(Text(*row, "error")) != message.npos
                                : got.ok() && message == Text(*row, "out");
    good += ok ? 1 : 0;
    EXPECT_TRUE(ok) << source << "\n got: " << message << "\nwant: " << Text(*row, "out")
                    << Text(*row, "error");
  }
  std::printf("conformance: alertmanager/templates %zu of %zu\n", good, (*rows)->items.size());
}

TEST(TemplateConformanceTest, EmailHtmlIsTheReferences) {
  if (Folder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto templates = Templates::Load(base::Env::Real(), {});
  ASSERT_TRUE(templates.ok());
  for (const std::string name : {"one", "mixed"}) {
    const auto want = base::Env::Real().files().ReadFile(Folder() + "email-" + name + ".html");
    const auto got = (*templates)->Html(R"({{ template "email.default.html" . }})", LoadData(name));
    ASSERT_TRUE(got.ok()) << got.status().ToString();
    EXPECT_EQ(*got, *want);
  }
}

}  // namespace
}  // namespace sb::notify
