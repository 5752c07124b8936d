// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/stored_rules.h"

#include <gtest/gtest.h>

#include "alert/rules/alertmanager_sender.h"
#include "alert/rules/promql_language.h"
#include "base/env.h"

namespace sb::rules {
namespace {

TEST(StoredRulesTest, KeepsGroupsByNamespaceAndReplacesNamesakes) {
  auto catalog = catalog::Catalog::OpenInMemory(base::Env::Real());
  ASSERT_TRUE(catalog.ok());
  const promql::Engine engine{{}};
  const PromqlLanguage promql(engine, base::Env::Real().clock());
  StoredRules stored(**catalog, {&promql});
  ASSERT_TRUE(stored.Put("promql", "a/b", "name: g\nrules: [{record: x, expr: up}]\n").ok());
  ASSERT_TRUE(stored.Put("promql", "a/b", "name: g\nrules: [{record: y, expr: up}]\n").ok());
  ASSERT_TRUE(stored.Put("promql", "c", "name: h\nrules: [{record: z, expr: up}]\n").ok());
  EXPECT_EQ(stored.Get("promql", "a/b", "g")->rules.at(0).record, "y");
  EXPECT_EQ(stored.Compile()->size(), 2u);
  EXPECT_FALSE(stored.Put("promql", "c", "name: h\nrules: [{record: z, expr: 'up('}]\n").ok());
  EXPECT_FALSE(stored.Put("cobol", "c", "name: h\nrules: []\n").ok());
  ASSERT_TRUE(stored.DeleteNamespace("promql", "a/b").ok());
  EXPECT_EQ(stored.Delete("promql", "a/b", "g").code(), base::StatusCode::kNotFound);
  EXPECT_EQ(stored.List("promql")->size(), 1u);
}

TEST(AlertmanagerSenderTest, JsonHasWhatTheApiWants) {
  OutgoingAlert alert;
  alert.labels = model::LabelSet::FromPairs({{"alertname", "X"}, {"a", "<b>"}});
  alert.annotations = {{"summary", "s\"q"}};
  alert.starts_at_ms = 1'000;
  alert.ends_at_ms = 61'500;
  alert.generator_url = "http://x/graph";
  EXPECT_EQ(AlertsJson({alert}),
            R"([{"annotations":{"summary":"s\"q"},"endsAt":"1970-01-01T00:01:01.5Z",)"
            R"("startsAt":"1970-01-01T00:00:01Z","generatorURL":"http://x/graph",)"
            R"("labels":{"a":"\u003cb\u003e","alertname":"X"}}])");
}

TEST(AlertmanagerSenderTest, ExternalLabelsDoNotOverrideAndRelabellingMayDrop) {
  OutgoingAlert alert;
  alert.labels = model::LabelSet::FromPairs({{"alertname", "X"}, {"dc", "own"}});
  const auto sent = ForSending({alert}, {{"dc", "east"}, {"env", "prod"}}, {});
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].labels.Get("dc"), "own");
  EXPECT_EQ(sent[0].labels.Get("env"), "prod");
  model::RelabelConfig drop;
  drop.source_labels = {"alertname"};
  drop.regex = "X";
  drop.action = model::RelabelAction::kDrop;
  const auto rules = model::RelabelRules::Create({drop}, model::NameValidation::kUtf8);
  EXPECT_TRUE(ForSending({alert}, {}, *rules).empty());
}

}  // namespace
}  // namespace sb::rules
