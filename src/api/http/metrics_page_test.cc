// SPDX-License-Identifier: Apache-2.0
#include "api/http/metrics_page.h"

#include <gtest/gtest.h>

namespace sb::api {
namespace {

TEST(MetricsPageTest, PrintsInstrumentsAsText) {
  base::Registry registry;
  registry.AddCounter("a_total", "A things.", {{"kind", "x\"y"}}).Add(3);
  registry.AddGauge("b", "B.").Set(1.5);
  registry.AddHistogram("c_seconds", "C.", {0.1, 1}).Observe(0.5);
  const net::HttpResponse page = MetricsPage(registry, "");
  EXPECT_EQ(page.headers.Get("Content-Type").substr(0, 25), "text/plain; version=0.0.4");
  EXPECT_EQ(page.body,
            "# HELP a_total A things.\n# TYPE a_total counter\na_total{kind=\"x\\\"y\"} 3\n"
            "# HELP b B.\n# TYPE b gauge\nb 1.5\n"
            "# HELP c_seconds C.\n# TYPE c_seconds histogram\n"
            "c_seconds_bucket{le=\"0.1\"} 0\nc_seconds_bucket{le=\"1\"} 1\n"
            "c_seconds_bucket{le=\"+Inf\"} 1\nc_seconds_sum 0.5\nc_seconds_count 1\n");
}

TEST(MetricsPageTest, SpeaksOpenMetricsWhenAsked) {
  base::Registry registry;
  registry.AddCounter("a_total", "A.").Add(1);
  const net::HttpResponse page =
      MetricsPage(registry, "application/openmetrics-text;version=1.0.0");
  EXPECT_NE(page.body.find("# TYPE a counter\na_total 1"), std::string::npos) << page.body;
  EXPECT_TRUE(page.body.ends_with("# EOF\n"));
}

}  // namespace
}  // namespace sb::api
