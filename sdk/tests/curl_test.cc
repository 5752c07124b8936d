// SPDX-License-Identifier: Apache-2.0
#include "signalbox/instrumentation/curl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collecting_server.h"
#include "telemetry.h"

namespace signalbox {
namespace {

using ::testing::HasSubstr;
using testing::Telemetry;
using testing::Value;

class CurlTest : public ::testing::Test {
 protected:
  ~CurlTest() override { curl_easy_cleanup(handle_); }
  Telemetry told_;
  HttpClient client_{told_.tracer(), told_.meter()};
  CURL* handle_ = curl_easy_init();
};

TEST_F(CurlTest, CarriesTheContextAndTellsTheAnswer) {
  testing::CollectingServer server;
  // The server ends when its connections do.
  curl_easy_setopt(handle_, CURLOPT_FORBID_REUSE, 1L);
  server.AnswerWith({204, 500});
  EXPECT_EQ(curl::Perform(client_, handle_,
                          {.url = server.url() + "/items/7", .headers = {"X-Mine: yes"}}),
            CURLE_OK);
  const testing::CollectedRequest got = server.requests().at(0);
  EXPECT_THAT(got.head, HasSubstr("X-Mine: yes"));
  EXPECT_THAT(got.head, HasSubstr("traceparent: 00-" + told_.last().context.trace_id.Hex() + "-" +
                                  told_.last().context.span_id.Hex() + "-01"));
  EXPECT_EQ(Value(told_.last(), "http.response.status_code"), "204");
  EXPECT_EQ(Value(told_.last(), "network.protocol.version"), "1.1");
  EXPECT_EQ(told_.last().status, SpanStatus::kUnset);
  EXPECT_EQ(curl::Perform(client_, handle_, {.url = server.url() + "/again"}), CURLE_OK);
  EXPECT_EQ(told_.last().status, SpanStatus::kError);
}

TEST_F(CurlTest, ARefusedConnectionIsAnErrorWithItsKind) {
  EXPECT_EQ(curl::Perform(client_, handle_, {.url = "http://127.0.0.1:1/"}), CURLE_COULDNT_CONNECT);
  EXPECT_EQ(Value(told_.last(), "error.type"), "connection_refused");
  EXPECT_EQ(Value(told_.last(), "server.port"), "1");
}

}  // namespace
}  // namespace signalbox
