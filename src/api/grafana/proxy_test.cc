// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "api/grafana/testing/grafana_fixture.h"

namespace sb::grafana {
namespace {

class ProxyTest : public GrafanaFixture {
 protected:
  ProxyTest() { SB_CHECK(api_.Reload().ok()); }
};

TEST_F(ProxyTest, ABuiltInSourceIsAnsweredInTheProcess) {
  const std::string path = "/api/v1/label/a%2Fb/values?match[]=x%20y";
  EXPECT_EQ(Call("GET", "/api/datasources/proxy/uid/prometheus" + path).body,
            "a/b match[]=x%20y /prometheus\n");
  EXPECT_EQ(Call("GET", "/api/datasources/uid/prometheus/resources" + path).body,
            "a/b match[]=x%20y /prometheus\n");
  const JsonDocument source = Ask("GET", "/api/datasources/uid/prometheus");
  EXPECT_EQ(
      Call("GET", "/api/datasources/proxy/" + std::to_string(Integer(source, "id")) + path).body,
      "a/b match[]=x%20y /prometheus\n");
}

TEST_F(ProxyTest, UnknownSourcesAndPathsAre404) {
  EXPECT_EQ(Call("GET", "/api/datasources/proxy/uid/none/x").status, 404);
  EXPECT_EQ(Call("GET", "/api/datasources/proxy/uid/prometheus/nothing").status, 404);
  EXPECT_EQ(Call("GET", "/api/datasources/proxy/uid/prometheus/a/..%2F..%2Fb").status, 400);
  EXPECT_EQ(Call("GET", "/api/datasources/proxy/uid/prometheus/../b").status, 400);
}

// Somebody who may add a data source must not reach the services of the machine through it.
TEST_F(ProxyTest, WhatPeopleAddReachesPublicAddressesOnly) {
  for (const char* url : {"http://127.0.0.1:1", "http://[::1]:1", "http://169.254.169.254",
                          "http://10.0.0.1", "http://[::ffff:127.0.0.1]:1"}) {
    const std::string body =
        std::string(R"({"name":"E","type":"influxdb","uid":"e","url":")") + url + "\"}";
    Ask("POST", "/api/datasources", body);
    const JsonDocument health = Ask("GET", "/api/datasources/uid/e/health", "", 400);
    EXPECT_EQ(Text(health, "status"), "ERROR");
    EXPECT_NE(Text(health, "message").find("allow"), std::string::npos) << Text(health, "message");
    Ask("DELETE", "/api/datasources/uid/e");
  }
}

TEST_F(ProxyTest, QueriesComeBackAsFrames) {
  const JsonDocument reply =
      Ask("POST", "/api/ds/query",
          R"({"from":"now-1h","to":"now","queries":[)"
          R"({"refId":"A","datasource":{"uid":"prometheus"},"expr":"rate[$__interval]"},)"
          R"({"refId":"B","expr":"bad"},)"
          R"({"refId":"C","datasource":{"uid":"tempo"},"query":"{}"}]})");
  const Json& results = reply["results"];
  EXPECT_EQ(Text(results["A"]["frames"][0]["schema"]["fields"][1]["labels"], "e"), "rate[3600ms]");
  EXPECT_EQ(Text(results["B"], "error"), "parse error");
  EXPECT_NE(Text(results["C"], "error").find("proxy/uid/tempo"), std::string::npos);
  EXPECT_EQ(Call("POST", "/api/ds/query", R"({"queries":[]})").status, 400);
}

TEST_F(ProxyTest, HealthSaysWhoAnswers) {
  EXPECT_EQ(Text(Ask("GET", "/api/datasources/uid/loki/health", "", 400), "message"),
            "Signalbox does not serve loki queries yet");
}

}  // namespace
}  // namespace sb::grafana
