// SPDX-License-Identifier: Apache-2.0
//
// Runs the pipeline cases of the conformance data, one line through one pipeline, and the unwrap
// conversions, and counts.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "query/logql/parser.h"
#include "query/logql/pipeline.h"
#include "query/logql/testing/conformance_file.h"
#include "query/logql/units.h"

namespace sb::logql {
namespace {

using LabelMap = std::map<std::string, std::string>;

LabelMap LabelsOf(const config::Node* node) {
  LabelMap out;
  if (node != nullptr) {
    for (const config::Node::Entry& entry : node->entries) {
      if (!entry.value->text.empty()) {
        out[entry.key->text] = entry.value->text;
      }
    }
  }
  return out;
}

std::string ToText(const LabelMap& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    out += fmt::format("{}={:?} ", name, value);
  }
  return out;
}

std::string CompareLabels(const config::Node& item, const config::Node& expect, LabelMap got) {
  got.erase(std::string(kErrorDetailsLabel));
  LabelMap want;
  if (expect.Find("labels") != nullptr) {
    want = LabelsOf(expect.Find("labels"));
  } else if (expect.Find("labels_changed") != nullptr) {
    want = LabelsOf(item.Find("labels"));
    want.merge(LabelsOf(item.Find("metadata")));
    if (const config::Node* removed = expect.Find("labels_removed"); removed != nullptr) {
      for (const config::NodePtr& name : removed->items) {
        want.erase(name->text);
      }
    }
    for (const auto& [name, value] : LabelsOf(expect.Find("labels_changed"))) {
      want[name] = value;
    }
  } else {
    return "";
  }
  want.erase(std::string(kErrorDetailsLabel));
  if (IsTrue(item, "soft")) {
    return want[std::string(kErrorLabel)] == got[std::string(kErrorLabel)] ? "" : "error differs";
  }
  return want == got ? "" : fmt::format("labels\n got  {}\n want {}", ToText(got), ToText(want));
}

std::string RunCase(const config::Node& item) {
  const auto parsed = ParseLogQuery("{x=\"y\"} " + TextOf(item, "stages"));
  const bool fail = IsTrue(item, "fail") || (item.Find("expect") != nullptr &&
                                             IsTrue(*item.Find("expect"), "fail"));
  const bool good = parsed.ok() && CheckStages(**parsed).ok();
  if (good == fail) {
    return parsed.ok() ? "accepted or refused: " + CheckStages(**parsed).ToString()
                       : parsed.status().ToString();
  }
  if (fail) {
    return "";
  }
  PipelineOptions options;
  options.now_ns = int64_t{1} << 60;
  auto pipeline = Pipeline::Compile((*parsed)->stages, options);
  if (!pipeline.ok()) {
    return pipeline.status().ToString();
  }
  const LabelMap stream = LabelsOf(item.Find("labels"));
  std::vector<model::Label> pairs;
  for (const auto& [name, value] : stream) {
    pairs.push_back({name, value});
  }
  const LabelMap metadata = LabelsOf(item.Find("metadata"));
  const std::string text = TextOf(item, "line");
  LogLine line;
  line.labels.SetStream(&pairs);
  line.labels.StartLine();
  line.text = text;
  if (const config::Node* ts = item.Find("ts_ns"); ts != nullptr) {
    line.time_ns = std::stoll(ts->text);
  }
  for (const auto& [name, value] : metadata) {
    line.labels.AddMetadata(name, value);
  }
  const config::Node& expect = *item.Find("expect");
  const bool keep = pipeline->Run(&line);
  const bool want_keep = expect.Find("keep") == nullptr || IsTrue(expect, "keep");
  if (keep != want_keep) {
    return keep ? "kept" : "dropped";
  }
  if (!keep) {
    return "";
  }
  std::string wrong;
  if (expect.Find("line") != nullptr && !IsTrue(item, "soft") &&
      TextOf(expect, "line") != line.text) {
    wrong = fmt::format("line\n got  {:?}\n want {:?}\n", line.text, TextOf(expect, "line"));
  }
  std::vector<model::Label> sorted;
  line.labels.AppendSorted(&sorted);
  LabelMap got;
  for (const model::Label& label : sorted) {
    got[std::string(label.name)] = std::string(label.value);
  }
  return wrong + CompareLabels(item, expect, got);
}

template <typename Run>
void CountCases(std::string_view file, size_t want, const Run& run) {
  const std::optional<std::string> folder = ConformanceFolder("logql");
  if (!folder.has_value()) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  size_t pass = 0;
  const auto items = ReadItems(fmt::format("{}/{}", *folder, file));
  for (const config::NodePtr& item : items) {
    const std::string wrong = run(*item);
    pass += wrong.empty() ? 1U : 0U;
    EXPECT_TRUE(wrong.empty()) << TextOf(*item, "id") << " " << TextOf(*item, "stages") << " on "
                               << TextOf(*item, "line").substr(0, 200) << ": " << wrong;
  }
  fmt::print("conformance: logql/{} {} of {}\n", file, pass, items.size());
  EXPECT_EQ(items.size(), want);
}

TEST(LogqlPipelineConformanceTest, RunsStagesAsTheReference) {
  CountCases("pipeline.yaml", 320, RunCase);
}

TEST(LogqlPipelineConformanceTest, RunsOwnCases) {
  CountCases("pipeline_own.yaml", 461, RunCase);
}

std::string RunUnwrap(const config::Node& item) {
  std::string conversion = TextOf(item, "conversion");
  const bool plain = conversion.empty() || conversion == "none" || conversion == "number";
  const auto expr = Parse("max_over_time({a=\"b\"} | unwrap " +
                          (plain ? std::string("v") : conversion + "(v)") + " [1m])");
  if (!expr.ok()) {
    return expr.status().ToString();
  }
  auto unwrap = UnwrapRunner::Compile(*static_cast<const RangeExpr&>(**expr).unwrap);
  LogLine line;
  line.labels.StartLine();
  const std::string text = TextOf(item, "text");
  if (!text.empty()) {  // a label with an empty value is not written
    line.labels.AddMetadata("v", text);
  }
  double value = 0;
  if (!unwrap->Run(&line, &value)) {
    return IsTrue(item, "no_sample") ? "" : "no sample";
  }
  if (line.labels.has_error()) {
    return IsTrue(item, "error") ? "" : "error";
  }
  const auto want = ParseGoFloat(TextOf(item, "value"));
  const bool same = want.has_value() && (*want == value || (*want != *want && value != value));
  return same ? "" : fmt::format("value {} want {}", value, TextOf(item, "value"));
}

TEST(LogqlPipelineConformanceTest, ConvertsUnwrappedValues) {
  CountCases("unwrap_values.yaml", 141, RunUnwrap);
}

}  // namespace
}  // namespace sb::logql
