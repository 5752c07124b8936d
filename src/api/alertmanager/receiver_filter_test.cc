// SPDX-License-Identifier: Apache-2.0
//
// What 0.33 and 0.34 of the reference added to the API: labels of receivers and routes, the
// parameter receiver_matchers, annotations of silences.
#include <gtest/gtest.h>

#include "api/alertmanager/testing/api_of_manager.h"

namespace sb::api {
namespace {

constexpr const char* kConfig = R"(
route:
  receiver: plain
  group_by: [alertname]
  group_wait: 1s
  labels: {tier: base}
  routes:
  - {receiver: owned, matchers: [team=web], labels: {tier: front}, continue: true}
  - {receiver: other, matchers: [team=web]}
receivers:
- {name: plain}
- {name: owned, labels: {owner: ann, region: eu}}
- {name: other, labels: {owner: bob}}
)";

class ReceiverFilterTest : public testing::Test, protected ApiOfManager {
 protected:
  ReceiverFilterTest() {
    Open();
    for (const char* team : {"web", "db"}) {
      notify::PostedAlert alert;
      alert.labels = model::LabelSet::FromPairs({{"alertname", "Full"}, {"team", team}});
      alert.ends_at = env_.clock().Now() + base::ToNs(base::Hours(9));
      EXPECT_TRUE(manager_->Put({alert}).ok());
    }
    env_.manual_clock().Advance(base::Seconds(2));
    manager_->Tick();
  }

  void Open() {
    OpenManager(kConfig);
    api_->AddRoutes(&router_);
  }

  net::HttpResponse Call(const std::string& method, const std::string& target,
                         const std::string& body = "") {
    return ApiOfManager::Call(method, "/api/v2" + target, body);
  }
  // How often `text` is in the reply.
  int Count(const std::string& target, const std::string& text) {
    const std::string body = Call("GET", target).body;
    int count = 0;
    for (size_t at = 0; (at = body.find(text, at)) != body.npos; at += text.size()) {
      ++count;
    }
    return count;
  }
};

TEST_F(ReceiverFilterTest, ReceiversAreChosenByTheirLabels) {
  EXPECT_EQ(Count("/receivers", "\"name\""), 3);
  EXPECT_EQ(Call("GET", "/receivers?receiver_matchers=owner%3D%22ann%22").body,
            R"([{"name":"owned","labels":{"owner":"ann","region":"eu"}}])"
            "\n");
  EXPECT_EQ(Count("/receivers?receiver_matchers=owner%3D~%22a.*%7Cb.*%22", "\"name\""), 2);
  EXPECT_EQ(Count("/receivers?receiver_matchers=owner%3D~%22.%2B%22&receiver_matchers=region%3Deu",
                  "\"name\""),
            1);
  EXPECT_EQ(Count("/receivers?receiver_matchers=owner%3D%22%22", "\"name\":\"plain\""), 1);
  EXPECT_EQ(Count("/receivers?receiver_matchers=owner%21%3D%22%22", "\"name\""), 2);
  const net::HttpResponse bad = Call("GET", "/receivers?receiver_matchers=%7B");
  EXPECT_EQ(bad.status, 400);
  EXPECT_NE(bad.body.find("failed to parse receiver_matchers param"), std::string::npos);
}

TEST_F(ReceiverFilterTest, AlertsAndGroupsAreChosenByLabelsOfTheirReceivers) {
  EXPECT_EQ(Count("/alerts", "\"fingerprint\""), 2);
  EXPECT_EQ(Count("/alerts?receiver_matchers=owner%3Dbob", "\"fingerprint\""), 1);
  EXPECT_EQ(Count("/alerts?receiver_matchers=owner%3Deve", "\"fingerprint\""), 0);
  EXPECT_EQ(Count("/alerts?receiver=owned&receiver_matchers=owner%3Dbob", "\"fingerprint\""), 1)
      << "each of the two holds for one of the alert's receivers";
  EXPECT_EQ(Count("/alerts/groups", "\"routeLabels\""), 3);
  EXPECT_EQ(Count("/alerts/groups?receiver_matchers=owner%3Dann",
                  R"("receiver":{"name":"owned"},"routeLabels":{"tier":"front"}})"),
            1);
  EXPECT_EQ(Count("/alerts/groups?receiver_matchers=owner%3Dann", "\"routeLabels\""), 1);
  EXPECT_EQ(Call("GET", "/alerts?receiver_matchers=%7B").status, 400);
  EXPECT_EQ(Call("GET", "/alerts/groups?receiver_matchers=%7B").status, 400);
}

TEST_F(ReceiverFilterTest, AnnotationsOfASilenceSurviveARestart) {
  const std::string silence =
      R"({"matchers":[{"name":"a","value":"b","isRegex":false}],"startsAt":"2000-01-01T00:00:00Z",)"
      R"("endsAt":"2200-01-01T00:00:00Z","createdBy":"kim","comment":"c","annotations":)";
  EXPECT_EQ(Call("POST", "/silences", silence + R"({"ticket":"OPS-1"}})").status, 200);
  EXPECT_EQ(Call("POST", "/silences", silence + R"(["ticket"]})").status, 400);
  EXPECT_EQ(Call("POST", "/silences", silence + R"({"ticket":1}})").status, 400);
  env_.KillProcess();
  Open();
  EXPECT_EQ(Count("/silences", R"("annotations":{"ticket":"OPS-1"})"), 1);
}

}  // namespace
}  // namespace sb::api
