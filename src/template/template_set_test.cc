// SPDX-License-Identifier: Apache-2.0
#include "template/template_set.h"

#include <gtest/gtest.h>

#include "template/containers.h"
#include "template/go_time.h"

namespace sb::gotemplate {
namespace {

Value Data() {
  return MapObject::Any({{"Status", Value("firing")},
                         {"N", Value(3)},
                         {"F", Value(1.5)},
                         {"List", ListObject::Strings({"a", "b", "c"})},
                         {"Map", MapObject::Strings({{"x", "1"}, {"y", "2"}})},
                         {"At", TimeValue(GoTime{1'787'392'800, 500'000'000, nullptr})}});
}

std::string Render(const std::string& text, ExecuteOptions options = {}) {
  TemplateSet set;
  const base::Status parsed = set.Parse("t", text);
  if (!parsed.ok()) {
    return std::string(parsed.message());
  }
  std::string out;
  const base::Status status = set.Execute("t", Data(), options, &out);
  return status.ok() ? out : std::string(status.message());
}

struct Case {
  const char* text;
  const char* out;
};

// The results are those of Go 1.26's text/template for the same text and data.
class TemplateCases : public testing::TestWithParam<Case> {};

TEST_P(TemplateCases, RendersAsGoDoes) {
  EXPECT_EQ(Render(GetParam().text), GetParam().out) << GetParam().text;
}

constexpr Case kCases[] = {
#include "template/testing/go_cases.inc"
};

INSTANTIATE_TEST_SUITE_P(Go, TemplateCases, testing::ValuesIn(kCases));

TEST(TemplateSetTest, MissingKeyIsZeroNoValueOrError) {
  EXPECT_EQ(Render("{{ .Map.nope }}"), "<no value>");
  EXPECT_EQ(Render("{{ .Map.nope }}|{{ .nope }}", {.missing_key = MissingKey::kZero}),
            "|<no value>");
  EXPECT_EQ(Render("{{ .Map.nope }}", {.missing_key = MissingKey::kError}),
            "template: t:1:7: executing \"t\" at <.Map.nope>: map has no entry for key \"nope\"");
}

TEST(TemplateSetTest, EndlessRecursionEnds) {
  EXPECT_NE(Render(R"({{ define "R" }}{{ template "R" . }}{{ end }}{{ template "R" }})")
                .find("exceeded maximum template depth"),
            std::string::npos);
}

TEST(TemplateSetTest, StepsAndOutputAreBounded) {
  EXPECT_NE(Render("{{ range 1000000000 }}{{ end }}", {.steps_max = 1000}).find("steps"),
            std::string::npos);
  EXPECT_NE(Render("{{ range 1000000000 }}xxxxxxxxxx{{ end }}", {.output_bytes_max = 1000})
                .find("bytes of output"),
            std::string::npos);
}

TEST(TemplateSetTest, DeepNestingIsRefused) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) {
    text += "{{ if (";
  }
  EXPECT_NE(Render(text), "");
  text = "{{ ";
  text.append(100'000, '(');
  EXPECT_NE(Render(text).find("nested deeper"), std::string::npos);
}

TEST(TemplateSetTest, ChildSeesParentAndLeavesItAlone) {
  TemplateSet parent;
  ASSERT_TRUE(parent.Parse("p", R"({{ define "T" }}old{{ end }})").ok());
  TemplateSet child(&parent);
  ASSERT_TRUE(child.Parse("", R"({{ define "T" }}new{{ end }}{{ template "T" }})").ok());
  std::string out;
  ASSERT_TRUE(child.Execute("", Value(), {}, &out).ok());
  ASSERT_TRUE(parent.Execute("T", Value(), {}, &out).ok());
  EXPECT_EQ(out, "newold");
}

TEST(TemplateSetTest, FunctionsOfTheCallerAreCheckedAndCalled) {
  FunctionTable table;
  table.Add("twice", {{Param::kString}, false}, [](Call& c) {
    return base::Result<Value>(c.args[0].AsString() + c.args[0].AsString());
  });
  table.Add("fails", {{}, false},
            [](Call&) { return base::Result<Value>(base::InvalidArgument("no luck")); });
  TemplateSet set(&table);
  ASSERT_TRUE(set.Parse("a", R"({{ "x" | twice }})").ok());
  ASSERT_TRUE(set.Parse("b", "{{ twice 5 }}").ok());
  ASSERT_TRUE(set.Parse("c", "{{ fails }}").ok());
  ASSERT_TRUE(set.Parse("d", "{{ twice }}").ok());
  std::string out;
  ASSERT_TRUE(set.Execute("a", Value(), {}, &out).ok());
  EXPECT_EQ(out, "xx");
  EXPECT_EQ(set.Execute("b", Value(), {}, &out).message(),
            "template: b:1:9: executing \"b\" at <5>: expected string; found 5");
  EXPECT_EQ(set.Execute("c", Value(), {}, &out).message(),
            "template: c:1:3: executing \"c\" at <fails>: error calling fails: no luck");
  EXPECT_EQ(set.Execute("d", Value(), {}, &out).message(),
            "template: d:1:3: executing \"d\" at <twice>: wrong number of args for twice: want 1 "
            "got 0");
}

}  // namespace
}  // namespace sb::gotemplate
