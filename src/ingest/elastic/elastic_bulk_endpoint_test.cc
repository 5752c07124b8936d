// SPDX-License-Identifier: Apache-2.0
#include "ingest/elastic/elastic_bulk_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "ingest/elastic/elastic_document.h"
#include "ingest/pipeline/testing/captured_logs.h"
#include "model/utf8_repair.h"

namespace sb::ingest {
namespace {

using testing::HasSubstr;

class ElasticBulkEndpointTest : public testing::Test {
 protected:
  ElasticBulkReply Bulk(std::string_view body) { return endpoint_.Bulk(body, "a-2025.11.20"); }

  base::SimulatedEnv env_{1};
  base::Registry registry_;
  LossCounters losses_{&registry_};
  CapturedLogs store_;
  LogWriter writer_{&store_, &losses_, &registry_};
  ElasticBulkEndpoint endpoint_{&writer_, &env_, &registry_};
};

TEST_F(ElasticBulkEndpointTest, MapsADocumentOfFluentd) {
  const ElasticBulkReply reply = endpoint_.Bulk(
      R"({"index":{"_index":"taskmanager-2025.11.20"}})"
      "\n"
      R"({"stream":"stdout","docker":{"container_id":"8d28"},"kubernetes":{"container_name":"backend",)"
      R"("namespace_name":"tm","pod_name":"backend-1","labels":{"app":"tm-backend"}},"level":"warn",)"
      R"("message":"GET /api 201","traceId":"4bf92f3577b34da6a3ce929d0e0e4736","statusCode":201,)"
      R"("tags":["a","b"],"none":null,"@timestamp":"2025-11-20T10:00:00.724313940+00:00"})"
      "\n",
      "");
  EXPECT_EQ(reply.status, 200);
  ASSERT_EQ(store_.streams.size(), 1U);
  EXPECT_EQ(store_.streams.begin()->first, (CapturedLogs::Labels{{"app", "tm-backend"},
                                                                 {"container", "backend"},
                                                                 {"index", "taskmanager"},
                                                                 {"namespace", "tm"},
                                                                 {"pod", "backend-1"},
                                                                 {"service_name", "tm-backend"},
                                                                 {"stream", "stdout"}}));
  const CapturedEntry entry = store_.Entries()[0];
  EXPECT_EQ(entry.line, "GET /api 201");
  EXPECT_EQ(entry.time_ns, 1763632800724313940);
  EXPECT_EQ(entry.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(entry.metadata,
            (std::map<std::string, std::string>{{"detected_level", "warn"},
                                                {"docker_container_id", "8d28"},
                                                {"level", "warn"},
                                                {"statusCode", "201"},
                                                {"tags", "[\"a\",\"b\"]"},
                                                {"traceId", "4bf92f3577b34da6a3ce929d0e0e4736"}}));
}

TEST_F(ElasticBulkEndpointTest, OneBadDocumentDoesNotSpoilTheRequest) {
  const ElasticBulkReply reply = Bulk(
      "{\"index\":{}}\n{\"m\":1}\n{\"index\":{}}\n{broken\n{\"index\":{}}\n{\"m\":\"\xff\"}\n");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.json, HasSubstr("\"errors\":true"));
  EXPECT_THAT(reply.json, HasSubstr("\"status\":400,\"error\":{\"type\":"));
  EXPECT_EQ(store_.count(), 2U);
  EXPECT_EQ(losses_.Get(LossReason::kLogMalformed), 1U);
}

TEST_F(ElasticBulkEndpointTest, RepeatedIdsConflict) {
  constexpr std::string_view kCreate = "{\"create\":{\"_id\":\"x\"}}\n{\"m\":1}\n";
  EXPECT_THAT(Bulk(std::string(kCreate) + std::string(kCreate)).json,
              HasSubstr("version_conflict_engine_exception"));
  EXPECT_EQ(store_.count(), 1U);
  EXPECT_THAT(Bulk(kCreate).json, HasSubstr("\"status\":409"));
  EXPECT_EQ(store_.count(), 1U);
}

TEST_F(ElasticBulkEndpointTest, ARefusedBatchMayBeSentAgain) {
  constexpr std::string_view kCreate = "{\"create\":{\"_id\":\"x\"}}\n{\"m\":1}\n";
  store_.fail_with = base::ResourceExhausted("no space left");
  const ElasticBulkReply reply = Bulk(kCreate);
  EXPECT_EQ(reply.status, 429);
  EXPECT_THAT(reply.json, HasSubstr("es_rejected_execution_exception"));
  store_.fail_with = base::Unavailable("closed");
  EXPECT_EQ(Bulk(kCreate).status, 503);
  store_.fail_with = base::OkStatus();
  EXPECT_THAT(Bulk(kCreate).json, HasSubstr("\"status\":201"));
}

TEST_F(ElasticBulkEndpointTest, TimesInWrongFormatsAreCountedAndKept) {
  for (const char* time : {"\"yesterday\"", "true", "\"12/24/2025\"", "[1]", "\"\""}) {
    EXPECT_EQ(Bulk("{\"index\":{}}\n{\"message\":\"x\",\"@timestamp\":" + std::string(time) + "}\n")
                  .status,
              200);
  }
  EXPECT_EQ(losses_.Get(LossReason::kLogInvalidTime), 5U);
  for (const CapturedEntry& entry : store_.Entries()) {
    EXPECT_EQ(entry.time_ns, env_.clock().Now().Value());
  }
  EXPECT_EQ(store_.Entries()[0].metadata.at("_timestamp"), "yesterday");
}

TEST_F(ElasticBulkEndpointTest, EqualDocumentsWithoutTimeStayApart) {
  Bulk("{\"index\":{}}\n{\"message\":\"x\"}\n{\"index\":{}}\n{\"message\":\"x\"}\n");
  ASSERT_EQ(store_.count(), 2U);
  EXPECT_EQ(store_.Entries()[1].time_ns, store_.Entries()[0].time_ns + 1);
}

TEST_F(ElasticBulkEndpointTest, AnswersAreUtf8) {
  const ElasticBulkReply reply = Bulk("{\"index\":{\"_index\":\"a\xff\",\"_id\":\"\xfe\"}}\n{}\n");
  EXPECT_TRUE(model::IsUtf8Text(reply.json)) << reply.json;
  EXPECT_EQ(store_.streams.begin()->first.at("index"), "a\xEF\xBF\xBD");
}

TEST_F(ElasticBulkEndpointTest, SingleDocuments) {
  EXPECT_EQ(endpoint_.Document(wire::BulkAction::kIndex, "a", "", "{\"m\":1}").status, 201);
  EXPECT_EQ(endpoint_.Document(wire::BulkAction::kIndex, "a", "", "[]").status, 400);
}

TEST(ElasticDocumentTest, IndexWithoutDate) {
  EXPECT_EQ(IndexWithoutDate("taskmanager-2025.11.20"), "taskmanager");
  EXPECT_EQ(IndexWithoutDate("a-b-2025-11-20"), "a-b");
  EXPECT_EQ(IndexWithoutDate("logs-2025.11"), "logs");
  EXPECT_EQ(IndexWithoutDate("fluent-bit"), "fluent-bit");
  EXPECT_EQ(IndexWithoutDate("-2025.11.20"), "-2025.11.20");
  EXPECT_EQ(IndexWithoutDate("a-20x5.11.20"), "a-20x5.11.20");
}

}  // namespace
}  // namespace sb::ingest
