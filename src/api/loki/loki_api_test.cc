// SPDX-License-Identifier: Apache-2.0
#include "api/loki/loki_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "api/http/testing/recording_writer.h"
#include "api/loki/field_detector.h"
#include "api/loki/log_deletes.h"
#include "api/loki/pattern_miner.h"
#include "api/loki/tail_session.h"
#include "base/env.h"
#include "query/logql/parser.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::api::loki {
namespace {

using testing::HasSubstr;

// {app="a"} |= "secret" of the first ten seconds.
constexpr const char* kDeleteSecrets =
    "/loki/api/v1/delete?query=%7Bapp%3D%22a%22%7D%20%7C%3D%20%22secret%22&start=0&end=10";

class LokiApiTest : public testing::Test {
 protected:
  LokiApiTest() {
    api_.AddRoutes(&router_);
    api_.AddRootRoutes(&router_);
    api_.AddSearchRoutes(&router_);
  }

  void Write(std::string_view app, int64_t time_ns, std::string_view line) {
    store::EventStreamBuilder labels;
    labels.Add("app", store::EventValue::Text(app));
    store::EventBatch batch;
    batch.AddRow(batch.AddStream(labels.Build()), time_ns);
    batch.Set("line", store::EventValue::Text(line));
    ASSERT_TRUE(store_.Write(std::move(batch)).ok());
  }

  net::HttpResponse Get(std::string_view target) {
    return Serve(router_, MakeRequest("GET", target));
  }

