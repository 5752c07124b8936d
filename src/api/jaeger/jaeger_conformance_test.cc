// SPDX-License-Identifier: Apache-2.0
//
// Jaeger's own integration data: traces are stored, each search must find exactly the traces that
// it names, and the transformation to the UI's model must give the expected JSON. The data is
// reached through SIGNALBOX_CONFORMANCE_DIR; without it the tests are skipped.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "api/http/parameters.h"
#include "api/http/testing/recording_writer.h"
#include "api/jaeger/jaeger_api.h"
#include "base/env.h"
#include "config/json_reader.h"
#include "ingest/pipeline/span_writer.h"
#include "net/url_params.h"
#include "store/interface/testing/memory_event_store.h"
#include "wire/otlp/json_to_proto.h"

namespace sb::api {
namespace {

using config::Node;
using config::NodePtr;

std::string Folder() {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  return folder == nullptr ? "" : base::JoinPath(folder, "jaeger");
}

std::string Read(const std::string& path) {
  const auto text = base::Env::Real().files().ReadFile(path);
  EXPECT_TRUE(text.ok()) << text.status().ToString();
  return text.ok() ? *text : "";
}

NodePtr Json(const std::string& text) {
  const auto root = config::ParseJson(text, "data");
  EXPECT_TRUE(root.ok()) << root.status().ToString();
  return root.ok() ? *root : nullptr;
}

// Compares two documents; a message for the first difference.
std::string Difference(const Node& a, const Node& b, const std::string& path) {
  if (a.kind != b.kind || a.text != b.text || a.items.size() != b.items.size() ||
      a.entries.size() != b.entries.size()) {
    return path + ": " + a.text + " is not " + b.text;
  }
  for (size_t i = 0; i < a.items.size(); ++i) {
    if (auto d = Difference(*a.items[i], *b.items[i], path + "/" + std::to_string(i)); !d.empty()) {
      return d;
    }
  }
  for (const Node::Entry& entry : a.entries) {
    const Node* other = b.Find(entry.key->text);
    if (other == nullptr) {
      return path + ": no " + entry.key->text;
    }
    if (auto d = Difference(*entry.value, *other, path + "/" + entry.key->text); !d.empty()) {
      return d;
    }
  }
  return "";
}

class JaegerConformanceTest : public ::testing::Test {
 protected:
  JaegerConformanceTest()
      : losses_(&registry_),
        writer_(&store_, &base::Env::Real(), &losses_, &registry_),
        api_({}, {base::Env::Real().clock(), store_}) {
    api_.AddRoutes(&router_);
  }

  void Store(const std::string& json) {
    std::string proto;
    ASSERT_TRUE(wire::JsonToProto(wire::JsonTraceRequest(), json, &proto).ok());
    ASSERT_TRUE(writer_.Write(proto).status.ok());
  }

  // The trace ids in an answer of /api/traces.
  std::set<std::string> Search(const Node& query) {
    net::UrlParams params;
    params.Add("service", query.Find("ServiceName")->text);
    params.Add("operation", query.Find("OperationName")->text);
    for (const auto& [name, param] :
         {std::pair{"StartTimeMin", "start"}, {"StartTimeMax", "end"}}) {
      const std::string& text = query.Find(name)->text;
      // Microseconds after the milliseconds that ParseTime keeps.
      const auto ms = ParseTime(text);
      EXPECT_TRUE(ms.ok());
      params.Add(param, std::to_string(*ms * 1000 + std::stoll(text.substr(23, 3))));
    }
    params.Add("limit", query.Find("NumTraces")->text);
    params.Add("minDuration", query.Find("DurationMin")->text + "ns");
    params.Add("maxDuration", query.Find("DurationMax")->text + "ns");
    for (const Node::Entry& tag : query.Find("Tags")->entries) {
      params.Add("tag", tag.key->text + ":" + tag.value->text);
    }
    const net::HttpResponse reply =
        Serve(router_, MakeRequest("GET", "/api/traces?" + params.Encode()));
    EXPECT_EQ(reply.status, 200) << reply.body;
    std::set<std::string> ids;
    const NodePtr answer = Json(reply.body);
    for (const NodePtr& trace : answer->Find("data")->items) {
      ids.insert(trace->Find("traceID")->text);
    }
    return ids;
  }

  base::Registry registry_;
  ingest::LossCounters losses_;
  store::MemoryEventStore store_;
  ingest::SpanWriter writer_;
  JaegerApi api_;
  net::Router router_;
};

TEST_F(JaegerConformanceTest, SearchesFindExactlyTheirTraces) {
  if (Folder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const std::string folder = base::JoinPath(Folder(), "search");
  const auto names = base::Env::Real().files().List(base::JoinPath(folder, "traces"));
  ASSERT_TRUE(names.ok());
  std::map<std::string, std::string> id_of;
  for (const std::string& name : *names) {
    const std::string text = Read(base::JoinPath(folder, "traces/" + name));
    Store(text);
    const size_t at = text.find("\"traceId\"");
    id_of[name.substr(0, name.find('.'))] = text.substr(text.find('"', at + 9) + 1, 32);
  }
  int pass = 0;
  int total = 0;
  const NodePtr queries = Json(Read(base::JoinPath(folder, "queries.json")));
  for (const NodePtr& row : queries->items) {
    std::set<std::string> expected;
    for (const NodePtr& fixture : row->Find("ExpectedFixtures")->items) {
      expected.insert(id_of[fixture->text]);
    }
    ++total;
    const std::set<std::string> found = Search(*row->Find("Query"));
    if (found == expected) {
      ++pass;
    } else {
      ADD_FAILURE() << row->Find("Caption")->text << ": " << found.size() << " traces";
    }
  }
  fmt::print("conformance: jaeger search {} of {}\n", pass, total);
  EXPECT_EQ(total, 17);
}

TEST_F(JaegerConformanceTest, TransformGivesTheModelOfTheUi) {
  if (Folder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const std::string in = Read(base::JoinPath(Folder(), "otlp-to-ui/in.otlp.json"));
  const std::string expected = Read(base::JoinPath(Folder(), "otlp-to-ui/out.ui.json"));
  const net::HttpResponse reply =
      Serve(router_, MakeRequest("POST", "/api/transform", in, "application/json"));
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(Difference(*Json(reply.body), *Json(expected), ""), "") << reply.body;
  fmt::print("conformance: jaeger transform 1 of 1\n");
}

TEST_F(JaegerConformanceTest, Version3HasItsShapes) {
  if (Folder().empty()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  // The trace behind GetTrace.json, with the times and service that it leaves out.
  Store(R"({"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[{"traceId":)"
        R"("00000000000000000000000000000001","spanId":"0000000000000002","name":"foobar",)"
        R"("kind":2,"startTimeUnixNano":"1","endTimeUnixNano":"1","status":{"code":2}}]}]}]})");
  const net::HttpResponse reply = Serve(router_, MakeRequest("GET", "/api/v3/traces/1"));
  ASSERT_EQ(reply.status, 200) << reply.body;
  std::string body = reply.body;
  for (const std::string_view extra :
       {R"("startTimeUnixNano":"1",)", R"("endTimeUnixNano":"1",)"}) {
    const size_t at = body.find(extra);
    ASSERT_NE(at, std::string::npos) << body;
    body.erase(at, extra.size());
  }
  const std::string expected = Read(base::JoinPath(Folder(), "v3-shapes/GetTrace.json"));
  EXPECT_EQ(Difference(*Json(body), *Json(expected), ""), "") << body;
}

}  // namespace
}  // namespace sb::api
