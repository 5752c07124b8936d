// SPDX-License-Identifier: Apache-2.0
//
// What Loki stores of a push request and which level it finds in a line, as data. It is reached
// through SIGNALBOX_CONFORMANCE_DIR and not part of this repository; without it the tests are
// skipped.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "base/env.h"
#include "config/json_reader.h"
#include "encoding/compress.h"
#include "ingest/loki/loki_push_endpoint.h"
#include "ingest/pipeline/testing/captured_logs.h"
#include "net/content_coding.h"
#include "wire/loki/push_reader.h"

namespace sb::ingest {
namespace {

using config::Node;
using config::NodePtr;

// The items "- {…}" of a case file.
std::vector<NodePtr> Cases(const std::string& name) {
  std::vector<NodePtr> cases;
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    return cases;
  }
  const auto text =
      base::Env::Real().files().ReadFile(base::JoinPath(base::JoinPath(folder, "logql"), name));
  EXPECT_TRUE(text.ok()) << text.status().ToString();
  size_t at = 0;
  while (text.ok() && at < text->size()) {
    const size_t end = std::min(text->find('\n', at), text->size());
    const std::string_view line = std::string_view(*text).substr(at, end - at);
    at = end + 1;
    if (line.starts_with("- {")) {
      auto node = config::ParseJson(line.substr(2), name);
      EXPECT_TRUE(node.ok()) << node.status().ToString();
      cases.push_back(*node);
    }
  }
  return cases;
}

std::string Text(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found == nullptr ? "" : found->text;
}

std::map<std::string, std::string> Map(const Node* node) {
  std::map<std::string, std::string> map;
  if (node != nullptr) {
    for (const Node::Entry& entry : node->entries) {
      if (!entry.value->text.empty()) {
        map[entry.key->text] = entry.value->text;
      }
    }
  }
  return map;
}

std::string Print(const std::map<std::string, std::string>& map) {
  std::string out;
  for (const auto& [name, value] : map) {
    out += name + "=" + value + ";";
  }
  return out;
}

// One line per entry, sorted by stream.
std::string Expected(const Node& streams) {
  std::map<std::string, std::string> lines;
  for (const NodePtr& stream : streams.items) {
    const std::string labels = Print(Map(stream->Find("labels")));
    for (const NodePtr& entry : stream->Find("entries")->items) {
      lines[labels] += labels + "|" + Text(*entry, "ts_ns") + "|" + Text(*entry, "line") + "|" +
                       Print(Map(entry->Find("metadata"))) + "\n";
    }
  }
  std::string out;
  for (const auto& [labels, text] : lines) {
    out += text;
  }
  return out;
}

std::string Stored(const CapturedLogs& store) {
  std::map<std::string, std::string> lines;
  for (const auto& [labels, entries] : store.streams) {
    for (CapturedEntry entry : entries) {
      entry.metadata.erase("detected_level");
      lines[Print(labels)] += Print(labels) + "|" + std::to_string(entry.time_ns) + "|" +
                              entry.line + "|" + Print(entry.metadata) + "\n";
    }
  }
  std::string out;
  for (const auto& [labels, text] : lines) {
    out += text;
  }
  return out;
}

std::string ProtobufOf(const Node& request) {
  std::string bytes;
  wire::LokiPushWriter writer(&bytes);
  for (const NodePtr& stream : request.Find("streams")->items) {
    std::vector<wire::LokiEntry> entries;
    for (const NodePtr& entry : stream->Find("entries")->items) {
      wire::LokiEntry out;
      out.time_ns = std::stoll(Text(*entry, "ts_ns"));
      out.line = entry->Find("line")->text;
      if (const Node* metadata = entry->Find("structuredMetadata"); metadata != nullptr) {
        for (const NodePtr& pair : metadata->items) {
          out.metadata.push_back({pair->Find("name")->text, pair->Find("value")->text});
        }
      }
      entries.push_back(std::move(out));
    }
    writer.AddStream(stream->Find("labels")->text, entries);
  }
  std::string body;
  encoding::Compress(encoding::Compression::kSnappyBlock, bytes, &body);
  return body;
}

std::string RawDeflate(std::string_view text) {
  std::string zlib;
  encoding::Compress(encoding::Compression::kZlib, text, &zlib);
  return zlib.substr(2, zlib.size() - 6);  // without header and checksum
}

std::string BodyOf(const Node& test) {
  if (const Node* request = test.Find("request"); request != nullptr) {
    return ProtobufOf(*request);
  }
  const std::string text = Text(test, "body");
  const std::string how = Text(test, "body_encoding");
  if (how == "gzip") {
    std::string body;
    encoding::Compress(encoding::Compression::kGzip, text, &body);
    return body;
  }
  return how.starts_with("raw deflate") ? RawDeflate(text) : text;
}

// As the HTTP server hands it on: known encodings undone, 400 if that fails.
base::Status Push(const Node& test, LokiPushEndpoint* endpoint) {
  std::string body = BodyOf(test);
  std::string coding = Text(test, "content_encoding");
  if (net::IsKnownCoding(coding)) {
    SB_ASSIGN_OR_RETURN(body, net::DecodeContent(coding, body, 1 << 20));
    coding.clear();
  }
  return endpoint->Push({Text(test, "content_type"), coding, body});
}

TEST(LokiConformanceTest, StoresWhatLokiStores) {
  const std::vector<NodePtr> cases = Cases("push.yaml");
  if (cases.empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  size_t pass = 0;
  for (const NodePtr& test : cases) {
    base::Registry registry;
    LossCounters losses(&registry);
    CapturedLogs store;
    LogWriter writer(&store, &losses, &registry);
    LogIngestOptions options;
    options.discover_service_name = Text(*test, "service_discovery") == "true";
    writer.Configure(options);
    LokiPushEndpoint endpoint(&writer, &registry);
    const base::Status status = Push(*test, &endpoint);
    const bool wanted_ok = Text(*test, "ok") == "true";
    const std::string wanted = wanted_ok ? Expected(*test->Find("streams")) : "";
    EXPECT_EQ(status.ok(), wanted_ok) << Text(*test, "id") << ": " << status.ToString();
    EXPECT_EQ(Stored(store), wanted) << Text(*test, "id");
    pass += status.ok() == wanted_ok && Stored(store) == wanted ? 1 : 0;
  }
  std::printf("conformance: loki push %zu of %zu\n", pass, cases.size());
}

TEST(LokiConformanceTest, FindsTheLevelsThatLokiFinds) {
  const std::vector<NodePtr> cases = Cases("levels.yaml");
  if (cases.empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  size_t pass = 0;
  for (const NodePtr& test : cases) {
    base::Registry registry;
    LossCounters losses(&registry);
    CapturedLogs store;
    LogWriter writer(&store, &losses, &registry);
    LogIngestOptions options;
    if (const Node* fields = test->Find("level_fields"); fields != nullptr) {
      std::vector<std::string> names;
      for (const NodePtr& name : fields->items) {
        names.push_back(name->text);
      }
      options.level_fields = LevelFields(names);
    }
    writer.Configure(options);
    LogBatch batch = writer.NewBatch();
    const std::map<std::string, std::string> metadata = Map(test->Find("metadata"));
    const std::string line = Text(*test, "line");
    LogRecordView record;
    record.line = line;
    for (const auto& [name, value] : metadata) {
      record.metadata.push_back({name, value});
    }
    batch.Add(batch.Stream({{"foo", "bar"}}), record);
    ASSERT_TRUE(writer.Write(std::move(batch)).ok());
    const std::string found = store.Entries()[0].metadata["detected_level"];
    EXPECT_EQ(found, Text(*test, "detected_level")) << Text(*test, "id") << ": " << line;
    pass += found == Text(*test, "detected_level") ? 1 : 0;
  }
  std::printf("conformance: log levels %zu of %zu\n", pass, cases.size());
}

TEST(LokiConformanceTest, ReadsLabelStringsAsLokiDoes) {
  const std::vector<NodePtr> cases = Cases("parse.yaml");
  if (cases.empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  size_t pass = 0;
  size_t total = 0;
  for (const NodePtr& test : cases) {
    if (Text(*test, "kind") != "push_labels" || test->Find("query") == nullptr) {
      continue;
    }
    ++total;
    std::deque<std::string> scratch;
    std::vector<wire::LokiLabel> labels;
    const std::string query = Text(*test, "query");
    const base::Status status = wire::ParseLabelString(query, &scratch, &labels);
    std::map<std::string, std::string> found;
    for (const wire::LokiLabel& label : labels) {
      if (!label.value.empty()) {
        found[std::string(label.name)] = label.value;
      }
    }
    const bool same = status.ok() == (Text(*test, "ok") == "true") &&
                      (!status.ok() || found == Map(test->Find("labels")));
    EXPECT_TRUE(same) << Text(*test, "query") << status.ToString();
    pass += same ? 1 : 0;
  }
  std::printf("conformance: push labels %zu of %zu\n", pass, total);
}

}  // namespace
}  // namespace sb::ingest
