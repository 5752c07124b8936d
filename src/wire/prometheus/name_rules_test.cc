// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/name_rules.h"

#include <gtest/gtest.h>

namespace sb::wire {
namespace {

TEST(NameRulesTest, EscapesLikeTheReference) {
  const struct {
    const char* name;
    const char* underscores;
    const char* dots;
    const char* values;
  } kCases[] = {
      {"", "", "", ""},
      {"no:escaping_required", "no:escaping_required", "no:escaping__required",
       "no:escaping_required"},
      {"mysystem.prod.west.cpu.load", "mysystem_prod_west_cpu_load",
       "mysystem_dot_prod_dot_west_dot_cpu_dot_load", "U__mysystem_2e_prod_2e_west_2e_cpu_2e_load"},
      {"mysystem.prod.west.cpu.load_total", "mysystem_prod_west_cpu_load_total",
       "mysystem_dot_prod_dot_west_dot_cpu_dot_load__total",
       "U__mysystem_2e_prod_2e_west_2e_cpu_2e_load__total"},
      {"http.status:sum", "http_status:sum", "http_dot_status:sum", "U__http_2e_status:sum"},
      {"label with \xF0\x9F\x98\xB1", "label_with__", "label__with____",
       "U__label_20_with_20__1f631_"},
      {"0abc", "_abc", "__abc", "U___30_abc"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(EscapeName(c.name, EscapingScheme::kNone), c.name);
    EXPECT_EQ(EscapeName(c.name, EscapingScheme::kUnderscores), c.underscores) << c.name;
    EXPECT_EQ(EscapeName(c.name, EscapingScheme::kDots), c.dots) << c.name;
    EXPECT_EQ(EscapeName(c.name, EscapingScheme::kValues), c.values) << c.name;
    EXPECT_EQ(UnescapeName(c.values, EscapingScheme::kValues), c.name);
  }
  EXPECT_EQ(UnescapeName("mysystem_dot_prod__x", EscapingScheme::kDots), "mysystem.prod_x");
}

TEST(NameRulesTest, NamesThatOnlyLookEscapedAreLeftAlone) {
  for (const char* name :
       {"U__", "U__bad_zz_", "U__open_2e", "U___", "U__surrogate_d800_", "plain"}) {
    const std::string back = UnescapeName(name, EscapingScheme::kValues);
    EXPECT_TRUE(back == name || back == std::string(name).substr(3)) << name << " " << back;
  }
  EXPECT_EQ(UnescapeName("U__open_2e", EscapingScheme::kValues), "U__open_2e");
  EXPECT_EQ(UnescapeName("U__bad_zz_", EscapingScheme::kValues), "U__bad_zz_");
}

TEST(NameRulesTest, ValidatesSeriesWithUpstreamsWords) {
  const auto message = [](std::vector<model::Label> labels) {
    return std::string(ValidateSeriesLabels(labels).message());
  };
  EXPECT_EQ(message({{"__name__", "up"}, {"job", "x"}}), "");
  EXPECT_EQ(message({{"__name__", "caf\xC3\xA9.size"}, {"k.v", "x"}}), "");
  EXPECT_EQ(message({{"__name__", "up"}, {"job", "a"}, {"job", "b"}}),
            "label name \"job\" is not unique: invalid sample");
  EXPECT_EQ(message({{"job", "x"}}), "invalid metric name or labels, got {job=\"x\"}");
  EXPECT_EQ(message({{"__name__", ""}}), "invalid metric name or labels, got {__name__=\"\"}");
  EXPECT_EQ(message({{"", "x"}, {"__name__", "up"}}), "invalid label name \"\"");
  EXPECT_EQ(message({{"__name__", "up"}, {"a\xff", "x"}}), "invalid label name \"a\\xff\"");
  EXPECT_EQ(message({{"__name__", "up"}, {"a", "\xc0\x80"}}),
            "invalid value of label \"a\", not UTF-8: \"\\xc0\\x80\"");
}

TEST(NameRulesTest, MessagesStayShortForHugeInput) {
  const std::string huge(1 << 20, 'x');
  const std::vector<model::Label> labels = {{"__name__", huge}, {"b", huge}, {"c", huge}};
  EXPECT_LT(LabelsForMessage(labels).size(), 2000U);
  EXPECT_LT(QuoteForMessage(huge).size(), 200U);
}

}  // namespace
}  // namespace sb::wire
