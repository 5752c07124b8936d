// SPDX-License-Identifier: Apache-2.0
//
// The dialogues of Fluentd, Fluent Bit, Vector, Logstash and Filebeat with an Elasticsearch, played
// over a socket. They are reached through SIGNALBOX_CONFORMANCE_DIR and not part of this
// repository; without it the tests are skipped.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

#include "base/env.h"
#include "config/json_reader.h"
#include "config/yaml_reader.h"
#include "encoding/compress.h"
#include "ingest/elastic/elastic_handler.h"
#include "ingest/pipeline/testing/captured_logs.h"
#include "net/testing/test_server.h"

namespace sb::ingest {
namespace {

using config::Node;
using config::NodePtr;

std::string Text(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found == nullptr ? "" : found->text;
}

// Objects: listed keys must match; lists: item by item; "*": anything.
bool Matches(const Node& wanted, const Node* found) {
  if (found == nullptr) {
    return false;
  }
  if (wanted.IsScalar()) {
    return wanted.text == "*" || (found->IsScalar() && found->text == wanted.text);
  }
  if (wanted.IsSequence()) {
    if (!found->IsSequence() || wanted.items.size() != found->items.size()) {
      return false;
    }
    for (size_t i = 0; i < wanted.items.size(); ++i) {
      if (!Matches(*wanted.items[i], found->items[i].get())) {
        return false;
      }
    }
    return true;
  }
  for (const Node::Entry& entry : wanted.entries) {
    if (!Matches(*entry.value, found->Find(entry.key->text))) {
      return false;
    }
  }
  return true;
}

// The server that the dialogues talk to.
class ElasticConformanceTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
    if (folder == nullptr) {
      GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
    }
    folder_ = folder;
    net::Router router;
    AddElasticIngestRoutes({&endpoint_, &templates_}, &router);
    net::HttpServerOptions options;
    options.executors["ingest"] = [](std::function<void()> task) {
      task();
      return true;
    };
    server_ = std::make_unique<net::TestServer>(std::move(router), std::move(options));
  }

  std::string Read(const std::string& path) {
    const auto text = base::Env::Real().files().ReadFile(folder_ + "/logs/" + path);
    EXPECT_TRUE(text.ok()) << text.status().ToString();
    return text.ok() ? *text : "";
  }

  // Head and body of the reply.
  std::string Send(const Node& step) {
    std::string head = Text(step, "method") + " " + Text(step, "path") +
                       " HTTP/1.1\r\nHost: es.test:9200\r\nConnection: close\r\n";
    std::string body = Text(step, "body");
    if (const Node* headers = step.Find("headers"); headers != nullptr) {
      for (const Node::Entry& entry : headers->entries) {
        head += entry.key->text + ": " + entry.value->text + "\r\n";
        if (entry.key->text == "Content-Encoding") {
          std::string packed;
          encoding::Compress(encoding::Compression::kGzip, body, &packed);
          body = packed;
        }
      }
    }
    if (step.Find("body") != nullptr) {
      head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    net::RawSocket socket(server_->port());
    EXPECT_TRUE(socket.Send(head + "\r\n" + body));
    return socket.ReadAll();
  }

  void Check(const std::string& id, const Node& step, const std::string& reply) {
    const Node& expect = *step.Find("expect");
    const std::string where =
        id + " " + Text(step, "method") + " " + Text(step, "path") + "\n" + reply;
    const std::string status = Text(expect, "status");
    EXPECT_TRUE(status == "*" || reply.starts_with("HTTP/1.1 " + status)) << where;
    EXPECT_NE(reply.find("X-Elastic-Product: Elasticsearch"), std::string::npos) << where;
    if (const Node* wanted = expect.Find("json"); wanted != nullptr) {
      const size_t at = reply.find("\r\n\r\n");
      const auto json = config::ParseJson(std::string_view(reply).substr(at + 4), id);
      ASSERT_TRUE(json.ok()) << where;
      EXPECT_TRUE(Matches(*wanted, json->get())) << where;
    }
    if (const Node* raw = expect.Find("raw_contains"); raw != nullptr) {
      for (const NodePtr& text : raw->items) {
        EXPECT_NE(reply.find(text->text), std::string::npos) << where;
      }
    }
  }

  std::string folder_;
  base::Registry registry_;
  LossCounters losses_{&registry_};
  CapturedLogs store_;
  LogWriter writer_{&store_, &losses_, &registry_};
  ElasticBulkEndpoint endpoint_{&writer_, &base::Env::Real(), &registry_};
  ElasticTemplates templates_;
  std::unique_ptr<net::TestServer> server_;
};

TEST_F(ElasticConformanceTest, AnswersEveryDialogue) {
  const auto document = config::ParseYaml(Read("elasticsearch/ingest.yaml"), "ingest.yaml");
  ASSERT_TRUE(document.ok()) << document.status().ToString();
  size_t pass = 0;
  for (const NodePtr& dialogue : (*document)->items) {
    for (const NodePtr& step : dialogue->Find("steps")->items) {
      // _cat/indices is a question about logs: api/elastic answers it.
      if (Text(*step, "path").starts_with("/_cat/")) {
        continue;
      }
      Check(Text(*dialogue, "id"), *step, Send(*step));
    }
    pass += HasFailure() ? 0 : 1;
  }
  std::printf("conformance: elasticsearch dialogues %zu of %zu\n", pass, (*document)->items.size());
}

TEST_F(ElasticConformanceTest, TakesTheBulkBodiesOfFluentd) {
  size_t lines = 0;
  for (const char* name : {"fluentd-0.ndjson", "fluentd-1.ndjson", "fluentd-2.ndjson"}) {
    const std::string body = Read(std::string("kubernetes/bulk/") + name);
    lines += static_cast<size_t>(std::count(body.begin(), body.end(), '\n')) / 2;
    const ElasticBulkReply reply = endpoint_.Bulk(body, "");
    EXPECT_EQ(reply.status, 200);
    EXPECT_NE(reply.json.find("\"errors\":false"), std::string::npos);
  }
  EXPECT_EQ(store_.count(), lines);
  for (const auto& [labels, entries] : store_.streams) {
    EXPECT_EQ(labels.at("index"), "taskmanager");
    EXPECT_FALSE(labels.at("pod").empty());
    for (const CapturedEntry& entry : entries) {
      EXPECT_EQ(entry.metadata.contains("traceId"), !entry.trace_id.empty());
    }
  }
  std::printf("conformance: fluentd bulk documents %zu of %zu\n", store_.count(), lines);
}

}  // namespace
}  // namespace sb::ingest
