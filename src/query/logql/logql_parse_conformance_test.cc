// SPDX-License-Identifier: Apache-2.0
//
// Runs the parse cases of the conformance data, and the small literals and patterns, and counts.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>

#include "query/logql/json_path.h"
#include "query/logql/label_key.h"
#include "query/logql/parser.h"
#include "query/logql/pattern.h"
#include "query/logql/printer.h"
#include "query/logql/testing/ast_text.h"
#include "query/logql/testing/conformance_file.h"
#include "query/logql/units.h"

namespace sb::logql {
namespace {

// "" when the case comes out as it should.
std::string RunSelector(const config::Node& item, const std::string& query, bool ok) {
  if (TextOf(item, "kind") == "selector") {
    return ParseSelector(query).ok() == ok ? "" : "selector";
  }
  const auto labels = ParsePushLabels(query);
  if (labels.ok() != ok) {
    return "labels";
  }
  if (!ok) {
    return "";
  }
  model::LabelSetBuilder want;
  for (const auto& entry : item.Find("labels")->entries) {
    want.Set(entry.key->text, entry.value->text);
  }
  return *labels == want.Build() ? "" : labels->ToString();
}

std::string CompareText(const config::Node& item, std::string_view key, const std::string& got) {
  const config::Node* want = item.Find(key);
  if (want == nullptr || want->text == got) {
    return "";
  }
  return fmt::format("{}:\n got  {}\n want {}", key, got, want->text);
}

// The data's tree with literals folded, which it leaves undone in two cases.
std::string Folded(const config::Node& ast) {
  static const std::map<std::string, BinaryOp> kOps = {
      {"+", BinaryOp::kAdd}, {"-", BinaryOp::kSub}, {"/", BinaryOp::kDiv}};
  const std::function<std::optional<double>(const config::Node&)> value =
      [&value](const config::Node& node) -> std::optional<double> {
    if (node.Find("number") != nullptr && node.entries.size() == 1) {
      return ParseGoFloat(TextOf(node, "number"));
    }
    const auto op = kOps.find(TextOf(node, "op"));
    if (op == kOps.end()) {
      return std::nullopt;
    }
    const auto lhs = value(*node.Find("lhs"));
    const auto rhs = value(*node.Find("rhs"));
    if (!lhs.has_value() || !rhs.has_value()) {
      return std::nullopt;
    }
    return FoldNumbers(op->second, *lhs, *rhs);
  };
  const auto number = value(ast);
  return number.has_value() ? fmt::format("{{\"number\":{}}}", *number) : Canonical(ast);
}

std::string RunCase(const config::Node& item) {
  const bool ok = IsTrue(item, "ok");
  const std::string query = item.Find("query_base64") != nullptr
                                ? DecodeBase64(TextOf(item, "query_base64"))
                                : TextOf(item, "query");
  if (TextOf(item, "kind") != "expr") {
    return RunSelector(item, query, ok);
  }
  const auto expr = Parse(query);
  const bool format_ok = ok || IsTrue(item, "format_ok");
  if (expr.ok() != format_ok) {
    return expr.ok() ? "accepted" : std::string(expr.status().message());
  }
  if (!expr.ok()) {
    return "";
  }
  if (CheckStages(**expr).ok() != ok) {
    return "CheckStages: " + CheckStages(**expr).ToString();
  }
  std::string wrong = CompareText(item, "canonical", Print(**expr));
  wrong += CompareText(item, item.Find("pretty") != nullptr ? "pretty" : "canonical",
                       PrintPretty(**expr));
  wrong += CompareText(item, "pretty_width20", PrintPretty(**expr, 20));
  if (const config::Node* ast = item.Find("ast"); ast != nullptr) {
    if (Folded(*ast) != AstText(**expr)) {
      wrong += fmt::format("ast\n got  {}\n want {}", AstText(**expr), Canonical(*ast));
    }
  }
  if (IsTrue(item, "noop_filter") && ((*expr)->kind != ExprKind::kLog ||
                                      !HasNoFilter(static_cast<const LogExpr&>(**expr)))) {
    wrong += "filter not seen as idle";
  }
  const auto again = Parse(Print(**expr));
  if (!again.ok() || Print(**again) != Print(**expr)) {
    wrong += "canonical text reads differently: " + Print(**expr);
  }
  return wrong;
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
    EXPECT_TRUE(wrong.empty()) << TextOf(*item, "id") << " " << TextOf(*item, "query") << ": "
                               << wrong;
  }
  fmt::print("conformance: logql/{} {} of {}\n", file, pass, items.size());
  EXPECT_EQ(items.size(), want);
}

TEST(LogqlParseConformanceTest, ParsesAndPrintsAsTheReference) {
  CountCases("parse.yaml", 726, RunCase);
}

std::string PathText(const JsonPath& path) {
  std::string out;
  for (const JsonStep& step : path) {
    out += (out.empty() ? "" : ",") +
           (step.is_index ? fmt::format("{}", step.index) : "\"" + step.key + "\"");
  }
  return "[" + out + "]";
}

TEST(LogqlParseConformanceTest, ReadsSmallLiterals) {
  CountCases("values.yaml", 24, [](const config::Node& item) -> std::string {
    const std::string id = TextOf(item, "id");
    const std::string text = TextOf(item, "text");
    if (id.starts_with("duration")) {
      const auto ns = ParseQueryDuration(text);
      return ns.has_value() && std::to_string(*ns) == TextOf(item, "ns") ? "" : "duration";
    }
    if (id.starts_with("json_path")) {
      const auto path = ParseJsonPath(text);
      if (path.ok() == IsTrue(item, "error")) {
        return path.ok() ? PathText(*path) : std::string(path.status().message());
      }
      return !path.ok() || PathText(*path) == Canonical(*item.Find("path")) ? "" : PathText(*path);
    }
    return SanitizeLabelKey(text) == TextOf(item, "key") ? "" : SanitizeLabelKey(text);
  });
}

std::string SplitText(std::string_view pattern) {
  std::string out;
  for (const Pattern::Part& part : Pattern::Split(pattern)) {
    out += (out.empty() ? "" : ",") +
           fmt::format("{{\"{}\":\"{}\"}}", part.is_capture ? "capture" : "literal", part.text);
  }
  return "[" + out + "]";
}

std::string RunPattern(const config::Node& item) {
  const std::string pattern = TextOf(item, "pattern");
  if (item.Find("tokens") != nullptr) {
    return SplitText(pattern) == Canonical(*item.Find("tokens")) ? "" : SplitText(pattern);
  }
  const auto parsed = Pattern::ForExtraction(pattern);
  if (!parsed.ok()) {
    return std::string(parsed.status().message());
  }
  std::vector<std::string_view> values;
  const std::string line = TextOf(item, "line");
  parsed->Extract(line, &values);
  std::vector<std::string> want;
  for (const config::NodePtr& capture : item.Find("captures")->items) {
    want.push_back(capture->text);
  }
  if (std::vector<std::string>(values.begin(), values.end()) != want) {
    return fmt::format("[{}]", fmt::join(values, "|"));
  }
  std::string unnamed;
  for (const Pattern::Part& part : Pattern::Split(pattern)) {
    unnamed += part.is_capture ? "<_>" : part.text;
  }
  const auto filter = Pattern::ForFilter(unnamed);
  return filter.ok() && filter->Matches(line) == IsTrue(item, "full_match") ? "" : "full_match";
}

TEST(LogqlParseConformanceTest, CutsAndMatchesPatterns) {
  CountCases("patterns.yaml", 21, RunPattern);
}

}  // namespace
}  // namespace sb::logql
