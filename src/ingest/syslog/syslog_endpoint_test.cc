// SPDX-License-Identifier: Apache-2.0
#include "ingest/syslog/syslog_endpoint.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "ingest/pipeline/testing/captured_logs.h"

namespace sb::ingest {
namespace {

class SyslogEndpointTest : public testing::Test {
 protected:
  base::SimulatedEnv env_{1};
  base::Registry registry_;
  LossCounters losses_{&registry_};
  CapturedLogs store_;
  LogWriter writer_{&store_, &losses_, &registry_};
  SyslogEndpoint endpoint_{&writer_, &env_, {{"dc", "eu"}}};
};

TEST_F(SyslogEndpointTest, StoresAMessageWithItsFields) {
  const std::vector<std::string> messages = {
      "<35>1 2025-11-20T10:00:00.5Z web-1 nginx 42 ID7 [req@32473 id=\"9\"] upstream gone"};
  ASSERT_TRUE(endpoint_.Push(messages, "192.0.2.7").ok());
  EXPECT_EQ(store_.streams.begin()->first, (CapturedLogs::Labels{{"app", "nginx"},
                                                                 {"dc", "eu"},
                                                                 {"facility", "auth"},
                                                                 {"host", "web-1"},
                                                                 {"job", "syslog"},
                                                                 {"service_name", "nginx"}}));
  const CapturedEntry entry = store_.Entries()[0];
  EXPECT_EQ(entry.line, "upstream gone");
  EXPECT_EQ(entry.time_ns, 1763632800500000000);
  EXPECT_EQ(entry.metadata, (std::map<std::string, std::string>{{"detected_level", "error"},
                                                                {"message_id", "ID7"},
                                                                {"process_id", "42"},
                                                                {"req_id", "9"},
                                                                {"severity", "err"}}));
}

TEST_F(SyslogEndpointTest, AStreamIsCutIntoMessages) {
  const auto stream = endpoint_.NewStream("192.0.2.7");
  stream->OnBytes("<13>one\n<13>tw");
  stream->OnBytes("o\n9 <13>three<13>rest");
  EXPECT_EQ(store_.count(), 3U);
  stream->OnEnd();
  EXPECT_EQ(store_.count(), 4U);
  EXPECT_EQ(store_.streams.begin()->first.at("host"), "192.0.2.7");
}

TEST_F(SyslogEndpointTest, EqualMessagesStayApart) {
  for (const std::string message : {"<13>same", "<13>Nov 20 10:00:00 web app: same",
                                    "<13>1 2025-11-20T10:00:00.123456Z - - - - - same",
                                    "<13>1 2262-04-11T23:47:16.854775Z - - - - - same"}) {
    store_.streams.clear();
    ASSERT_TRUE(endpoint_.Push(std::vector<std::string>{message, message}, "p").ok());
    ASSERT_TRUE(endpoint_.Push(std::vector<std::string>{message}, "p").ok());
    const std::vector<CapturedEntry> entries = store_.Entries();
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_LT(entries[0].time_ns, entries[1].time_ns) << message;
    EXPECT_NE(entries[1].time_ns, entries[2].time_ns) << message;
    EXPECT_LT(entries[1].time_ns - entries[0].time_ns, 1'000'000) << message;
  }
}

TEST_F(SyslogEndpointTest, WhatIsNoTimeIsCountedAndKept) {
  const std::vector<std::string> messages = {"<13>1 yesterday web app - - - late",
                                             "<13>1 - web app - - - none"};
  ASSERT_TRUE(endpoint_.Push(messages, "p").ok());
  EXPECT_EQ(losses_.Get(LossReason::kLogInvalidTime), 1U);
  EXPECT_EQ(store_.Entries()[0].metadata.at("time"), "yesterday");
  EXPECT_EQ(store_.Entries()[0].time_ns, env_.clock().Now().Value());
  EXPECT_EQ(store_.Entries()[1].metadata.count("time"), 0U);
}

TEST_F(SyslogEndpointTest, KeepsWhatTheStoreRefuses) {
  const auto stream = endpoint_.NewStream("p");
  store_.fail_with = base::Unavailable("starting");
  stream->OnBytes("<13>one\n");
  store_.fail_with = base::OkStatus();
  stream->OnBytes("<13>two\n");
  EXPECT_EQ(store_.count(), 2U);
}

}  // namespace
}  // namespace sb::ingest
