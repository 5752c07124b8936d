// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "template/containers.h"
#include "template/template_set.h"

namespace sb::gotemplate {
namespace {

struct Case {
  const char* text;
  const char* out;
};

// The results are those of Go 1.26's html/template for the same text and data.
class HtmlCases : public testing::TestWithParam<Case> {};

TEST_P(HtmlCases, EscapesAsGoDoes) {
  TemplateSet set;
  ASSERT_TRUE(set.Parse("t", GetParam().text).ok());
  const Value data = MapObject::Any({{"H", Value("<i a='b'>\"&+</i>")},
                                     {"U", Value("http://x.example/a b?c=d&e=\"f\"")},
                                     {"J", Value("javascript:alert(1)")},
                                     {"L", ListObject::Strings({"a", "</script>"})},
                                     {"N", Value(42)},
                                     {"W", Value("word")}});
  std::string out;
  ASSERT_TRUE(set.Execute("t", data, {.escaping = Escaping::kHtml}, &out).ok());
  EXPECT_EQ(out, GetParam().out) << GetParam().text;
}

constexpr Case kCases[] = {
#include "template/testing/html_cases.inc"
};

INSTANTIATE_TEST_SUITE_P(Go, HtmlCases, testing::ValuesIn(kCases));

}  // namespace
}  // namespace sb::gotemplate