  store::MemoryEventStore store_;
  logql::Engine engine_{logql::EngineOptions{}};
  base::ThreadPool pool_{{.name = "tail"}};
  HidingReader reader_{&store_};
  std::unique_ptr<catalog::Catalog> catalog_ = *catalog::Catalog::OpenInMemory(base::Env::Real());
  LogDeletes deletes_{{base::Env::Real(), *catalog_, store_, reader_}};
  LokiApi api_{{}, {base::Env::Real().clock(), reader_, &deletes_, engine_, pool_}};
  net::Router router_;
};

TEST_F(LokiApiTest, SearchesAllStreamsForPlainWords) {
  Write("a", 1'000'000'000, "Connection REFUSED by peer");
  Write("b", 2'000'000'000, "connection refused, retrying");
  Write("c", 3'000'000'000, "all fine");
  const auto reply =
      Get("/api/signalbox/v1/logs/search?q=connection+refused+-retrying&start=0&end=10");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("Connection REFUSED by peer"));
  EXPECT_THAT(reply.body, testing::Not(HasSubstr("retrying")));
  EXPECT_THAT(reply.body, testing::Not(HasSubstr("all fine")));
}

TEST_F(LokiApiTest, RefusesAllStreamsUnlessAsked) {
  Write("a", 1'000'000'000, "x");
  EXPECT_EQ(Get("/loki/api/v1/query_range?query=%7B%7D&start=0&end=10").status, 400);
  EXPECT_EQ(Get("/loki/api/v1/query_range?query=%7B%7D&start=0&end=10&all_streams=true").status,
            200);
}

// One row for each way in which a record may have an id, two of them beside another.
TEST_F(LokiApiTest, FindsIdsThatIngestRecognised) {
  const std::string bytes = "\x4b\xf9\x2f\x35\x77\xb3\x4d\xa6\xa3\xce\x92\x9d\x0e\x0e\x47\x36";
  const std::string hex = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string short_bytes = std::string(8, '\0') + bytes.substr(0, 8);
  const auto write = [this](std::string_view line, std::string_view label,
                            std::string_view metadata, std::string_view recognised) {
    store::EventStreamBuilder labels;
    labels.Add("app", store::EventValue::Text("a"));
    if (!label.empty()) {
      labels.Add("trace_id", store::EventValue::Text(label));
    }
    store::EventBatch batch;
    batch.AddRow(batch.AddStream(labels.Build()), 1'000'000'000);
    batch.Set("line", store::EventValue::Text(line));
    if (!metadata.empty()) {
      batch.Set("meta.trace_id", store::EventValue::Text(metadata));
    }
    if (!recognised.empty()) {
      batch.Set("trace_id", store::EventValue::Bytes(recognised));
    }
    ASSERT_TRUE(store_.Write(std::move(batch)).ok());
  };
  write("by label", hex, "", "");
  write("by metadata", "", hex, "");
  write("by text", "", "", bytes);
  write("by metadata and text", "", hex, bytes);
  write("of another", "", std::string(32, '1'), bytes);
  write("of nobody", "", "", "");
  write("of 64 bits", "", "", short_bytes);
  const auto ask = [this](const std::string& stages) {
    return Get("/loki/api/v1/query_range?limit=100&start=0&end=10&query=" +
               std::string("%7Bapp%3D%22a%22%7D") + stages)
        .body;
  };
  const std::string is = "%20%7C%20trace_id%3D%22";
  const std::string found = ask(is + hex + "%22");
  for (const char* line : {"by label", "by metadata", "by text", "by metadata and text"}) {
    EXPECT_THAT(found, HasSubstr("\"" + std::string(line) + "\"")) << line;
  }
  for (const char* line : {"of another", "of nobody", "of 64 bits"}) {
    EXPECT_THAT(found, testing::Not(HasSubstr(line)));
  }
  EXPECT_THAT(found, HasSubstr(R"("trace_id":")" + hex + "\""));
  EXPECT_THAT(ask(is + hex + "%22%20%7C%20logfmt"), HasSubstr("by text"));
  EXPECT_THAT(ask(is + hex + "%22%20%7C%3D%20%22meta%22"), testing::Not(HasSubstr("by text")));
  EXPECT_THAT(ask(is + hex.substr(0, 16) + "%22"), HasSubstr("of 64 bits"));
  // Without such a condition a recognised id is no label, as in Loki.
  EXPECT_EQ(ask("%20%7C%3D%20%22by%20text%22").find("trace_id"), std::string::npos);
  const std::string counted =
      Get("/loki/api/v1/query?time=10&query=sum(count_over_time(%7Bapp%3D%22a%22%7D" + is + hex +
          "%22%5B1m%5D))")
          .body;
  EXPECT_THAT(counted, HasSubstr(R"("4"])"));
}

TEST_F(LokiApiTest, HidesDeletedLinesAtOnceAndTakesTheRequestBack) {
  Write("a", 1'000'000'000, "keep me");
  Write("a", 2'000'000'000, "secret=1");
  const auto reply = Serve(router_, MakeRequest("POST", kDeleteSecrets));
  EXPECT_EQ(reply.status, 204);
  const std::string id(reply.headers.Get("X-Delete-Request-ID"));
  EXPECT_EQ(store_.row_count(), 2U);
  const char* const query = "/loki/api/v1/query_range?query=%7Bapp%3D%22a%22%7D&start=0&end=10";
  EXPECT_THAT(Get(query).body, testing::Not(HasSubstr("secret")));
  EXPECT_THAT(Get("/loki/api/v1/delete").body,
              testing::MatchesRegex(
                  R"(\[\{"request_id":")" + id +
                  R"(","start_time":0,"end_time":10,"query":"\{app=\\"a\\"\} \|= \\"secret\\"",)"
                  R"("status":"received","created_at":[0-9.]+,"user_id":""\}\])"));
  EXPECT_EQ(Get("/loki/api/v1/delete?start=11&end=12").body, "[]");
  const std::string cancel = "/loki/api/v1/delete?request_id=" + id;
  EXPECT_EQ(Serve(router_, MakeRequest("DELETE", cancel)).status, 204);
  EXPECT_EQ(Serve(router_, MakeRequest("DELETE", cancel)).status, 404);
  EXPECT_THAT(Get(query).body, HasSubstr("secret"));
}

TEST_F(LokiApiTest, SaysWhatIsWrongWithADelete) {
  const auto post = [this](const std::string& parameters) {
    const auto reply = Serve(router_, MakeRequest("POST", "/loki/api/v1/delete?" + parameters));
    EXPECT_EQ(reply.status, 400);
    return reply.body;
  };
  const std::string query = "query=%7Bapp%3D%22a%22%7D";
  EXPECT_THAT(post("start=0"), HasSubstr("query not set"));
  EXPECT_THAT(post(query), HasSubstr("start time not set"));
  EXPECT_THAT(post(query + "&start=soon"),
              HasSubstr("invalid start time: require unix seconds or RFC3339 format: soon"));
  EXPECT_THAT(post(query + "&start=0&end=9000000000"),
              HasSubstr("deletes in the future are not allowed"));
  EXPECT_THAT(post(query + "&start=10&end=10"),
              HasSubstr("start time can't be greater than or equal to end time"));
  EXPECT_THAT(post(query + "%20%7C%20json&start=0&end=10"), HasSubstr("line filters only"));
  EXPECT_THAT(post(query + "&start=0&end=10&max_interval=1x"), HasSubstr("invalid max_interval"));
  EXPECT_THAT(post(query + "&start=0&end=10&max_interval=1h"),
              HasSubstr("max_interval can't be greater than the interval to be deleted (10s)"));
}

TEST_F(LokiApiTest, DividesFingerprintsIntoShards) {
  Write("a", 1'000'000'000, std::string(1000, 'x'));
  const std::string path = "/loki/api/v1/index/shards?query=%7Bapp%3D%22a%22%7D&start=0&end=10";
  EXPECT_THAT(Get(path + "&targetBytesPerShard=600MB").body,
              testing::StartsWith(R"({"shards":[{"bounds":{"min":0,"max":18446744073709551615},)"));
  EXPECT_THAT(Get(path + "&targetBytesPerShard=600B").body,
              HasSubstr(R"("max":9223372036854775807},"stats")"));
  EXPECT_EQ(Get(path).status, 400);
}

TEST_F(LokiApiTest, AnswersHealthCheckOfGrafana) {
  EXPECT_THAT(Get("/loki/api/v1/query?query=vector(1)%2Bvector(1)").body, HasSubstr("\"2\""));
  EXPECT_EQ(Get("/ready").body, "ready\n");
  EXPECT_THAT(Get("/loki/api/v1/status/buildinfo").body, HasSubstr("\"version\":\"3."));
}

TEST_F(LokiApiTest, AnswersLegacyQueries) {
  Write("a", 1'000'000'000, "old");
  const auto reply = Get("/api/prom/query?query=%7Bapp%3D%22a%22%7D&start=0&end=10");
  EXPECT_EQ(reply.body,
            "{\"streams\":[{\"labels\":\"{app=\\\"a\\\"}\",\"entries\":[{\"ts\":"
            "\"1970-01-01T00:00:01.000000000Z\",\"line\":\"old\"}]}]}");
  EXPECT_EQ(Get("/api/prom/label?start=0&end=10").body, "{\"values\":[\"app\"]}");
}

class FakeSocket final : public net::WebSocket {
 public:
  bool SendText(std::string_view text) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    messages_.emplace_back(text);
    changed_.notify_all();
    return true;
  }
  bool SendBinary(std::string_view) override { return false; }
  void Close(uint16_t, std::string_view) override {}
  bool IsOpen() const override { return true; }
  size_t unsent_bytes() const override { return 0; }
  const std::string& subprotocol() const override { return subprotocol_; }

  std::string WaitFor(size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20),
                      [this, count] { return messages_.size() >= count; });
    return messages_.size() >= count ? messages_[count - 1] : "";
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> messages_;
  const std::string subprotocol_;
};

TEST_F(LokiApiTest, TailsFromBacklogWithoutGapOrRepetition) {
  auto log = logql::ParseLogQuery("{app=\"a\"} |= \"x\"");
  const auto session = std::make_shared<TailSession>(*std::move(log), LabelStyle::kMerged, &pool_);
  ASSERT_TRUE(session->Prepare(0).ok());
  session->Subscribe(store_);
  Write("a", 1, "x1");
  Write("a", 2, "no");
  // The backlog was read after x1 was written: it is in both.
  logql::LogAnswer backlog;
  logql::LogEntry entry;
  entry.time_ns = 1;
  entry.line = "x1";
  const model::LabelSet labels = model::LabelSet::FromPairs({{"app", "a"}});
  backlog.streams.push_back({labels, labels, {entry}});
  const auto socket = std::make_shared<FakeSocket>();
  session->Start(socket, backlog);
  EXPECT_THAT(socket->WaitFor(1), HasSubstr("[\"1\",\"x1\"]"));
  Write("b", 3, "x of another stream");
  Write("a", 4, "x2");
  EXPECT_EQ(socket->WaitFor(2),
            "{\"streams\":[{\"stream\":{\"app\":\"a\"},\"values\":[[\"4\",\"x2\"]]}]}");
  session->Stop();
}

TEST(FieldDetectorTest, TypesByAllValues) {
  FieldDetector detector(100);
  for (const char* line :
       {R"({"id":"4bf92f35b","n":1,"f":1,"d":"5ms","b":"1KB","t":true,"o":{"x y":"z"}})",
        R"({"id":"12b","n":2,"f":1.5,"d":"1h","b":"2 MiB","t":false})"}) {
    logql::LogEntry entry;
    entry.line = line;
    detector.Add(entry);
  }
  const auto& fields = detector.fields();
  EXPECT_EQ(fields.at("id").Type(), "string");
  EXPECT_EQ(fields.at("n").Type(), "int");
  EXPECT_EQ(fields.at("f").Type(), "float");
  EXPECT_EQ(fields.at("d").Type(), "duration");
  EXPECT_EQ(fields.at("b").Type(), "bytes");
  EXPECT_EQ(fields.at("t").Type(), "boolean");
  EXPECT_THAT(fields.at("o_x_y").json_path, testing::ElementsAre("o", "x y"));
}

TEST(PatternMinerTest, GroupsLinesThatDifferInVariables) {
  PatternMiner miner(1'000'000'000);
  for (int i = 0; i < 20; ++i) {
    miner.Add("GET /api/users/" + std::to_string(1000 + i) + " 200 in " + std::to_string(i) +
                  "ms from 10.0.0." + std::to_string(i) + ":8080",
              i * 1'000'000'000LL, "info");
  }
  miner.Add("shutting down now", 0, "warn");
  const auto patterns = miner.Finish();
  ASSERT_EQ(patterns.size(), 2U);
  EXPECT_EQ(patterns[0].text, "GET /api/users/<*> <*> in <*> from <*>");
  EXPECT_EQ(patterns[0].count, 20U);
  EXPECT_EQ(patterns[0].samples.size(), 20U);
  EXPECT_EQ(patterns[1].text, "shutting down now");
}

}  // namespace
}  // namespace sb::api::loki
