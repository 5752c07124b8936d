// SPDX-License-Identifier: Apache-2.0
//
// The reference's example queries: each must parse, fail to parse or fail to validate as its
// section says, and what parses must survive printing. They are reached through
// SIGNALBOX_CONFORMANCE_DIR; without it the test is skipped.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/env.h"
#include "config/json_reader.h"
#include "query/traceql/parser.h"
#include "query/traceql/printer.h"
#include "query/traceql/validate.h"

namespace sb::traceql {
namespace {

bool Behaves(const std::string& section, const std::string& text, std::string* why) {
  base::Result<Query> query = Parse(text);
  if (section == "parse_fails") {
    *why = "parses";
    return !query.ok();
  }
  if (!query.ok()) {
    *why = std::string(query.status().message());
    return false;
  }
  const std::string printed = Print(*query);
  const base::Result<Query> again = Parse(printed);
  if (!again.ok() || Print(*again) != printed) {
    *why = "does not survive printing: " + printed;
    return false;
  }
  const base::Status status = Validate(&*query);
  *why = status.ok() ? "is valid" : std::string(status.message());
  // What the reference calls unsupported runs here.
  return section == "validate_fails" ? !status.ok() : status.ok();
}

TEST(TraceqlConformanceTest, QueriesBehaveAsTheirSectionSays) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto text =
      base::Env::Real().files().ReadFile(base::JoinPath(folder, "traceql/queries.json"));
  ASSERT_TRUE(text.ok()) << text.status().ToString();
  const auto root = config::ParseJson(*text, "queries.json");
  ASSERT_TRUE(root.ok()) << root.status().ToString();
  int pass = 0;
  int total = 0;
  for (const config::NodePtr& row : (*root)->items) {
    const std::string& section = row->Find("section")->text;
    const std::string& query = row->Find("query")->text;
    std::string why;
    ++total;
    if (Behaves(section, query, &why)) {
      ++pass;
    } else {
      ADD_FAILURE() << section << ": " << query << "\n  " << why;
    }
  }
  fmt::print("conformance: traceql {} of {}\n", pass, total);
  EXPECT_EQ(total, 311);
}

}  // namespace
}  // namespace sb::traceql
