// SPDX-License-Identifier: Apache-2.0
#include "signalbox/instrumentation/hiredis.h"

#include <gtest/gtest.h>

#include <thread>

#include "private_server.h"
#include "telemetry.h"

namespace signalbox {
namespace {

using testing::Telemetry;
using testing::Value;

// A server that was just started takes a moment to listen.
redisContext* Connect(const std::string& socket) {
  redisContext* context = redisConnectUnix(socket.c_str());
  for (int i = 0; i < 2000 && context->err != 0; ++i) {
    redisFree(context);
    std::this_thread::yield();
    usleep(5000);
    context = redisConnectUnix(socket.c_str());
  }
  return context;
}

TEST(HiredisTest, CommandsOfARealServerAreToldWithTheirErrors) {
  const testing::PrivateRedis server;
  if (!server.problem.empty()) {
    GTEST_SKIP() << server.problem;
  }
  redisContext* context = Connect(server.socket());
  ASSERT_EQ(context->err, 0) << context->errstr;
  Telemetry told;
  const auto sdk = Sdk::Start({.sends_traces = false, .sends_metrics = false, .sends_logs = false});
  const DatabaseClient cache(told.tracer(), told.meter(), hiredis::ClientOf(*sdk, context).facts());

  freeReplyObject(hiredis::Command(cache, context, {"set", "product:7", "secret"}));
  EXPECT_EQ(told.last().name, "SET");
  EXPECT_EQ(Value(told.last(), "db.query.text"), "SET product:7 ?");
  EXPECT_EQ(Value(told.last(), "db.system.name"), "redis");
  EXPECT_EQ(Value(told.last(), "db.namespace"), "0");
  EXPECT_EQ(Value(told.last(), "server.address"), server.socket());
  redisReply* reply = hiredis::Command(cache, context, {"GET", "product:7"});
  ASSERT_NE(reply, nullptr);
  EXPECT_STREQ(reply->str, "secret");
  freeReplyObject(reply);
  freeReplyObject(hiredis::Command(cache, context, {"LPUSH", "product:7", "x"}));
  EXPECT_EQ(Value(told.last(), "error.type"), "WRONGTYPE");
  EXPECT_EQ(told.last().status, SpanStatus::kError);
  redisFree(context);
}

}  // namespace
}  // namespace signalbox
