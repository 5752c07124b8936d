// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/exposition_format.h"

#include <gtest/gtest.h>

namespace sb::wire {
namespace {

TEST(ExpositionFormatTest, AcceptHeaderListsProtocolsByFallingWeight) {
  EXPECT_EQ(ScrapeAcceptHeader(DefaultScrapeProtocols()),
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            "application/openmetrics-text;version=0.0.1;q=0.5,"
            "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
            "text/plain;version=0.0.4;q=0.3,*/*;q=0.2");
  const ScrapeProtocol proto[] = {ScrapeProtocol::kPrometheusProto};
  EXPECT_EQ(ScrapeAcceptHeader(proto, EscapingScheme::kUnderscores),
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
            "encoding=delimited;q=0.6,*/*;q=0.5");
}

TEST(ExpositionFormatTest, ProtocolNamesAreThoseOfTheConfiguration) {
  for (const char* name : {"PrometheusProto", "PrometheusText0.0.4", "PrometheusText1.0.0",
                           "OpenMetricsText0.0.1", "OpenMetricsText1.0.0"}) {
    ASSERT_TRUE(ParseScrapeProtocol(name).has_value()) << name;
    EXPECT_EQ(ScrapeProtocolName(*ParseScrapeProtocol(name)), name);
  }
  EXPECT_FALSE(ParseScrapeProtocol("prometheusproto").has_value());
}

TEST(ExpositionFormatTest, SelectsTheParserByContentType) {
  const auto format = [](std::string_view type) {
    auto choice = SelectFormat(type, std::nullopt);
    EXPECT_TRUE(choice.ok()) << type << choice.status().ToString();
    EXPECT_EQ(choice->warning, "");
    return choice->format;
  };
  EXPECT_EQ(format("text/plain; version=0.0.4; charset=utf-8"), ExpositionFormat::kText);
  EXPECT_EQ(format("Text/Plain"), ExpositionFormat::kText);
  EXPECT_EQ(format("text/plain; charset=\"utf-8\";"), ExpositionFormat::kText);
  EXPECT_EQ(format("application/openmetrics-text; version=1.0.0; charset=utf-8"),
            ExpositionFormat::kOpenMetrics);
  EXPECT_EQ(format("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
                   "encoding=delimited"),
            ExpositionFormat::kProtobuf);
}

TEST(ExpositionFormatTest, RefusesOtherContentTypesWithUpstreamsWords) {
  const auto message = [](std::string_view type) {
    return std::string(SelectFormat(type, std::nullopt).status().message());
  };
  EXPECT_EQ(message(""),
            "non-compliant scrape target sending blank Content-Type and no "
            "fallback_scrape_protocol specified for target");
  EXPECT_EQ(message("text/html; charset=utf-8"),
            "received unsupported Content-Type \"text/html; charset=utf-8\" and no "
            "fallback_scrape_protocol specified for target");
  EXPECT_EQ(message("application/json"),
            "received unsupported Content-Type \"application/json\" and no "
            "fallback_scrape_protocol specified for target");
  EXPECT_TRUE(message("text/plain; version")
                  .starts_with("cannot parse Content-Type \"text/plain; version\" and no "
                               "fallback_scrape_protocol for "
                               "target"));
  EXPECT_TRUE(message("/plain").starts_with("cannot parse Content-Type"));
}

TEST(ExpositionFormatTest, TheFallbackIsUsedWithAWarning) {
  auto blank = SelectFormat("", ScrapeProtocol::kOpenMetricsText1_0_0);
  ASSERT_TRUE(blank.ok());
  EXPECT_EQ(blank->format, ExpositionFormat::kOpenMetrics);
  EXPECT_EQ(blank->warning,
            "non-compliant scrape target sending blank Content-Type, using "
            "fallback_scrape_protocol \"application/openmetrics-text\"");
  auto html = SelectFormat("text/html", ScrapeProtocol::kPrometheusText0_0_4);
  ASSERT_TRUE(html.ok());
  EXPECT_EQ(html->format, ExpositionFormat::kText);
  EXPECT_EQ(html->warning,
            "received unsupported Content-Type \"text/html\", using fallback_scrape_protocol "
            "\"text/plain\"");
}

TEST(ExpositionFormatTest, NegotiatesWhatToWrite) {
  EXPECT_EQ(NegotiateFormat("").ContentType(),
            "text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
  EXPECT_EQ(NegotiateFormat("*/*").protocol, ScrapeProtocol::kPrometheusText0_0_4);
  EXPECT_EQ(NegotiateFormat("application/json").protocol, ScrapeProtocol::kPrometheusText0_0_4);
  EXPECT_EQ(NegotiateFormat(ScrapeAcceptHeader(DefaultScrapeProtocols())).ContentType(),
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8");
  EXPECT_EQ(NegotiateFormat("application/openmetrics-text;q=0.1,text/plain;version=1.0.0;"
                            "escaping=values;q=0.9")
                .ContentType(),
            "text/plain; version=1.0.0; charset=utf-8; escaping=values");
  EXPECT_EQ(NegotiateFormat("application/openmetrics-text; version=0.0.1").protocol,
            ScrapeProtocol::kOpenMetricsText0_0_1);
  // What we cannot write is passed over, also when it is preferred.
  EXPECT_EQ(NegotiateFormat(ScrapeAcceptHeader(DefaultNativeHistogramScrapeProtocols())).protocol,
            ScrapeProtocol::kOpenMetricsText1_0_0);
}

}  // namespace
}  // namespace sb::wire
