// SPDX-License-Identifier: Apache-2.0
#include "wire/loki/label_string.h"

#include <gtest/gtest.h>

namespace sb::wire {
namespace {

std::string Canonical(std::string_view text) {
  std::deque<std::string> scratch;
  std::vector<LokiLabel> labels;
  const base::Status status = ParseLabelString(text, &scratch, &labels);
  return status.ok() ? WriteLabelString(labels) : "error";
}

TEST(LabelStringTest, ReadsSelectors) {
  EXPECT_EQ(Canonical("{ \"foo\"=\"bar2\",      env=`pr\\od`   }"),
            "{foo=\"bar2\", env=\"pr\\\\od\"}");
  EXPECT_EQ(Canonical("{a=\"q\\\"\\x41\\u00e9\\101\\n\",}"),
            "{a=\"q\\\"A\xC3\xA9"
            "A\\n\"}");
  EXPECT_EQ(Canonical("{}"), "{}");
}

TEST(LabelStringTest, RefusesEverythingElse) {
  for (const std::string_view text :
       {"", "{", "a=\"b\"", "{a}", "{a=}", "{a=b}", "{a=\"b}", "{a!=\"b\"}", "{a=~\"b\"}",
        "{a=\"b\"}x", "{a=\"b\" c=\"d\"}", "{=\"b\"}", "{a=\"\\q\"}", "{a=\"\\ud800\"}",
        "{1a=\"b\"}", "{a=\"\\"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

}  // namespace
}  // namespace sb::wire
