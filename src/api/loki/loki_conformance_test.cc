// SPDX-License-Identifier: Apache-2.0
//
// The recorded HTTP answers, parameter rules and response shapes of the conformance data, without
// sockets: requests go through the router to a memory store.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/http/testing/recording_writer.h"
#include "api/loki/loki_api.h"
#include "api/loki/loki_json.h"
#include "api/loki/loki_params.h"
#include "base/env.h"
#include "base/task_runner.h"
#include "config/json_reader.h"
#include "net/url_params.h"
#include "query/logql/testing/conformance_file.h"
#include "query/logql/units.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::api::loki {
namespace {

using config::Node;
using logql::ReadItems;
using logql::TextOf;

constexpr int64_t kEpochNs = 1'767'225'600'000'000'000;  // 2026-01-01

std::vector<std::string> LinesOfFile(const std::string& path) {
  const auto text = base::Env::Real().files().ReadFile(path);
  EXPECT_TRUE(text.ok()) << text.status().ToString();
  std::vector<std::string> lines;
  std::string_view rest = text.ok() ? std::string_view(*text) : std::string_view();
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return lines;
}

void Load(const Node& load, const std::string& folder, store::EventBatch* batch) {
  store::EventStreamBuilder labels;
  for (const Node::Entry& entry : load.Find("labels")->entries) {
    labels.Add(entry.key->text, store::EventValue::Text(entry.value->text));
  }
  const uint32_t stream = batch->AddStream(labels.Build());
  int64_t time_ns = kEpochNs + std::stoll(TextOf(load, "at_ms")) * 1'000'000;
  int64_t left = std::stoll(TextOf(load, "first"));
  for (const std::string& text : LinesOfFile(folder + "/../logs/" + TextOf(load, "jsonl"))) {
    const config::NodePtr item = logql::ReadJsonItem(text);
    if (item == nullptr || item->Find("line") == nullptr ||
        TextOf(*item, "f") != TextOf(*load.Find("where"), "f")) {
      continue;
    }
    if (left-- == 0) {
      return;
    }
    batch->AddRow(stream, time_ns);
    batch->Set("line", store::EventValue::Text(TextOf(*item, "line")));
    if (const Node* metadata = load.Find("metadata"); metadata != nullptr) {
      for (const Node::Entry& entry : metadata->entries) {
        batch->Set("meta." + entry.key->text, store::EventValue::Text(entry.value->text));
      }
    }
    time_ns += std::stoll(TextOf(load, "every_ms")) * 1'000'000;
  }
}

// Whether `got` is as wanted: "*" is anything, keys in any order, some lists are sets.
class JsonMatch {
 public:
  explicit JsonMatch(bool is_volume) : is_volume_(is_volume) {}

  bool Same(const Node& want, const Node& got, std::string_view key) const {
    if (want.IsScalar() && !want.plain && want.text == "*") {
      return true;
    }
    if (want.kind != got.kind) {
      return false;
    }
    switch (want.kind) {
      case Node::Kind::kNull:
        return true;
      case Node::Kind::kScalar:
        return SameScalar(want, got);
      case Node::Kind::kSequence:
        return IsSet(key, want) ? SameSet(want, got) : SameList(want, got, key);
      case Node::Kind::kMapping:
        return SameMapping(want, got);
    }
    return false;
  }

