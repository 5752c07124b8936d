// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "api/http/testing/json_conversation.h"
#include "api/http/testing/recording_writer.h"
#include "api/slo/slo_api.h"
#include "base/testing/simulated_env.h"

namespace sb::api {
namespace {

class EmptyStore final : public store::QuerierFactory {
 public:
  base::Result<std::unique_ptr<store::Querier>> NewQuerier(base::TimeRange) override {
    return base::Unavailable("no store in this test");
  }
};

class SloApiTest : public testing::Test {
 protected:
  SloApiTest()
      : catalog_(std::move(catalog::Catalog::OpenInMemory(env_)).value()),
        slos_({env_, store_, engine_, *catalog_}),
        api_({env_, slos_, store_, engine_, [this] { ++changes_; }}) {
    api_.AddRoutes(&router_);
  }
  net::HttpResponse Send(std::string_view method, std::string_view target,
                         std::string_view body = {}) {
    return Serve(router_, MakeRequest(method, target, body, "application/json"));
  }

  base::SimulatedEnv env_{3};
  EmptyStore store_;
  promql::Engine engine_{{}};
  std::unique_ptr<catalog::Catalog> catalog_;
  slo::SloService slos_;
  SloApi api_;
  net::Router router_;
  int changes_ = 0;
};

TEST_F(SloApiTest, TerraformAppliesAnSloAndSeesNoDifference) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto lines = base::Env::Real().files().ReadFile(std::string(folder) +
                                                        "/terraform/grafana_slo-freeform.jsonl");
  ASSERT_TRUE(lines.ok());
  const ConversationResult result = PlayConversation(router_, *lines, {});
  for (const std::string& error : result.errors) {
    ADD_FAILURE() << error;
  }
  std::printf("conformance: terraform/grafana_slo %d of %d\n", result.good, result.steps);
}

TEST_F(SloApiTest, NativeSloIsCreatedShownChangedAndDeleted) {
  const std::string file =
      "slos: [{name: a, service: s, objective: 99, sli: {ratio: {errors: e, total: t}}}]";
  EXPECT_EQ(Send("POST", "/api/signalbox/v1/slos", file).body,
            R"({"status":"success","data":{"id":"s-a"}})");
  EXPECT_NE(Send("GET", "/api/signalbox/v1/slos").body.find(R"("id":"s-a")"), std::string::npos);
  const std::string one = Send("GET", "/api/signalbox/v1/slos/s-a").body;
  EXPECT_NE(one.find(R"("burnDown":[])"), std::string::npos) << one;
  EXPECT_EQ(Send("PUT", "/api/signalbox/v1/slos/s-a", "slos: []").status, 400);
  EXPECT_EQ(Send("DELETE", "/api/signalbox/v1/slos/s-a").status, 200);
  EXPECT_EQ(Send("GET", "/api/signalbox/v1/slos/s-a").status, 404);
  EXPECT_EQ(changes_, 2);
}

TEST_F(SloApiTest, PreviewShowsTheRules) {
  const auto reply = Send("POST", "/api/signalbox/v1/slos/preview",
                          "slos: [{name: a, service: s, objective: 99, sli: {ratio: {errors: e, "
                          "total: t}}}]");
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(reply.body.find("slo:sli_error:ratio_rate5m"), std::string::npos);
}

TEST_F(SloApiTest, ReportComesAsJsonCsvAndPdf) {
  EXPECT_EQ(Send("GET", "/api/signalbox/v1/slo-report").body,
            R"({"status":"success","data":{"lines":[]}})");
  EXPECT_EQ(Send("GET", "/api/signalbox/v1/slo-report?format=csv").headers.Get("Content-Type"),
            "text/csv; charset=utf-8");
  EXPECT_TRUE(Send("GET", "/api/signalbox/v1/slo-report?format=pdf").body.starts_with("%PDF"));
  EXPECT_EQ(Send("GET", "/api/signalbox/v1/slo-report?from=5&to=1").status, 400);
}

}  // namespace
}  // namespace sb::api
