// SPDX-License-Identifier: Apache-2.0
#include "ingest/loki/loki_push_endpoint.h"

#include <gtest/gtest.h>

#include "encoding/compress.h"
#include "ingest/pipeline/testing/captured_logs.h"
#include "wire/loki/push_reader.h"

namespace sb::ingest {
namespace {

class LokiPushEndpointTest : public testing::Test {
 protected:
  base::Status Json(std::string_view body) {
    return endpoint_.Push({"application/json", "", body});
  }
  base::Status Protobuf(std::string_view bytes) {
    std::string body;
    encoding::Compress(encoding::Compression::kSnappyBlock, bytes, &body);
    return endpoint_.Push({"application/x-protobuf", "snappy", body});
  }

  base::Registry registry_;
  LossCounters losses_{&registry_};
  CapturedLogs store_;
  LogWriter writer_{&store_, &losses_, &registry_};
  LokiPushEndpoint endpoint_{&writer_, &registry_};
};

TEST_F(LokiPushEndpointTest, ABadStreamDoesNotSpoilTheOthers) {
  std::string bytes;
  wire::LokiPushWriter out(&bytes);
  out.AddStream("{a=\"1\"}", {{1, "first", {}}});
  out.AddStream("{a=}", {{1, "lost", {}}});
  out.AddStream("{a=\"2\"}", {{1, "second", {}}});
  const base::Status status = Protobuf(bytes);
  EXPECT_EQ(status.code(), base::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("{a=}"), std::string::npos);
  EXPECT_EQ(store_.count(), 2U);
  EXPECT_EQ(losses_.Get(LossReason::kMalformedRequest), 1U);
}

TEST_F(LokiPushEndpointTest, BrokenRequestsStoreNothing) {
  EXPECT_EQ(Json(R"({"streams":[{"stream":{"a":"b"},"values":[["1","x"],["2",)").code(),
            base::StatusCode::kInvalidArgument);
  EXPECT_EQ(endpoint_.Push({"", "", "not snappy"}).code(), base::StatusCode::kInvalidArgument);
  EXPECT_EQ(Json(R"({"streams":[]})").code(), base::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Json(R"({"streams":[{"stream":{},"values":[["1","x"]]}]})").code(),
            base::StatusCode::kInvalidArgument);
  EXPECT_EQ(store_.count(), 0U);
}

TEST_F(LokiPushEndpointTest, RepairsBytesThatAreNotUtf8) {
  std::string bytes;
  wire::LokiPushWriter out(&bytes);
  out.AddStream("{a=\"1\"}", {{1, "\xff\xfe broken \xc3", {}}});
  ASSERT_TRUE(Protobuf(bytes).ok());
  EXPECT_EQ(store_.Entries()[0].line, "\xEF\xBF\xBD\xEF\xBF\xBD broken \xEF\xBF\xBD");
  EXPECT_EQ(losses_.Get(LossReason::kLogTextRepaired), 1U);
}

TEST_F(LokiPushEndpointTest, CutsA10MegabyteLineAndCountsIt) {
  const std::string line(10 << 20, 'x');
  std::string bytes;
  wire::LokiPushWriter out(&bytes);
  out.AddStream("{a=\"1\"}", {{1, line, {}}, {2, "next", {}}});
  ASSERT_TRUE(Protobuf(bytes).ok());
  ASSERT_EQ(store_.count(), 2U);
  EXPECT_EQ(store_.Entries()[0].line.size(), LogIngestOptions().line_bytes_max);
  EXPECT_EQ(store_.Entries()[1].line, "next");
  EXPECT_EQ(losses_.Get(LossReason::kLogLineCut), 1U);
}

TEST_F(LokiPushEndpointTest, Takes100000DistinctStreams) {
  std::string bytes;
  wire::LokiPushWriter out(&bytes);
  for (int i = 0; i < 100'000; ++i) {
    out.AddStream("{id=\"" + std::to_string(i) + "\"}", {{i, "x", {}}});
  }
  ASSERT_TRUE(Protobuf(bytes).ok());
  EXPECT_EQ(store_.streams.size(), 100'000U);
}

TEST_F(LokiPushEndpointTest, TakesOldFutureAndUnorderedEntries) {
  ASSERT_TRUE(Json(R"({"streams":[{"stream":{"a":"b"},"values":[["4102444800000000000","future"],)"
                   R"(["-5","before 1970"],["1763632800000000000","now"]]}]})")
                  .ok());
  EXPECT_EQ(store_.count(), 3U);
}

TEST_F(LokiPushEndpointTest, NamesTheTimestampItCannotRead) {
  for (const std::string_view time : {"1.5", "2025-11-20T10:00:00Z", "", "99999999999999999999"}) {
    const base::Status status = Json(R"({"streams":[{"stream":{"a":"b"},"values":[[")" +
                                     std::string(time) + R"(","x"]]}]})");
    EXPECT_EQ(status.code(), base::StatusCode::kInvalidArgument) << time;
    EXPECT_NE(status.message().find("\"" + std::string(time) + "\""), std::string::npos)
        << status.message();
  }
}

