// SPDX-License-Identifier: Apache-2.0
#include "ingest/lines/json_lines_endpoint.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "ingest/lines/journal_endpoint.h"
#include "ingest/lines/tail_log_sink.h"
#include "ingest/pipeline/testing/captured_logs.h"

namespace sb::ingest {
namespace {

class LinesTest : public testing::Test {
 protected:
  base::SimulatedEnv env_{1};
  base::Registry registry_;
  LossCounters losses_{&registry_};
  CapturedLogs store_;
  LogWriter writer_{&store_, &losses_, &registry_};
  JsonLinesEndpoint endpoint_{&writer_, &env_};
};

TEST_F(LinesTest, TakesJsonAndText) {
  JsonLinesRequest request;
  request.labels = {{"app", "shop"}};
  request.label_fields = {"env"};
  request.body =
      "{\"msg\":\"hello\",\"ts\":\"2025-11-20T10:00:00Z\",\"user.id\":7,\"env\":\"prod\"}\r\n"
      "\nplain text line\n";
  const JsonLinesOutcome outcome = endpoint_.Push(request);
  EXPECT_TRUE(outcome.status.ok());
  EXPECT_EQ(outcome.stored, 2U);
  const CapturedEntry json =
      store_.streams.at({{"app", "shop"}, {"env", "prod"}, {"service_name", "shop"}})[0];
  EXPECT_EQ(json.line, "hello");
  EXPECT_EQ(json.time_ns, 1763632800000000000);
  EXPECT_EQ(json.metadata.at("user_id"), "7");
  EXPECT_EQ(store_.streams.at({{"app", "shop"}, {"service_name", "shop"}})[0].line,
            "plain text line");
}

TEST_F(LinesTest, BrokenJsonLinesAreNamedAndTheRestIsStored) {
  JsonLinesRequest request;
  request.labels = {{"a", "b"}};
  request.body = "{\"msg\":\"one\"}\n{\"msg\":\n{\"msg\":\"\xff two\",\"time\":\"noon\"}\n";
  const JsonLinesOutcome outcome = endpoint_.Push(request);
  EXPECT_EQ(outcome.stored, 2U);
  ASSERT_EQ(outcome.faults.size(), 2U);
  EXPECT_EQ(outcome.faults[0].line, 2U);
  EXPECT_EQ(outcome.faults[1].line, 3U);
  EXPECT_EQ(losses_.Get(LossReason::kLogMalformed), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kLogInvalidTime), 1U);
  EXPECT_EQ(store_.Entries().back().metadata.at("time"), "noon");
}

TEST_F(LinesTest, ARefusalStoresNothing) {
  store_.fail_with = base::Unavailable("starting");
  JsonLinesRequest request;
  request.body = "x\n";
  const JsonLinesOutcome outcome = endpoint_.Push(request);
  EXPECT_EQ(outcome.status.code(), base::StatusCode::kUnavailable);
  EXPECT_EQ(outcome.stored, 0U);
}

TEST_F(LinesTest, JournalEntries) {
  JournalStream stream(&writer_, 0);
  ASSERT_TRUE(stream
                  .Feed("__CURSOR=s\n__REALTIME_TIMESTAMP=1763632800000001\n_HOSTNAME=h\n"
                        "_SYSTEMD_UNIT=nginx.service\nPRIORITY=3\n_PID=42\nMESSAGE=failed\n\n"
                        "MESSAGE=last\nSYSLOG_IDENTIFIER=cron\n")
                  .ok());
  ASSERT_TRUE(stream.Finish().ok());
  const CapturedEntry entry = store_.streams.at(
      {{"host", "h"}, {"job", "journal"}, {"service_name", "nginx"}, {"unit", "nginx.service"}})[0];
  EXPECT_EQ(entry.line, "failed");
  EXPECT_EQ(entry.time_ns, 1763632800000001000);
  EXPECT_EQ(entry.metadata.at("pid"), "42");
  EXPECT_EQ(entry.metadata.at("detected_level"), "error");
  EXPECT_EQ(store_.streams.at({{"job", "journal"}, {"service_name", "cron"}})[0].line, "last");
  EXPECT_EQ(stream.Feed("what=is this\n\n").code(), base::StatusCode::kInvalidArgument);
}

TEST_F(LinesTest, FollowedFilesGetTheirLabels) {
  collect::TailSource source;
  source.labels = {{"job", "files"}};
  TailLogSink sink(&writer_, {source});
  collect::TailLine line;
  line.text = "x";
  line.time_ns = 5;
  line.stream = collect::OutputStream::kStderr;
  const std::vector<collect::TailLine> lines = {line};
  const std::string path = "/var/log/containers/web-1_shop_app-" + std::string(64, 'a') + ".log";
  ASSERT_TRUE(sink.Write({0, path, &lines}).ok());
  EXPECT_TRUE(store_.streams.contains({{"container", "app"},
                                       {"job", "files"},
                                       {"namespace", "shop"},
                                       {"pod", "web-1"},
                                       {"service_name", "app"},
                                       {"stream", "stderr"}}));
  sink.OnFileGone(path);
  EXPECT_EQ(losses_.Get(LossReason::kLogFileGone), 1U);
}

// Knows the pods that it was given.
class FixedPods final : public collect::PodLookup {
 public:
  std::shared_ptr<const collect::PodFacts> Find(std::string_view ns,
                                                std::string_view pod) override {
    return ns == known->ns && pod == known->name ? known : nullptr;
  }
  std::shared_ptr<const collect::PodFacts> known;
};

TEST_F(LinesTest, FollowedFilesOfKnownPodsSayMore) {
  collect::PodFacts facts;
  facts.ns = "shop";
  facts.name = "web-1";
  facts.uid = "u-1";
  facts.node = "node-a";
  facts.owner_kind = "Deployment";
  facts.owner_name = "web";
  facts.labels = {{"app.kubernetes.io/name", "storefront"}, {"tier", "front"}};
  facts.annotations = {{"team/mail", "shop@example.org"}, {"noise", "much"}};
  FixedPods pods;
  pods.known = std::make_shared<const collect::PodFacts>(facts);
  collect::TailSource source;
  source.labels = {{"node", "mine"}};
  TailLogSink sink(&writer_, {source});
  sink.UsePods(&pods, {.labels = true, .annotations = {"team/mail", "none"}});
  collect::TailLine line;
  line.text = "x";
  line.time_ns = 5;
  const std::vector<collect::TailLine> lines = {line};
  const std::string id(64, 'a');
  ASSERT_TRUE(sink.Write({0, "/var/log/containers/web-1_shop_app-" + id + ".log", &lines}).ok());
  ASSERT_TRUE(sink.Write({0, "/var/log/containers/web-2_shop_app-" + id + ".log", &lines}).ok());
  const CapturedLogs::Labels known = {{"app", "storefront"}, {"container", "app"},
                                      {"namespace", "shop"}, {"node", "mine"},
                                      {"pod", "web-1"},      {"service_name", "storefront"}};
  ASSERT_TRUE(store_.streams.contains(known));
  const auto& metadata = store_.streams.at(known)[0].metadata;
  EXPECT_EQ(metadata.at("pod_uid"), "u-1");
  EXPECT_EQ(metadata.at("owner_kind"), "Deployment");
  EXPECT_EQ(metadata.at("owner_name"), "web");
  EXPECT_EQ(metadata.at("pod_label_tier"), "front");
  EXPECT_EQ(metadata.at("pod_label_app_kubernetes_io_name"), "storefront");
  EXPECT_EQ(metadata.at("pod_annotation_team_mail"), "shop@example.org");
  EXPECT_FALSE(metadata.contains("pod_annotation_noise"));
  const CapturedLogs::Labels unknown = {{"container", "app"},
                                        {"namespace", "shop"},
                                        {"node", "mine"},
                                        {"pod", "web-2"},
                                        {"service_name", "app"}};
  ASSERT_TRUE(store_.streams.contains(unknown));
  EXPECT_FALSE(store_.streams.at(unknown)[0].metadata.contains("pod_uid"));
}

}  // namespace
}  // namespace sb::ingest
