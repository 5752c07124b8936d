// SPDX-License-Identifier: Apache-2.0
//
// Negotiation of exposition formats, from both ends of a scrape.
//
// As the scraper: ScrapeAcceptHeader() writes the Accept header for the `scrape_protocols` of a
// scrape config, SelectFormat() decides from the answer's Content-Type how to parse it, or refuses.
// As the target: NegotiateFormat() picks what to write from the Accept header of whoever scrapes
// us, protobuf only if the caller can write it (proto_writer.h).
//
// Source: Prometheus scrape/scrape.go (acceptHeader), model/textparse/interface.go,
// config/config.go; client_golang's expfmt negotiation.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "wire/prometheus/name_rules.h"

namespace sb::wire {

// How bytes are parsed. The versions of one format differ only in what a target may write.
enum class ExpositionFormat : uint8_t { kText, kOpenMetrics, kProtobuf };

// An element of `scrape_protocols`, spelled as in the configuration file.
enum class ScrapeProtocol : uint8_t {
  kPrometheusProto,
  kPrometheusText0_0_4,
  kPrometheusText1_0_0,
  kOpenMetricsText0_0_1,
  kOpenMetricsText1_0_0
};
std::string_view ScrapeProtocolName(ScrapeProtocol protocol);
std::optional<ScrapeProtocol> ParseScrapeProtocol(std::string_view name);
ExpositionFormat FormatOf(ScrapeProtocol protocol);

// The reference's defaults; the second has protobuf first, for scraping native histograms.
std::span<const ScrapeProtocol> DefaultScrapeProtocols();
std::span<const ScrapeProtocol> DefaultNativeHistogramScrapeProtocols();

// `application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,…,*/*;q=0.2`
std::string ScrapeAcceptHeader(std::span<const ScrapeProtocol> protocols,
                               EscapingScheme escaping = EscapingScheme::kNone);

struct FormatChoice {
  ExpositionFormat format = ExpositionFormat::kText;
  std::string warning;  // not empty: the fallback was used, and why
};
// kInvalidArgument, in the wording of the reference, if the scrape must fail.
base::Result<FormatChoice> SelectFormat(std::string_view content_type,
                                        std::optional<ScrapeProtocol> fallback);

// What to answer to a scraper.
struct ExpositionTarget {
  ScrapeProtocol protocol = ScrapeProtocol::kPrometheusText0_0_4;
  EscapingScheme escaping = EscapingScheme::kUnderscores;
  std::string ContentType() const;
};
enum class WritableFormats : uint8_t { kText, kTextAndProtobuf };
ExpositionTarget NegotiateFormat(std::string_view accept_header,
                                 WritableFormats writable = WritableFormats::kText);

}  // namespace sb::wire
