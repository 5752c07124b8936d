// SPDX-License-Identifier: Apache-2.0
#include "api/anomaly/anomaly_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alert/rules/memory_store.h"
#include "api/http/testing/recording_writer.h"
#include "base/testing/simulated_env.h"

namespace sb::api {
namespace {

using testing::HasSubstr;

class AnomalyApiTest : public testing::Test {
 protected:
  AnomalyApiTest()
      : catalog_(std::move(catalog::Catalog::OpenInMemory(env_)).value()),
        service_({env_, store_, store_, engine_, *catalog_}),
        api_({env_.clock(), service_, store_, engine_}) {
    api_.AddRoutes(&router_);
    for (int64_t at = 0; at < 48 * anomaly::kHourMs; at += 60'000) {
      model::Sample sample;
      sample.time_ms = at;
      sample.value = static_cast<double>(at / 60'000 % 7);
      EXPECT_TRUE(
          store_.Append(model::LabelSet::FromPairs({{"__name__", "load"}, {"host", "a"}}), sample)
              .ok());
    }
    env_.manual_clock().Set(base::TimestampMs(48 * anomaly::kHourMs));
  }
  net::HttpResponse Get(std::string_view target) {
    return Serve(router_, MakeRequest("GET", target, "", ""));
  }

  base::SimulatedEnv env_{3};
  rules::MemoryStore store_;
  promql::Engine engine_{{}};
  std::unique_ptr<catalog::Catalog> catalog_;
  anomaly::AnomalyService service_;
  AnomalyApi api_;
  net::Router router_;
};

TEST_F(AnomalyApiTest, ListsJobsAndHowTheyStand) {
  anomaly::AnomalySpec spec;
  spec.name = "shop";
  spec.query = "load";
  service_.Configure({spec});
  EXPECT_THAT(Get("/api/signalbox/v1/anomalies").body, HasSubstr("\"evaluatedAt\":null"));
  service_.Run();
  const net::HttpResponse reply = Get("/api/signalbox/v1/anomalies");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("\"labels\":{\"host\":\"a\"}"));
  EXPECT_THAT(reply.body, HasSubstr("\"outside\":false"));
}

TEST_F(AnomalyApiTest, GivesBandsAndNamesBadParameters) {
  const std::string base = "/api/signalbox/v1/anomaly-bands?query=load";
  const net::HttpResponse reply = Get(base + "&start=150000&end=165600&step=1h");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body,
              HasSubstr("\"metric\":{\"host\":\"a\"},\"hours\":45,\"points\":[[150000"));
  for (const char* bad : {"&season=month", "&sensitivity=0", "&sensitivity=x", "&floor=-1",
                          "&step=x", "&start=9&end=8", "&query=1"}) {
    const bool is_query = std::string_view(bad) == "&query=1";
    EXPECT_EQ(Get(is_query ? "/api/signalbox/v1/anomaly-bands?query=1" : base + bad).status, 400)
        << bad;
  }
}

}  // namespace
}  // namespace sb::api
