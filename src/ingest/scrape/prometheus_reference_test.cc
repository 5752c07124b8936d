// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/prometheus_reference.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/env.h"

namespace sb::scrape {
namespace {

constexpr std::string_view kBegin = "<!-- generated: prometheus.yml -->\n";
constexpr std::string_view kEnd = "<!-- end of generated text -->\n";

// SIGNALBOX_UPDATE_DOCS=1 writes the page instead; the change is then reviewed like any other.
TEST(PrometheusReferenceTest, TheManualHoldsWhatTheTablesSay) {
  base::FileSystem& files = base::Env::Real().files();
  const std::string path = base::JoinPath(SIGNALBOX_DOCS_DIR, "configuration.md");
  auto page = files.ReadFile(path);
  ASSERT_TRUE(page.ok()) << page.status().ToString();
  const size_t begin = page->find(kBegin);
  const size_t end = page->find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_LT(begin, end);
  const std::string expected = PrometheusReferenceMarkdown();
  const size_t start = begin + kBegin.size();
  if (std::getenv("SIGNALBOX_UPDATE_DOCS") != nullptr) {
    page->replace(start, end - start, expected);
    ASSERT_TRUE(base::WriteFileAtomically(files, path, *page).ok());
    return;
  }
  EXPECT_EQ(page->substr(start, end - start), expected)
      << "run this test once with SIGNALBOX_UPDATE_DOCS=1";
}

}  // namespace
}  // namespace sb::scrape
