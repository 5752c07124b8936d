// SPDX-License-Identifier: Apache-2.0
#include "api/slo/slo_api.h"

#include <gtest/gtest.h>

#include "alert/rules/memory_store.h"
#include "api/http/testing/recording_writer.h"
#include "base/testing/simulated_env.h"

namespace sb::api {
namespace {

constexpr const char* kFile =
    "slos:\n- name: a\n  service: s\n  objective: 99\n  sli:\n    ratio:\n      errors: "
    "'r{code=\"500\"}'\n      total: r\n";

class SloEndpointsTest : public testing::Test {
 protected:
  SloEndpointsTest()
      : catalog_(std::move(catalog::Catalog::OpenInMemory(env_)).value()),
        slos_({env_, store_, engine_, *catalog_}),
        api_({env_, slos_, store_, engine_, [] {}}) {
    api_.AddRoutes(&router_);
    env_.manual_clock().Set(base::TimestampMs(50 * slo::kHourMs));
  }
  net::HttpResponse Send(std::string_view method, std::string_view target,
                         std::string_view body = {}) {
    return Serve(router_, MakeRequest(method, "/api/signalbox/v1" + std::string(target), body,
                                      "application/yaml"));
  }
  void Append(std::vector<model::Label> labels, int64_t time_ms, double value) {
    model::Sample sample;
    sample.time_ms = time_ms;
    sample.value = value;
    ASSERT_TRUE(store_.Append(model::LabelSet::FromLabels(std::move(labels)), sample).ok());
  }
  // A tenth fails, in hour 40 half; then an alert fires.
  void MakeHistory() {
    double good = 0, bad = 0;
    for (int64_t minute = 0; minute < 50 * 60; ++minute) {
      const bool broken = minute / 60 == 40;
      Append({{"__name__", "r"}, {"code", "200"}}, minute * 60'000, good += broken ? 5 : 10);
      Append({{"__name__", "r"}, {"code", "500"}}, minute * 60'000, bad += broken ? 5 : 0);
      if (broken) {
        Append({{"__name__", "ALERTS"},
                {"alertname", "Down"},
                {"alertstate", "firing"},
                {"service", "s"}},
               minute * 60'000, 1);
      }
    }
  }

  base::SimulatedEnv env_{3};
  rules::MemoryStore store_;
  promql::Engine engine_{{}};
  std::unique_ptr<catalog::Catalog> catalog_;
  slo::SloService slos_;
  SloApi api_;
  net::Router router_;
};

TEST_F(SloEndpointsTest, ANameThatIsTakenIsRefusedAtItsPlace) {
  EXPECT_EQ(Send("POST", "/slos", kFile).status, 200);
  const auto again = Send("POST", "/slos", kFile);
  EXPECT_EQ(again.status, 400);
  EXPECT_NE(again.body.find("slo:2:9: there is an objective of this name and service already: s-a"),
            std::string::npos)
      << again.body;
  EXPECT_EQ(Send("PUT", "/slos/s-a", kFile).status, 200);
}

TEST_F(SloEndpointsTest, EventsNameTheAlertsOfTheirTime) {
  MakeHistory();
  ASSERT_EQ(Send("POST", "/slos", kFile).status, 200);
  slos_.Refresh();
  const std::string body = Send("GET", "/slos/s-a").body;
  EXPECT_NE(body.find(R"("alerts":[{"name":"Down","relation":"service","labels":{)"
                      R"("alertname":"Down","service":"s"},"start":"1970-01-02T16:00:00)"),
            std::string::npos)
      << body;
  EXPECT_NE(body.find(R"("alertsError":"")"), std::string::npos);
  EXPECT_NE(body.find(R"("spec":{"name":"a","service":"s","objective":99,"window":"30d",)"
                      R"("sli":{"ratio":{"errors":"r{code=\"500\"}","total":"r"}}})"),
            std::string::npos)
      << body;
}

TEST_F(SloEndpointsTest, ATrialTellsBudgetsAndAlertsBeforeAnythingIsKept) {
  MakeHistory();
  const auto reply = Send("POST", "/slos/trial?days=2", kFile);
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_NE(reply.body.find(R"("whole":{"total":2)"), std::string::npos) << reply.body;
  EXPECT_NE(reply.body.find(R"("errors":300,)"), std::string::npos) << reply.body;
  EXPECT_NE(reply.body.find(R"({"severity":"page","short":"5m","long":"1h","burnRate":14.4,)"
                            R"("fired":1,"firedInWeek":1,"firingMinutes":)"),
            std::string::npos)
      << reply.body;
  EXPECT_NE(Send("GET", "/slos").body.find(R"("slos":[])"), std::string::npos);
}

TEST_F(SloEndpointsTest, AWrongTrialSaysWhere) {
  EXPECT_EQ(Send("POST", "/slos/trial?days=x", kFile).status, 400);
  EXPECT_EQ(Send("POST", "/slos/trial?days=1000", kFile).status, 400);
  EXPECT_EQ(Send("POST", "/slos/trial", "slos: []").status, 400);
  const auto wrong =
      Send("POST", "/slos/trial", "slos:\n- name: a\n  service: s\n  objective: 100\n");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_NE(wrong.body.find("slo:4:14: objective must be above 0 and below 100: 100"),
            std::string::npos)
      << wrong.body;
}

TEST_F(SloEndpointsTest, SuggestionsComeWithAWholeFile) {
  for (int64_t minute = 0; minute < 50 * 60; ++minute) {
    Append({{"__name__", "traces_spanmetrics_calls_total"},
            {"service", "web"},
            {"span_kind", "SPAN_KIND_INTERNAL"},
            {"span_name", "cuj.pay"},
            {"status_code", "STATUS_CODE_OK"}},
           minute * 60'000, static_cast<double>(minute));
  }
  const std::string body = Send("GET", "/slo-suggestions").body;
  EXPECT_NE(body.find(R"("kind":"journey","service":"web","journey":"pay")"), std::string::npos)
      << body;
  EXPECT_NE(body.find(R"("source":"slos:\n- name: pay-availability\n)"), std::string::npos) << body;
  EXPECT_NE(body.find(R"("latency":null)"), std::string::npos) << body;
}

}  // namespace
}  // namespace sb::api
