// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/otlp_logs_endpoint.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/testing/simulated_env.h"
#include "config/json_reader.h"
#include "ingest/pipeline/testing/captured_logs.h"

namespace sb::ingest {
namespace {

using config::Node;
using config::NodePtr;
using wire::OtlpEncoding;

class OtlpLogsEndpointTest : public testing::Test {
 protected:
  base::SimulatedEnv env_{1};
  base::Registry registry_;
  LossCounters losses_{&registry_};
  CapturedLogs store_;
  LogWriter writer_{&store_, &losses_, &registry_};
  OtlpLogsEndpoint endpoint_{&writer_, &env_, &registry_};
};

std::string Print(const Node* map) {
  std::map<std::string, std::string> sorted;
  for (const Node::Entry& entry : map->entries) {
    sorted[entry.key->text] = entry.value->text;
  }
  std::string out;
  for (const auto& [name, value] : sorted) {
    out += name + "=" + value + ";";
  }
  return out;
}

std::string Print(const std::map<std::string, std::string>& map) {
  std::string out;
  for (const auto& [name, value] : map) {
    if (name != "detected_level") {
      out += name + "=" + value + ";";
    }
  }
  return out;
}

// The raw JSON of the member `request` of a case.
std::string_view RequestOf(std::string_view line) {
  const size_t at = line.find("\"request\": ") + 11;
  return line.substr(at, line.find(", \"streams\": ") - at);
}

std::multimap<std::string, std::string> Expected(const Node& test) {
  std::multimap<std::string, std::string> out;
  for (const NodePtr& stream : test.Find("streams")->items) {
    for (const NodePtr& entry : stream->Find("entries")->items) {
      out.emplace(Print(stream->Find("labels")), entry->Find("ts_ns")->text + "|" +
                                                     entry->Find("line")->text + "|" +
                                                     Print(entry->Find("metadata")));
    }
  }
  return out;
}

TEST(OtlpLogsConformanceTest, StoresWhatLokiStores) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto file = base::Env::Real().files().ReadFile(std::string(folder) + "/logql/otlp.yaml");
  ASSERT_TRUE(file.ok()) << file.status().ToString();
  size_t pass = 0;
  size_t total = 0;
  for (size_t at = 0; at < file->size();) {
    const size_t end = std::min(file->find('\n', at), file->size());
    const std::string_view line = std::string_view(*file).substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("- {")) {
      continue;
    }
    ++total;
    const auto test = config::ParseJson(line.substr(2), "otlp.yaml");
    ASSERT_TRUE(test.ok()) << test.status().ToString();
    base::SimulatedEnv env(1);
    base::Registry registry;
    LossCounters losses(&registry);
    CapturedLogs store;
    LogWriter writer(&store, &losses, &registry);
    OtlpLogsOptions options;
    options.severity_text_as_label = (*test)->Find("otlp_config") != nullptr;
    OtlpLogsEndpoint endpoint(&writer, &env, &registry, options);
    const OtlpOutcome outcome = endpoint.Export(OtlpEncoding::kJson, RequestOf(line));
    EXPECT_TRUE(outcome.status.ok()) << outcome.status.ToString() << RequestOf(line);
    std::multimap<std::string, std::string> stored;
    for (const auto& [labels, entries] : store.streams) {
      for (const CapturedEntry& entry : entries) {
        stored.emplace(Print(labels), std::to_string(entry.time_ns) + "|" + entry.line + "|" +
                                          Print(entry.metadata));
      }
    }
    EXPECT_EQ(stored, Expected(**test)) << (*test)->Find("id")->text;
    pass += stored == Expected(**test) ? 1 : 0;
  }
  std::printf("conformance: otlp logs %zu of %zu\n", pass, total);
}