 private:
  bool SameScalar(const Node& want, const Node& got) const {
    if (want.text == got.text) {
      return true;
    }
    const auto a = logql::ParseGoFloat(want.text);
    const auto b = logql::ParseGoFloat(got.text);
    if (!a.has_value() || !b.has_value()) {
      return false;
    }
    // The reference counts metadata into volumes, too.
    const double slack = is_volume_ && !want.plain ? 0.1 : 1e-9;
    return std::fabs(*a - *b) <= slack * std::fabs(*a);
  }
  static bool IsSet(std::string_view key, const Node& want) {
    const bool plain_values = key == "values" && !want.items.empty() && want.items[0]->IsScalar();
    return key == "data" || key == "result" || key == "fields" || key == "detectedLabels" ||
           plain_values;
  }
  bool SameList(const Node& want, const Node& got, std::string_view key) const {
    if (want.items.size() != got.items.size()) {
      return false;
    }
    for (size_t i = 0; i < want.items.size(); ++i) {
      if (!Same(*want.items[i], *got.items[i], key == "values" ? "" : key)) {
        return false;
      }
    }
    return true;
  }
  bool SameSet(const Node& want, const Node& got) const {
    std::vector<config::NodePtr> left = got.items;
    for (const config::NodePtr& item : want.items) {
      const auto found = std::find_if(left.begin(), left.end(), [&](const config::NodePtr& other) {
        return Same(*item, *other, "");
      });
      if (found == left.end()) {
        return false;
      }
      left.erase(found);
    }
    return left.empty();
  }
  bool SameMapping(const Node& want, const Node& got) const {
    if (want.entries.size() != got.entries.size()) {
      return false;
    }
    for (const Node::Entry& entry : want.entries) {
      const Node* other = got.Find(entry.key->text);
      if (other == nullptr || !Same(*entry.value, *other, entry.key->text)) {
        return false;
      }
    }
    return true;
  }

