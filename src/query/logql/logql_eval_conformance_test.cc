// SPDX-License-Identifier: Apache-2.0
//
// Runs the evaluation cases of the conformance data: writes streams to a memory store, runs
// queries, compares, and counts. All but the large files run on stores with small and with large
// blocks.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/env.h"
#include "query/logql/engine.h"
#include "query/logql/parser.h"
#include "query/logql/testing/conformance_file.h"
#include "query/logql/units.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::logql {
namespace {

constexpr int64_t kEpochMs = 1'767'225'600'000;  // 2026-01-01
constexpr int64_t kNsPerMs = 1'000'000;

int64_t Number(const config::Node& item, std::string_view key, int64_t fallback) {
  const config::Node* node = item.Find(key);
  return node == nullptr ? fallback : std::stoll(node->text);
}

int64_t TimeNs(const config::Node& item, std::string_view key) {
  return (kEpochMs + Number(item, key, 0)) * kNsPerMs;
}

class Writer {
 public:
  explicit Writer(std::string folder) : folder_(std::move(folder)) {}

  store::EventBatch Write(const config::Node& scenario) {
    for (const config::NodePtr& stream : scenario.Find("streams")->items) {
      WriteStream(*stream);
    }
    return std::move(batch_);
  }

 private:
  void WriteStream(const config::Node& stream) {
    store::EventStreamBuilder labels;
    if (const config::Node* node = stream.Find("labels"); node != nullptr) {
      for (const config::Node::Entry& entry : node->entries) {
        if (!entry.value->text.empty()) {
          labels.Add(entry.key->text, store::EventValue::Text(entry.value->text));
        }
      }
    }
    const uint32_t index = batch_.AddStream(labels.Build());
    const int64_t every_ms = Number(stream, "every_ms", 0);
    int64_t time_ns = TimeNs(stream, "at_ms");
    const auto lines = LinesOf(stream);
    for (const std::string& line : lines) {
      batch_.AddRow(index, time_ns);
      batch_.SetText(batch_.Column("line", store::ValueType::kText), line);
      if (const config::Node* metadata = stream.Find("metadata"); metadata != nullptr) {
        for (const config::Node::Entry& entry : metadata->entries) {
          if (!entry.value->text.empty()) {
            batch_.Set("meta." + entry.key->text, store::EventValue::Text(entry.value->text));
          }
        }
      }
      time_ns += every_ms * kNsPerMs;
    }
  }