TEST(OtlpLogsConformanceTest, TakesTheSpecificationsExamples) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  for (const char* name : {"logs.json", "events.json"}) {
    const auto file = base::Env::Real().files().ReadFile(std::string(folder) + "/otlp/" + name);
    ASSERT_TRUE(file.ok()) << file.status().ToString();
    base::SimulatedEnv env(1);
    base::Registry registry;
    LossCounters losses(&registry);
    CapturedLogs store;
    LogWriter writer(&store, &losses, &registry);
    OtlpLogsEndpoint endpoint(&writer, &env, &registry);
    const OtlpOutcome outcome = endpoint.Export(OtlpEncoding::kJson, *file);
    ASSERT_TRUE(outcome.status.ok()) << outcome.status.ToString();
    EXPECT_EQ(outcome.partial.rejected, 0U) << outcome.partial.message;
    ASSERT_GE(store.count(), 1U);
    if (std::string_view(name) == "logs.json") {
      EXPECT_EQ(store.Entries()[0].trace_id, "5b8efff798038103d269b633813fc60c");
    }
  }
}

TEST_F(OtlpLogsEndpointTest, TakesTypedFieldsIntoTheirColumns) {
  const OtlpOutcome outcome = endpoint_.Export(OtlpEncoding::kJson,
                                               R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[
      {"observedTimeUnixNano":"17","severityNumber":17,
       "traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7",
       "body":{"kvlistValue":{"values":[{"key":"a","value":{"intValue":"1"}}]}}}]}]}]})");
  ASSERT_TRUE(outcome.status.ok());
  const CapturedEntry entry = store_.Entries().at(0);
  EXPECT_EQ(entry.time_ns, 17);
  EXPECT_EQ(entry.observed_time, 17);
  EXPECT_EQ(entry.severity_number, 17);
  EXPECT_EQ(entry.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(entry.span_id, "00f067aa0ba902b7");
  EXPECT_EQ(entry.line, R"({"a":1})");
  EXPECT_EQ(entry.metadata.at("detected_level"), "error");
}

TEST_F(OtlpLogsEndpointTest, RefusesBadRecordsOneByOne) {
  const OtlpOutcome outcome =
      endpoint_.Export(OtlpEncoding::kJson, R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[
      {"timeUnixNano":"1","traceId":"abcd","body":{"stringValue":"bad"}},
      {"timeUnixNano":"18446744073709551615","body":{"stringValue":"too late"}},
      {"timeUnixNano":"1","body":{"stringValue":"good"}}]}]}]})");
  ASSERT_TRUE(outcome.status.ok());
  EXPECT_EQ(outcome.partial.rejected, 2U);
  EXPECT_EQ(outcome.partial.message, "log record 1: an id has 2 bytes instead of 16");
  ASSERT_EQ(store_.count(), 1U);
  EXPECT_EQ(store_.Entries()[0].line, "good");
  EXPECT_EQ(losses_.Get(LossReason::kLogMalformed), 2U);
}

TEST_F(OtlpLogsEndpointTest, EqualRecordsWithoutTimeStayApart) {
  ASSERT_TRUE(endpoint_
                  .Export(OtlpEncoding::kJson, R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[
      {"body":{"stringValue":"x"}},{"body":{"stringValue":"x"}}]}]}]})")
                  .status.ok());
  ASSERT_EQ(store_.count(), 2U);
  EXPECT_EQ(store_.Entries()[1].time_ns, store_.Entries()[0].time_ns + 1);
}

TEST_F(OtlpLogsEndpointTest, RefusesMalformedRequestsAsAWhole) {
  EXPECT_EQ(endpoint_.Export(OtlpEncoding::kJson, "{").status.code(),
            base::StatusCode::kInvalidArgument);
  EXPECT_EQ(endpoint_.Export(OtlpEncoding::kProtobuf, "\x0a\x05").status.code(),
            base::StatusCode::kInvalidArgument);
  store_.fail_with = base::ResourceExhausted("full");
  EXPECT_EQ(
      endpoint_
          .Export(OtlpEncoding::kJson, R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{}]}]}]})")
          .status.code(),
      base::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace sb::ingest