TEST_F(LokiPushEndpointTest, ABadEntryDoesNotSpoilTheOthers) {
  const base::Status status = Json(
      R"({"streams":[{"stream":{"a":"\u0062"},"values":[["1","one"],["soon","bad"],["2",5],[3,"x"],)"
      R"(["4"],7,["5","two",{"k":"v"}],["6","x","y"]]},{"stream":5},{"stream":{"c":"d"},)"
      R"("values":{}},{"stream":{"c":"d"},"values":[["7","three"]]}]})");
  EXPECT_EQ(status.code(), base::StatusCode::kInvalidArgument);
  const std::string message(status.message());
  for (const std::string_view part :
       {"entry 2 of the stream {a=\"b\"}: a timestamp is a string of nanoseconds since 1970, not "
        "\"soon\"",
        "entry 3 of", "entry 4 of", "entry 5 of", "entry 6 of", "entry 8 of", "stream 2: json",
        "stream 3: json", "The other entries, 3, were stored."}) {
    EXPECT_NE(message.find(part), std::string::npos) << part << "\n" << message;
  }
  std::string lines;
  for (const CapturedEntry& entry : store_.Entries()) {
    lines += entry.line + " ";
  }
  EXPECT_EQ(lines, "one two three ");
  EXPECT_EQ(losses_.Get(LossReason::kLogMalformed), 6U);
  EXPECT_EQ(losses_.Get(LossReason::kMalformedRequest), 1U);
}

TEST_F(LokiPushEndpointTest, ABadEntryOfProtobufDoesNotSpoilTheOthers) {
  std::string bytes;
  wire::LokiPushWriter out(&bytes);
  out.AddStream("{a=\"1\"}", {{1, "first", {}}, {INT64_MAX, "at the end of time", {}}});
  // Stream 2 has an entry whose time has 2^62 seconds, and one that is no message at all.
  bytes += std::string("\x0a\x1d\x0a\x07{a=\"2\"}\x12\x0c\x0a\x0a\x08", 16) +
           std::string("\x80\x80\x80\x80\x80\x80\x80\x80\x40\x12\x02\xff\xff\x12\x00", 15);
  const base::Status status = Protobuf(bytes);
  EXPECT_NE(status.message().find("entry 1 of the stream {a=\"2\"}: a timestamp out of range"),
            std::string::npos)
      << status.message();
  EXPECT_NE(status.message().find("entry 2 of the stream {a=\"2\"}"), std::string::npos);
  EXPECT_EQ(losses_.Get(LossReason::kLogMalformed), 3U);
  EXPECT_EQ(store_.count(), 2U);
}

TEST_F(LokiPushEndpointTest, NamesTenFaultsAndCountsTheRest) {
  std::string body = R"({"streams":[{"stream":{"a":"b"},"values":[["1","x"])";
  for (int i = 0; i < 1000; ++i) {
    body += R"(,["bad","x"])";
  }
  const base::Status status = Json(body + "]}]}");
  EXPECT_LT(status.message().size(), 2'000U);
  EXPECT_NE(status.message().find("and 990 more"), std::string::npos);
  EXPECT_EQ(losses_.Get(LossReason::kLogMalformed), 1000U);
  EXPECT_EQ(store_.count(), 1U);
}

TEST_F(LokiPushEndpointTest, ARefusalOfTheStoreIsPassedOn) {
  store_.fail_with = base::ResourceExhausted("no space left");
  EXPECT_EQ(Json(R"({"streams":[{"stream":{"a":"b"},"values":[["1","x"]]}]})").code(),
            base::StatusCode::kResourceExhausted);
  EXPECT_EQ(losses_.Get(LossReason::kLogDiskFull), 1U);
}

TEST_F(LokiPushEndpointTest, LegacyPath) {
  ASSERT_TRUE(endpoint_
                  .Push({"application/json", "",
                         R"({"streams":[{"labels":"{a=\"b\"}","entries":)"
                         R"([{"ts":"2025-11-20T10:00:00Z","line":"x"}]}]})",
                         true})
                  .ok());
  EXPECT_EQ(store_.Entries()[0].time_ns, 1763632800000000000);
}

}  // namespace
}  // namespace sb::ingest
