// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/template_projection.h"

#include <gtest/gtest.h>

namespace sb::events {
namespace {

using store::LineProjection;

constexpr int64_t kTime = 1'732'655'655'123'456'789;  // 2024-11-26T21:14:15.123456789Z

// The projected line, "?" if the whole line is needed.
std::string Projected(const LineProjection& projection, std::string_view line) {
  LineSplitter splitter;
  splitter.Split(line, &kTime);
  std::vector<ProjectedPiece> pieces;
  if (!ProjectTemplate(projection, CutPattern(splitter.pattern()), &pieces)) {
    return "?";
  }
  std::string text;
  for (const ProjectedPiece& piece : pieces) {
    text += piece.literal;
    if (piece.variable != ProjectedPiece::kNone) {
      const Variable& variable = splitter.variables()[piece.variable];
      text += variable.text.empty() ? std::to_string(variable.number) : std::string(variable.text);
    }
  }
  return text;
}

std::string Members(const std::vector<std::string>& names, std::string_view line) {
  LineProjection projection;
  for (const std::string& name : names) {
    projection.parts.push_back({false, name});
  }
  return Projected(projection, line);
}

TEST(TemplateProjectionTest, LeavesTheMembersThatAreLookedFor) {
  const std::string line =
      R"({"ts":"2024-11-26T21:14:15.123Z","msg":"all \"fine\" so far","n":{"status":1},)"
      R"("status":200,"b":true})";
  EXPECT_EQ(Members({"status"}, line), R"({"status":200})");
  EXPECT_EQ(Members({"b", "msg"}, line), R"({"b":true,"msg":"all \"fine\" so far"})");
  EXPECT_EQ(Members({"n"}, line), R"({"n":{"status":1}})");
  EXPECT_EQ(Members({"absent"}, line), "{}");
  EXPECT_EQ(Members({"a"}, R"({"a":1,"a":2})"), R"({"a":1})");
  EXPECT_EQ(Members({"a"}, R"({ "a": -1.5 , "b":[1,"]"]})"), R"({"a":-1.5})");
  EXPECT_EQ(Members({"b"}, R"({ "a": [1,{"b":"]"},[]] , "b":[1,"]"]})"), R"({"b":[1,"]"]})");
  EXPECT_EQ(Members({"a"}, "no object 17"), "x");
  EXPECT_EQ(Members({"a"}, "[17]"), "[");
  EXPECT_EQ(Members({"a"}, "17 objects"), "x");
  EXPECT_EQ(Members({"a"}, R"("1" 2)"), "\"");
  EXPECT_EQ(Members({"a"}, "  "), "x");
  EXPECT_EQ(Members({"a"}, ""), "");
}

