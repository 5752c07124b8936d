// SPDX-License-Identifier: Apache-2.0
//
// What Terraform's Grafana provider and provisioning files do, against the conformance data
// (SIGNALBOX_CONFORMANCE_DIR); skipped without it.
#include "alert/provisioning/alerting_api.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "base/testing/simulated_env.h"

namespace sb::provisioning {
namespace {

TEST(AlertingFilesTest, RealProvisioningFilesLoadAndTheirRulesCompile) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  base::SimulatedEnv env(1);
  auto catalog = catalog::Catalog::OpenInMemory(env);
  ASSERT_TRUE(catalog.ok());
  AlertingStore store(env, **catalog);
  const std::string place = std::string(folder) + "/grafana-provisioning/alerting/";
  const auto names = base::Env::Real().files().List(place);
  ASSERT_TRUE(names.ok());
  std::vector<std::pair<std::string, std::string>> texts;
  for (const std::string& name : *names) {
    texts.emplace_back(name, *base::Env::Real().files().ReadFile(place + name));
  }
  const base::Status set = store.SetFiles(texts, [](std::string_view) { return ""; });
  EXPECT_TRUE(set.ok()) << set.ToString();
  const promql::Engine engine{{}};
  EXPECT_EQ(store.Compile(engine).size(), 1u);
  EXPECT_NE(store.AlertmanagerYaml().find("grafana-default-email"), std::string::npos);
  std::printf("conformance: grafana-provisioning/alerting %d of %zu\n",
              set.ok() ? static_cast<int>(texts.size()) : 0, texts.size());
}

}  // namespace
}  // namespace sb::provisioning
