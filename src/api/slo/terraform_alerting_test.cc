// SPDX-License-Identifier: Apache-2.0
//
// Terraform's conversations about rule groups and contact points.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "alert/provisioning/alerting_api.h"
#include "api/http/testing/json_conversation.h"
#include "base/testing/simulated_env.h"

namespace sb::api {
namespace {

class TerraformAlertingTest : public testing::Test {
 protected:
  TerraformAlertingTest()
      : catalog_(std::move(catalog::Catalog::OpenInMemory(env_)).value()),
        store_(env_, *catalog_),
        alerting_(store_, [this](const std::string&) { ++changes_; }) {
    alerting_.AddRoutes(&router_);
  }
  void Play(const char* file) {
    const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
    if (folder == nullptr) {
      GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
    }
    const auto lines =
        base::Env::Real().files().ReadFile(std::string(folder) + "/terraform/" + file);
    ASSERT_TRUE(lines.ok());
    // Folders are another module's.
    const ConversationResult result = PlayConversation(router_, *lines, {"/api/v1/provisioning/"});
    for (const std::string& error : result.errors) {
      ADD_FAILURE() << error;
    }
    EXPECT_GT(changes_, 0);
    std::printf("conformance: terraform/%s %d of %d\n", file, result.good, result.steps);
  }

  base::SimulatedEnv env_{5};
  std::unique_ptr<catalog::Catalog> catalog_;
  provisioning::AlertingStore store_;
  provisioning::AlertingApi alerting_;
  net::Router router_;
  int changes_ = 0;
};

TEST_F(TerraformAlertingTest, RuleGroups) {
  Play("grafana_rule_group.jsonl");
}

TEST_F(TerraformAlertingTest, ContactPoints) {
  Play("grafana_contact_point.jsonl");
}

}  // namespace
}  // namespace sb::api