TEST(TemplateProjectionTest, NeedsLinesThatAreOutOfTheOrdinary) {
  for (const char* line :
       {R"({"x9":1,"a":2})", R"({"\u0061":1})", R"({"b":oops,"a":2})", R"({"b":1.5e3x x,"a":2})",
        R"({"b":1,)", R"({"b":"1)", R"({"b" 1})", R"({"b":{"c":1)", R"({"b":1.5e3,"a":2})", "v1"}) {
    EXPECT_EQ(Members({"a"}, line), "?") << line;
  }
  EXPECT_EQ(Members({"a"}, std::string_view("\x01{\"a\":1}", 8)), "?");
}

std::string Labels(LineProjection::Kind kind, const std::vector<std::string>& names,
                   std::string_view line) {
  LineProjection projection{.kind = kind, .parts = {}};
  for (const std::string& name : names) {
    projection.parts.push_back({false, name});
  }
  return Projected(projection, line);
}

std::string JsonLabels(const std::vector<std::string>& names, std::string_view line) {
  return Labels(LineProjection::Kind::kJsonLabels, names, line);
}

TEST(TemplateProjectionTest, LeavesTheMembersThatLabelsCanComeFrom) {
  const std::string line =
      R"({"ts":"2024-11-26T21:14:15.123Z","msg":"all \"fine\" so far","n":{"status":1},)"
      R"("list":[{"a":1}],"status":200,"ok":null})";
  EXPECT_EQ(JsonLabels({"status"}, line), R"({"status":200})");
  EXPECT_EQ(JsonLabels({"ok", "n_status"}, line), R"({"n":{"status":1},"ok":null})");
  EXPECT_EQ(JsonLabels({"list_a"}, line), "{}");
  EXPECT_EQ(JsonLabels({}, line), "{}");
  EXPECT_EQ(JsonLabels({"n"}, line), R"({"n":{"status":1}})") << "a key may be empty";
  EXPECT_EQ(JsonLabels({"a"}, R"({"a":1,"b":2,"a":3} what follows)"), R"({"a":1,"a":3})");
  EXPECT_EQ(JsonLabels({"a"}, R"({"b c":1, "x9" : 2,"9":3,"":4,"\u0062":5,"b":6})"),
            R"({"b c":1,"x9" : 2,"9":3,"":4,"\u0062":5})");
  EXPECT_EQ(JsonLabels({"a"}, "no object 17"), "x");
  EXPECT_EQ(JsonLabels({"a"}, "{ }"), "{}");
  EXPECT_EQ(JsonLabels({"a"}, ""), "");
}

TEST(TemplateProjectionTest, NeedsLinesThatAreNoWholeJson) {
  for (const char* line :
       {R"({"a":1,"b":oops})", R"({"a":1,"b":{"c":oops}})", R"({"a":1,)", R"({"a":1,})",
        R"({"a":1,"b":[1})", R"({"a":1 "b":2})", R"({"a":1,"b":"c)", "{", R"({"a":1,"b":1e9})"}) {
    EXPECT_EQ(JsonLabels({"a"}, line), "?") << line;
  }
  std::string deep = R"({"b":)";
  for (int i = 0; i < 20; ++i) {
    deep += R"({"b":)";
  }
  EXPECT_EQ(JsonLabels({"a"}, deep + "1" + std::string(21, '}')), "?");
}

std::string LogfmtLabels(const std::vector<std::string>& names, std::string_view line) {
  return Labels(LineProjection::Kind::kLogfmtLabels, names, line);
}

TEST(TemplateProjectionTest, LeavesThePairsThatLabelsCanComeFrom) {
  const std::string line =
      R"(ts=2024-11-26T21:14:15.123Z level=info msg="all \"fine\" so = far" status=200 done took=)";
  EXPECT_EQ(LogfmtLabels({"status"}, line), "status=200");
  EXPECT_EQ(LogfmtLabels({"msg", "level"}, line),
            R"(level=info msg="all \"fine\" so = far")");
  EXPECT_EQ(LogfmtLabels({"done", "took", "so"}, line), "") << "they have no values";
  EXPECT_EQ(LogfmtLabels({"level"}, "level=two words status=1"), "level=two words");
  EXPECT_EQ(LogfmtLabels({"status"}, "two words, 17 more\tstatus=1\n"), "status=1");
  EXPECT_EQ(LogfmtLabels({"a"}, "b.c=1 x9=2 9=3 b=4 a=5 a=6"), "b.c=1 x9=2 9=3 a=5 a=6");
  EXPECT_EQ(LogfmtLabels({"a"}, ""), "");
}

TEST(TemplateProjectionTest, NeedsLinesThatAreUnusualLogfmt) {
  for (const char* line : {"a=1 b=2=3", "a=1 =2", R"(a=1 b="2)", R"(a=1 b="2"c=3)", R"(a=1 b"=2)",
                           R"(a=1 b=2"3")", "a=1 \xC3\xA9=2", R"(a=1 b="\)", "v1"}) {
    EXPECT_EQ(LogfmtLabels({"a"}, line), "?") << line;
  }
}

std::string Captures(const std::vector<LineProjection::Part>& parts, std::string_view line) {
  return Projected({.kind = LineProjection::Kind::kPattern, .parts = parts}, line);
}

TEST(TemplateProjectionTest, LeavesTheCapturesThatHaveNames) {
  const std::vector<LineProjection::Part> nginx = {
      {true, "_"}, {false, " - - "}, {true, "_"}, {false, " \""}, {true, "_"}, {false, "\" "},
      {true, "status"}, {false, " "}, {true, "_"}};
  EXPECT_EQ(Captures(nginx, R"(10.0.3.4 - - [x] "GET /users/17 HTTP" 200 512)"),
            R"( - -  "" 200 )");
  EXPECT_EQ(Captures(nginx, "something else 17"), "");
  EXPECT_EQ(Captures({{true, "a"}, {false, " "}, {true, "_"}}, "17 18"), "17 ");
  EXPECT_EQ(Captures({{true, "a"}, {false, " "}, {true, "_"}}, "two words"), "?");
  EXPECT_EQ(Captures({{true, "a"}, {false, "took"}}, "17 took 18"), "?");
  EXPECT_EQ(Captures({{false, "["}, {true, "a"}, {false, "]"}}, "[17] up"), "[17]");
  EXPECT_EQ(Captures({{false, "["}, {true, "a"}, {false, "]"}}, "(17] up"), "");
  EXPECT_EQ(Captures({{false, "(17"}, {true, "a"}, {false, "]"}}, "(17] up"), "?");
}

}  // namespace
}  // namespace sb::events
