// SPDX-License-Identifier: Apache-2.0
#include "config/expand.h"

#include <gtest/gtest.h>

namespace sb::config {
namespace {

std::string Expand(std::string_view text) {
  return ExpandVariables(text, [](std::string_view name) {
    return name == "REGION" ? std::string("eu") : name == "1" ? "one" : std::string();
  });
}

TEST(ExpandVariablesTest, ReplacesNamesAsOsExpandDoes) {
  EXPECT_EQ(Expand("foo$REGION/${REGION}x"), "fooeu/eux");
  EXPECT_EQ(Expand("$REGIONx"), "");
  EXPECT_EQ(Expand("a${NOPE}b$NOPE"), "ab");
  EXPECT_EQ(Expand("$$REGION"), "$REGION");
  EXPECT_EQ(Expand("$1x"), "onex");
}

TEST(ExpandVariablesTest, KeepsADollarThatStartsNoName) {
  EXPECT_EQ(Expand("5$ or $%"), "5$ or $%");
  EXPECT_EQ(Expand("$"), "$");
  EXPECT_EQ(Expand("a${}b"), "ab");
  EXPECT_EQ(Expand("a${REGION"), "aREGION");
}

}  // namespace
}  // namespace sb::config
