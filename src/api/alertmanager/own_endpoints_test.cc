// SPDX-License-Identifier: Apache-2.0
//
// Acknowledgement, route test, history over HTTP, on a simulated clock.
#include <gtest/gtest.h>

#include "api/alertmanager/testing/api_of_manager.h"
#include "config/json_reader.h"

namespace sb::api {
namespace {

constexpr const char* kConfig = R"(
route:
  receiver: first
  group_by: [alertname]
  group_wait: 1s
  routes:
  - {matchers: ['team="night"'], receiver: second, repeat_interval: 1h}
receivers:
- {name: first, webhook_configs: [{url: "http://hook.example/first"}]}
- {name: second, webhook_configs: [{url: "http://hook.example/second"}]}
time_intervals:
- {name: always, time_intervals: [{times: [{start_time: "00:00", end_time: "24:00"}]}]}
)";
constexpr const char* kEscalations =
    "escalations:\n- {name: p, matchers: ['team=\"night\"'], steps: [{after: 10m, receiver: "
    "first}]}\n";

class OwnEndpointsTest : public testing::Test, protected ApiOfManager {
 protected:
  OwnEndpointsTest() {
    OpenManager(kConfig, kEscalations);
    api_->AddOwnRoutes(&router_);
    notify::PostedAlert alert;
    alert.labels = model::LabelSet::FromPairs({{"alertname", "Full"}, {"team", "night"}});
    alert.starts_at = env_.clock().Now();
    alert.ends_at = env_.clock().Now() + base::ToNs(base::Hours(9));
    EXPECT_TRUE(manager_->Put({alert}).ok());
    fingerprint_ = notify::FingerprintText(notify::Fingerprint(alert.labels));
    env_.manual_clock().Advance(base::Seconds(2));
    manager_->Tick();
  }

  std::string fingerprint_;
};

TEST_F(OwnEndpointsTest, AcknowledgementIsShownAndTakenBack) {
  const std::string path = "/alerts/" + fingerprint_ + "/acknowledgement";
  EXPECT_EQ(Call("PUT", path, "{}").status, 400);
  EXPECT_EQ(Call("PUT", "/alerts/0000000000000000/acknowledgement", R"({"by":"kim"})").status, 404);
  EXPECT_EQ(Call("PUT", "/alerts/xyz/acknowledgement", R"({"by":"kim"})").status, 400);
  EXPECT_EQ(Call("PUT", path, R"({"by":"kim","comment":"looking"})").status, 204);
  const std::string list = Call("GET", "/alerts").body;
  EXPECT_NE(list.find(R"("acknowledgement":{"by":"kim","comment":"looking","at":")"),
            std::string::npos)
      << list;
  EXPECT_EQ(Call("DELETE", path).status, 204);
  EXPECT_EQ(Call("DELETE", path).status, 404);
  EXPECT_NE(Call("GET", "/alerts").body.find(R"("acknowledgement":null)"), std::string::npos);
}

TEST_F(OwnEndpointsTest, EscalationStateIsShown) {
  EXPECT_NE(Call("GET", "/alerts").body.find(R"("after":"10m","dueAt":")"), std::string::npos);
  EXPECT_NE(Call("GET", "/alerts").body.find(R"("toldAt":null)"), std::string::npos);
  env_.manual_clock().Advance(base::Minutes(11));
  manager_->Tick();
  EXPECT_EQ(Call("GET", "/alerts").body.find(R"("toldAt":null)"), std::string::npos);
  const std::string told = Call("GET", "/notifications?outcome=escalated").body;
  EXPECT_NE(told.find(R"("receiver":"first")"), std::string::npos) << told;
}

TEST_F(OwnEndpointsTest, OneAlertHasItsRoutesAndHistory) {
  const net::HttpResponse reply = Call("GET", "/alerts/" + fingerprint_);
  ASSERT_EQ(reply.status, 200);
  const auto root = config::ParseJson(reply.body, "reply");
  ASSERT_TRUE(root.ok()) << reply.body;
  EXPECT_EQ((*root)->Find("routes")->items[0]->Find("receiver")->text, "second");
  EXPECT_EQ((*root)->Find("notifications")->items[0]->Find("outcome")->text, "sent");
  EXPECT_EQ((*root)->Find("labels")->Find(fingerprint_)->Find("team")->text, "night");
  EXPECT_EQ(Call("GET", "/alerts/0000000000000000").status, 404);
}

TEST_F(OwnEndpointsTest, NotificationsAreFiltered) {
  const auto count = [&](const std::string& query) {
    const auto root = config::ParseJson(Call("GET", "/notifications" + query).body, "reply");
    return root.ok() ? (*root)->Find("notifications")->items.size() : 99;
  };
  EXPECT_EQ(count(""), 1u);
  EXPECT_EQ(count("?receiver=second&outcome=sent&fingerprint=" + fingerprint_), 1u);
  EXPECT_EQ(count("?receiver=first"), 0u);
  EXPECT_EQ(count("?outcome=failed"), 0u);
  EXPECT_EQ(count("?to=1999-01-01T00:00:00Z"), 0u);
  EXPECT_EQ(count("?limit=0"), 0u);
  EXPECT_EQ(Call("GET", "/notifications?from=yesterday").status, 400);
  EXPECT_EQ(Call("GET", "/notifications?limit=many").status, 400);
}

TEST_F(OwnEndpointsTest, RoutesAreShownAndTested) {
  const std::string tree = Call("GET", "/routes").body;
  EXPECT_NE(tree.find(R"("matchers":["team=\"night\""])"), std::string::npos) << tree;
  EXPECT_NE(tree.find(R"("escalations":[{"name":"p")"), std::string::npos);
  EXPECT_NE(tree.find(R"({"name":"always","activeNow":true})"), std::string::npos);
  const std::string test = Call("POST", "/routes/test", R"({"labels":{"team":"night"}})").body;
  EXPECT_NE(test.find(R"("receiver":"second","integrations":["webhook[0]"])"), std::string::npos)
      << test;
  EXPECT_NE(Call("POST", "/routes/test", R"({"labels":{"team":"day"}})")
                .body.find(R"("receiver":"first")"),
            std::string::npos);
  EXPECT_EQ(Call("POST", "/routes/test", R"({"labels":{}})").status, 400);
  EXPECT_EQ(Call("POST", "/routes/test", R"({"labels":{"a":"b"},"at":"noon"})").status, 400);
  EXPECT_EQ(Call("POST", "/routes/test", "{").status, 400);
}

}  // namespace
}  // namespace sb::api