  const bool is_volume_;
};

struct Fixture {
  Fixture() { api.AddRoutes(&router); }
  store::MemoryEventStore events;
  logql::Engine engine{logql::EngineOptions{}};
  base::ThreadPool pool{{.name = "tail"}};
  LokiApi api{{}, {base::Env::Real().clock(), events, nullptr, engine, pool}};
  net::Router router;
};

template <typename Run>
void Count(std::string_view file, const Run& run) {
  const auto folder = logql::ConformanceFolder("logql");
  if (!folder.has_value()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  size_t pass = 0;
  size_t total = 0;
  for (const config::NodePtr& item : ReadItems(*folder + "/" + std::string(file))) {
    const std::optional<std::string> wrong = run(*item, *folder);
    if (!wrong.has_value()) {
      continue;  // no case
    }
    ++total;
    pass += wrong->empty() ? 1U : 0U;
    EXPECT_TRUE(wrong->empty()) << TextOf(*item, "id") << " " << *wrong;
  }
  fmt::print("conformance: logql/{} {} of {}\n", file, pass, total);
  EXPECT_GT(total, 0U);
}

TEST(LokiConformanceTest, AnswersRecordedRequests) {
  Fixture fixture;
  store::EventBatch batch;
  bool written = false;
  Count("http_answers.yaml",
        [&](const Node& item, const std::string& folder) -> std::optional<std::string> {
          if (item.Find("jsonl") != nullptr) {
            Load(item, folder, &batch);
            return std::nullopt;
          }
          if (!written) {
            written = true;
            EXPECT_TRUE(fixture.events.Write(std::move(batch)).ok());
          }
          net::UrlParams params;
          for (const Node::Entry& entry : item.Find("params")->entries) {
            params.Add(entry.key->text, entry.value->text);
          }
          const std::string path = TextOf(item, "path");
          net::HttpRequest request = MakeRequest("GET", path + "?" + params.Encode());
          if (const Node* headers = item.Find("headers"); headers != nullptr) {
            for (const Node::Entry& entry : headers->entries) {
              request.headers.Add(entry.key->text, entry.value->text);
            }
          }
          const net::HttpResponse reply = Serve(fixture.router, std::move(request));
          if (std::to_string(reply.status) != TextOf(item, "status")) {
            return fmt::format("{} status {} {}", path, reply.status, reply.body.substr(0, 300));
          }
          const Node* want = item.Find("json");
          if (want == nullptr) {
            return "";
          }
          const auto got = config::ParseJson(reply.body, "reply");
          const bool is_volume = path.find("volume") != std::string::npos;
          return got.ok() && JsonMatch(is_volume).Same(*want, **got, "") ? "" : reply.body;
        });
}

std::string CheckNs(const base::Result<int64_t>& got, const Node& item, std::string_view key,
                    double scale) {
  if (TextOf(item, "error") == "true") {
    return got.ok() ? "accepted" : "";
  }
  if (!got.ok()) {
    return got.status().ToString();
  }
  if (key == "ns") {
    return std::to_string(*got) == TextOf(item, key) ? "" : std::to_string(*got);
  }
  const double want = logql::ParseGoFloat(TextOf(item, key)).value_or(-1);
  return std::fabs(static_cast<double>(*got) / scale - want) < 1e-6 ? "" : std::to_string(*got);
}

std::string CheckBounds(const Node& item) {
  net::UrlParams params;
  for (const char* name : {"start", "end", "since"}) {
    params.Add(name, TextOf(item, name));
  }
  const auto bounds = ReadBounds(params, std::stoll(TextOf(item, "now_s")) * 1'000'000'000);
  if (TextOf(item, "error") == "true") {
    return !bounds.ok() && bounds.status().message().find(TextOf(item, "message_contains")) !=
                               std::string_view::npos
               ? ""
               : "accepted or another message";
  }
  return bounds.ok() &&
                 std::to_string(bounds->start_ns / 1'000'000'000) == TextOf(item, "start_s") &&
                 std::to_string(bounds->end_ns / 1'000'000'000) == TextOf(item, "end_s")
             ? ""
             : "bounds";
}

TEST(LokiConformanceTest, ReadsParameters) {
  Count("http_params.yaml", [](const Node& item, const std::string&) -> std::optional<std::string> {
    const std::string what = TextOf(item, "what");
    const std::string value = TextOf(item, "value");
    if (what == "timestamp") {
      return CheckNs(ParseTimestampNs(value), item, "ns", 1);
    }
    if (what == "step") {
      return CheckNs(ParseStepNs(value), item, "step_s", 1e9);
    }
    if (what == "interval") {
      return CheckNs(ParseIntervalNs(value), item, "interval_s", 1e9);
    }
    if (what == "default_step") {
      return CheckNs(DefaultStepNs(std::stoll(TextOf(item, "start_s")) * 1'000'000'000,
                                   std::stoll(TextOf(item, "end_s")) * 1'000'000'000),
                     item, "step_s", 1e9);
    }
    if (what == "bounds") {
      return CheckBounds(item);
    }
    net::UrlParams params;
    params.Add(TextOf(item, "param"), value);
    const auto got = ReadUint32(params, TextOf(item, "param"));
    const bool error = TextOf(item, "error") == "true";
    if (got.ok() == error) {
      return "accepted or refused";
    }
    return got.ok() || got.status().message().find(TextOf(item, "message_contains")) !=
                           std::string_view::npos
               ? ""
               : got.status().ToString();
  });
}

// The entries that a shape is about, as an answer.
logql::LogAnswer AnswerOf(const Node& json) {
  logql::LogAnswer answer;
  for (const config::NodePtr& stream : json.items) {
    logql::LogStreamResult result;
    model::LabelSetBuilder labels;
    for (const Node::Entry& entry : stream->Find("stream")->entries) {
      labels.Set(entry.key->text, entry.value->text);
    }
    result.labels = labels.Build();
    result.stream = result.labels;
    for (const config::NodePtr& value : stream->Find("values")->items) {
      logql::LogEntry entry;
      entry.time_ns = std::stoll(value->items[0]->text);
      entry.line = value->items[1]->text;
      if (value->items.size() > 2) {
        for (const auto& [key, pairs] : {std::pair{"structuredMetadata", &entry.metadata},
                                         std::pair{"parsed", &entry.parsed}}) {
          if (const Node* node = value->items[2]->Find(key); node != nullptr) {
            for (const Node::Entry& pair : node->entries) {
              pairs->emplace_back(pair.key->text, pair.value->text);
            }
          }
        }
      }
      result.entries.push_back(std::move(entry));
    }
    answer.streams.push_back(std::move(result));
  }
  return answer;
}

query::QueryValue ValueOf(const Node& data) {
  query::InstantVector vector;
  query::Matrix matrix;
  const auto ms = [](const Node& point) {
    return static_cast<int64_t>(
        std::llround(logql::ParseGoFloat(point.items[0]->text).value_or(0) * 1000));
  };
  const auto number = [](const Node& point) {
    return logql::ParseGoFloat(point.items[1]->text).value_or(0);
  };
  for (const config::NodePtr& item : data.Find("result")->items) {
    model::LabelSetBuilder labels;
    for (const Node::Entry& entry : item->Find("metric")->entries) {
      labels.Set(entry.key->text, entry.value->text);
    }
    if (const Node* point = item->Find("value"); point != nullptr) {
      vector.push_back({labels.Build(), ms(*point), number(*point), nullptr});
      continue;
    }
    query::MatrixSeries series;
    series.labels = labels.Build();
    for (const config::NodePtr& point : item->Find("values")->items) {
      series.floats.push_back({ms(*point), number(*point)});
    }
    matrix.push_back(std::move(series));
  }
  return TextOf(data, "resultType") == "vector" ? query::QueryValue(vector)
                                                : query::QueryValue(matrix);
}

std::string RenderShape(const Node& item, const Node& json) {
  const Node* data = json.Find("data");
  if (const Node* streams = json.Find("streams"); streams != nullptr) {
    std::vector<DroppedEntry> dropped;
    for (const config::NodePtr& entry : json.Find("dropped_entries")->items) {
      dropped.push_back({std::stoll(TextOf(*entry, "timestamp")),
                         model::LabelSet::FromPairs({{"test", "test"}})});
    }
    const bool categorized = json.Find("encodingFlags") != nullptr;
    return TailJson(AnswerOf(*streams),
                    categorized ? LabelStyle::kCategorized : LabelStyle::kMerged, dropped);
  }
  if (data == nullptr || !data->IsMapping()) {
    return "";
  }
  logql::ReadStats stats;
  if (const Node* warnings = item.Find("warnings"); warnings != nullptr) {
    stats.warnings.push_back(warnings->items[0]->text);
  }
  if (TextOf(*data, "resultType") == "streams") {
    const bool categorized = data->Find("encodingFlags") != nullptr;
    return LogAnswerJson(AnswerOf(*data->Find("result")),
                         categorized ? LabelStyle::kCategorized : LabelStyle::kMerged, stats, {});
  }
  return MetricAnswerJson(ValueOf(*data), stats, {});
}

TEST(LokiConformanceTest, WritesResponseShapes) {
  config::NodePtr stats_shape;
  Count("responses.yaml",
        [&stats_shape](const Node& item, const std::string&) -> std::optional<std::string> {
          const Node& json = *item.Find("json");
          if (TextOf(item, "id") == "response-0001") {
            JsonWriter writer;
            WriteStats({}, {}, &writer);
            const std::string text = std::move(writer).Take();
            const auto got = config::ParseJson(text, "stats");
            return got.ok() && JsonMatch(false).Same(json, **got, "") ? "" : text;
          }
          const std::string text = RenderShape(item, json);
          if (text.empty()) {
            return std::nullopt;  // plain lists: covered by the recorded answers
          }
          const auto got = config::ParseJson(text, "reply");
          if (!got.ok()) {
            return got.status().ToString();
          }
          // "<stats>" stands for the object of the first item.
          const Node* data = (*got)->Find("data");
          if (data != nullptr && data->Find("stats") == nullptr) {
            return "no stats";
          }
          std::string want_text = logql::Canonical(json);
          std::string got_text = logql::Canonical(**got);
          const auto cut = [](std::string* all) {
            const size_t at = all->find("\"stats\":");
            if (at != std::string::npos) {
              all->resize(at);
            }
          };
          cut(&want_text);
          cut(&got_text);
          return want_text == got_text ? "" : got_text + "\n want " + want_text;
        });
}

}  // namespace
}  // namespace sb::api::loki