  std::vector<std::string> LinesOf(const config::Node& stream) {
    std::vector<std::string> lines;
    if (const config::Node* file = stream.Find("file"); file != nullptr) {
      return FileLines(file->text);
    }
    if (const config::Node* file = stream.Find("jsonl"); file != nullptr) {
      return JsonLines(file->text, *stream.Find("where"));
    }
    const std::string text = TextOf(stream, "line");
    const int64_t count = Number(stream, "count", 1);
    for (int64_t i = 0; i < count; ++i) {
      std::string line = text;
      for (size_t at = line.find("{{.i}}"); at != std::string::npos; at = line.find("{{.i}}")) {
        line.replace(at, 6, std::to_string(i));
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

  std::vector<std::string> FileLines(const std::string& name) {
    const auto text = base::Env::Real().files().ReadFile(folder_ + "/../logs/" + name);
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

  std::vector<std::string> JsonLines(const std::string& name, const config::Node& where) {
    std::vector<std::string> lines;
    for (const std::string& text : FileLines(name)) {
      const auto item = ReadJsonItem(text);
      bool fits = item != nullptr && item->Find("line") != nullptr;
      for (const config::Node::Entry& entry : where.entries) {
        fits = fits && TextOf(*item, entry.key->text) == entry.value->text;
      }
      if (fits) {
        lines.push_back(TextOf(*item, "line"));
      }
    }
    return lines;
  }

  const std::string folder_;
  store::EventBatch batch_;
};

std::string LabelsText(const config::Node* node) {
  model::LabelSetBuilder labels;
  if (node != nullptr) {
    for (const config::Node::Entry& entry : node->entries) {
      if (entry.key->text != "__error_details__") {
        labels.Set(entry.key->text, entry.value->text);
      }
    }
  }
  return labels.Build().ToString();
}

std::string LabelsText(const model::LabelSet& labels) {
  return model::LabelSetBuilder(labels).Delete("__error_details__").Build().ToString();
}

bool SameNumber(const config::Node& want, double got) {
  const double value = ParseGoFloat(want.text).value_or(0);
  if (std::isnan(value) || std::isinf(value)) {
    return std::isnan(value) ? std::isnan(got) : value == got;
  }
  return std::fabs(value - got) <= 1e-9 * std::max({1e-9, std::fabs(value), std::fabs(got)});
}

using Points = std::map<int64_t, double>;

std::string CompareSeries(const config::Node& eval, const std::vector<int64_t>& times,
                          std::vector<std::pair<std::string, Points>> got) {
  std::vector<std::pair<std::string, const config::Node*>> want;
  for (const config::NodePtr& series : eval.Find("series")->items) {
    want.emplace_back(LabelsText(series->Find("labels")), series->Find("values"));
  }
  if (!IsTrue(eval, "ordered")) {
    std::sort(want.begin(), want.end());
    std::sort(got.begin(), got.end());
  }
  std::erase_if(want, [](const auto& series) {
    return std::all_of(series.second->items.begin(), series.second->items.end(),
                       [](const config::NodePtr& value) { return value->IsNull(); });
  });
  std::string shown;
  for (const auto& [labels, points] : got) {
    shown += "\n   got " + labels;
    for (const auto& [time, value] : points) {
      shown += fmt::format(" {}@{}", value, time - kEpochMs);
    }
  }
  if (want.size() != got.size()) {
    return fmt::format("{} series, want {}{}", got.size(), want.size(), shown);
  }
  for (size_t i = 0; i < want.size(); ++i) {
    const auto& [labels, values] = want[i];
    if (labels != got[i].first) {
      return fmt::format("labels {} want {}{}", got[i].first, labels, shown);
    }
    for (size_t step = 0; step < values->items.size(); ++step) {
      const auto point = got[i].second.find(times[step]);
      const config::Node& value = *values->items[step];
      const bool same = value.IsNull()
                            ? point == got[i].second.end()
                            : point != got[i].second.end() && SameNumber(value, point->second);
      if (!same) {
        return fmt::format("step {} want {}{}", step, value.text, shown);
      }
    }
  }
  return "";
}

class Runner {
 public:
  Runner(const store::EventReader& reader, const config::Node& eval)
      : reader_(reader),
        eval_(eval),
        context_(base::Env::Real().clock(), engine_.ContextOptions()) {}

  std::string Run() {
    const bool fail = IsTrue(eval_, "fail");
    const auto expr = Parse(TextOf(eval_, "query"));
    if (!expr.ok()) {
      return fail ? "" : expr.status().ToString();
    }
    const base::Status status = (*expr)->kind == ExprKind::kLog ? RunLog(**expr)
                                                                : RunMetric(**expr);
    if (!status.ok() || fail) {
      return !status.ok() && fail ? "" : "status " + status.ToString();
    }
    return wrong_;
  }

 private:
  base::Status RunMetric(const Expr& expr) {
    std::vector<std::pair<std::string, Points>> got;
    std::vector<int64_t> times;
    if (eval_.Find("at_ms") != nullptr) {
      times.push_back(kEpochMs + Number(eval_, "at_ms", 0));
      SB_ASSIGN_OR_RETURN(const MetricAnswer answer,
                          engine_.Instant(context_, reader_, expr, TimeNs(eval_, "at_ms")));
      if (const auto* scalar = std::get_if<query::ScalarValue>(&answer.value)) {
        got.push_back({"{}", {{times[0], scalar->value}}});
        if (const config::Node* want = eval_.Find("scalar"); want != nullptr) {
          wrong_ = SameNumber(*want, scalar->value) ? "" : fmt::format("{}", scalar->value);
          return base::OkStatus();
        }
      } else {
        for (const auto& element : std::get<query::InstantVector>(answer.value)) {
          got.push_back({LabelsText(element.labels), {{element.time_ms, element.value}}});
        }
      }
    } else {
      const RangeTimes range{TimeNs(eval_, "from_ms"), TimeNs(eval_, "to_ms"),
                             Number(eval_, "step_ms", 0) * kNsPerMs};
      for (int64_t t = range.start_ns; t <= range.end_ns; t += range.step_ns) {
        times.push_back(t / kNsPerMs);
      }
      SB_ASSIGN_OR_RETURN(const MetricAnswer answer,
                          engine_.Range(context_, reader_, expr, range));
      for (const auto& series : std::get<query::Matrix>(answer.value)) {
        Points points;
        for (const query::FloatPoint& point : series.floats) {
          points[point.time_ms] = point.value;
        }
        got.push_back({LabelsText(series.labels), std::move(points)});
      }
    }
    if (eval_.Find("series") != nullptr) {
      wrong_ = CompareSeries(eval_, times, std::move(got));
    } else if (!IsTrue(eval_, "fail")) {
      wrong_ = "nothing to compare with";
    }
    return base::OkStatus();
  }

  base::Status RunLog(const Expr& expr) {
    LogQueryOptions options;
    options.start_ns = TimeNs(eval_, "from_ms");
    options.end_ns = TimeNs(eval_, "to_ms");
    options.limit = static_cast<size_t>(Number(eval_, "limit", 100));
    options.direction = TextOf(eval_, "direction") == "forward" ? Direction::kForward
                                                                : Direction::kBackward;
    ReadStats stats;
    SB_ASSIGN_OR_RETURN(const LogAnswer answer,
                        engine_.Logs(context_, reader_, static_cast<const LogExpr&>(expr), options,
                                     &stats));
    std::vector<std::string> got;
    for (const LogStreamResult& stream : answer.streams) {
      for (const LogEntry& entry : stream.entries) {
        got.push_back(fmt::format("{} {} {}", entry.time_ns / kNsPerMs - kEpochMs,
                                  LabelsText(stream.labels), entry.line));
      }
    }
    const config::Node* entries = eval_.Find("entries");
    if (entries == nullptr) {
      wrong_ = "nothing to compare with";
      return base::OkStatus();
    }
    if (entries->items.size() != got.size()) {
      wrong_ = fmt::format("{} entries, want {}", got.size(), entries->items.size());
      return base::OkStatus();
    }
    for (const config::NodePtr& entry : entries->items) {
      const bool is_start = entry->Find("line_starts") != nullptr;
      const std::string want =
          fmt::format("{} {} {}", Number(*entry, "at_ms", 0), LabelsText(entry->Find("labels")),
                      TextOf(*entry, is_start ? "line_starts" : "line"));
      const auto found = std::find_if(got.begin(), got.end(), [&](const std::string& one) {
        return is_start ? one.starts_with(want) : one == want;
      });
      if (found == got.end()) {
        wrong_ = fmt::format("no entry {}; got {}", want, got[0]);
        return base::OkStatus();
      }
      got.erase(found);
    }
    return base::OkStatus();
  }

  const store::EventReader& reader_;
  const config::Node& eval_;
  const Engine engine_{EngineOptions{}};
  query::QueryContext context_;
  std::string wrong_;
};

void RunFile(const std::string& folder, const std::string& file, size_t* pass, size_t* total) {
  size_t good = 0;
  size_t all = 0;
  for (const config::NodePtr& scenario : ReadYamlItems(folder + "/" + file)) {
    store::MemoryEventStore small(7);
    store::MemoryEventStore large(5000);
    const bool is_small = !file.starts_with("eval_corpora");
    if (is_small) {
      ASSERT_TRUE(small.Write(Writer(folder).Write(*scenario)).ok());
    }
    ASSERT_TRUE(large.Write(Writer(folder).Write(*scenario)).ok());
    for (const config::NodePtr& eval : scenario->Find("evals")->items) {
      ++all;
      std::string wrong = Runner(large, *eval).Run();
      if (wrong.empty() && is_small) {
        wrong = Runner(small, *eval).Run();
      }
      good += wrong.empty() ? 1U : 0U;
      EXPECT_TRUE(wrong.empty()) << TextOf(*scenario, "id") << " " << TextOf(*eval, "query") << " "
                                 << TextOf(*eval, "at_ms") << ": " << wrong;
    }
  }
  fmt::print("conformance: logql/{} {} of {}\n", file, good, all);
  *pass += good;
  *total += all;
}

TEST(LogqlEvalConformanceTest, AnswersAsTheReference) {
  const std::optional<std::string> folder = ConformanceFolder("logql");
  if (!folder.has_value()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  size_t pass = 0;
  size_t total = 0;
  for (const char* name :
       {"binary_operations", "conversions", "extraction", "formatters", "functions",
        "label_filters", "line_filters", "parsers", "range_aggregations", "unwrap",
        "vector_aggregations"}) {
    RunFile(*folder, fmt::format("eval/{}.yaml", name), &pass, &total);
  }
  RunFile(*folder, "eval_corpora.yaml", &pass, &total);
  fmt::print("conformance: logql evaluations {} of {}\n", pass, total);
  EXPECT_EQ(pass, total);
}

}  // namespace
}  // namespace sb::logql
