// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/exposition_format.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/trim.h"
#include "wire/prometheus/float_text.h"

namespace sb::wire {
namespace {

constexpr std::string_view kProtobufType = "application/vnd.google.protobuf";
constexpr std::string_view kTextType = "text/plain";
constexpr std::string_view kOpenMetricsType = "application/openmetrics-text";

struct ProtocolRow {
  ScrapeProtocol protocol;
  std::string_view name;
  std::string_view header;
  std::string_view media_type;
  ExpositionFormat format;
};

constexpr std::array<ProtocolRow, 5> kProtocols = {{
    {ScrapeProtocol::kPrometheusProto, "PrometheusProto",
     "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
     kProtobufType, ExpositionFormat::kProtobuf},
    {ScrapeProtocol::kPrometheusText0_0_4, "PrometheusText0.0.4", "text/plain;version=0.0.4",
     kTextType, ExpositionFormat::kText},
    {ScrapeProtocol::kPrometheusText1_0_0, "PrometheusText1.0.0", "text/plain;version=1.0.0",
     kTextType, ExpositionFormat::kText},
    {ScrapeProtocol::kOpenMetricsText0_0_1, "OpenMetricsText0.0.1",
     "application/openmetrics-text;version=0.0.1", kOpenMetricsType,
     ExpositionFormat::kOpenMetrics},
    {ScrapeProtocol::kOpenMetricsText1_0_0, "OpenMetricsText1.0.0",
     "application/openmetrics-text;version=1.0.0", kOpenMetricsType,
     ExpositionFormat::kOpenMetrics},
}};

const ProtocolRow& RowOf(ScrapeProtocol protocol) {
  for (const ProtocolRow& row : kProtocols) {
    if (row.protocol == protocol) {
      return row;
    }
  }
  return kProtocols[1];
}

bool TakesEscaping(ScrapeProtocol protocol) {
  return protocol == ScrapeProtocol::kPrometheusText1_0_0 ||
         protocol == ScrapeProtocol::kOpenMetricsText1_0_0;
}

std::string ToLower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c | 0x20);
    }
  }
  return out;
}

bool IsToken(std::string_view text) {
  for (const char c : text) {
    const bool separator =
        std::string_view("()<>@,;:\\\"/[]?= \t").find(c) != std::string_view::npos;
    if (separator || c <= 0x20 || c >= 0x7F) {
      return false;
    }
  }
  return !text.empty();
}

// Cuts the text before the next `separator` outside of quotes off `rest`.
std::string_view NextPart(std::string_view* rest, char separator) {
  bool quoted = false;
  for (size_t i = 0; i < rest->size(); ++i) {
    const char c = (*rest)[i];
    if (c == '"') {
      quoted = !quoted;
    } else if (c == '\\' && quoted) {
      ++i;
    } else if (c == separator && !quoted) {
      const std::string_view part = rest->substr(0, i);
      rest->remove_prefix(i + 1);
      return part;
    }
  }
  return std::exchange(*rest, std::string_view());
}

struct MediaType {
  std::string type;  // lower case
  std::vector<std::pair<std::string, std::string>> parameters;

  std::string_view Parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters) {
      if (key == name) {
        return value;
      }
    }
    return "";
  }
};

// As strict as Go's mime.ParseMediaType. Empty: well-formed; else the reason.
std::string ParseMediaType(std::string_view text, MediaType* out) {
  std::string_view rest = text;
  out->type = ToLower(base::Trim(NextPart(&rest, ';')));
  std::string_view slashes = out->type;
  const std::string_view first = NextPart(&slashes, '/');
  if (first.empty()) {
    return "mime: no media type";
  }
  if (!IsToken(first)) {
    return "mime: expected token, got " + QuoteForMessage(first);
  }
  if (out->type.size() > first.size() && !IsToken(slashes)) {
    return "mime: expected token after slash";
  }
  while (!rest.empty()) {
    std::string_view parameter = base::Trim(NextPart(&rest, ';'));
    if (parameter.empty() && base::Trim(rest).empty()) {
      break;  // a trailing semicolon is tolerated
    }
    const size_t equal = parameter.find('=');
    if (equal == std::string_view::npos || !IsToken(parameter.substr(0, equal))) {
      return "mime: invalid media parameter";
    }
    std::string_view value = parameter.substr(equal + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    } else if (!IsToken(value)) {
      return "mime: invalid media parameter";
    }
    out->parameters.emplace_back(ToLower(parameter.substr(0, equal)), std::string(value));
  }
  return "";
}

base::Result<FormatChoice> UseFallback(std::optional<ScrapeProtocol> fallback,
                                       std::string_view refusal, std::string_view warning,
                                       std::string_view detail) {
  if (!fallback.has_value()) {
    std::string message(refusal);
    message.append(detail.empty() ? "" : ": ").append(detail);
    return base::InvalidArgument(std::move(message));
  }
  FormatChoice choice;
  choice.format = FormatOf(*fallback);
  choice.warning = std::string(warning) + ", using fallback_scrape_protocol " +
                   QuoteForMessage(RowOf(*fallback).media_type);
  if (!detail.empty()) {
    choice.warning.append(": ").append(detail);
  }
  return choice;
}

// The protocol of one element of an Accept header that we can write.
std::optional<ScrapeProtocol> WritableProtocol(const MediaType& media, WritableFormats writable) {
  if (writable == WritableFormats::kTextAndProtobuf && media.type == kProtobufType &&
      media.Parameter("proto") == "io.prometheus.client.MetricFamily" &&
      media.Parameter("encoding") == "delimited") {
    return ScrapeProtocol::kPrometheusProto;
  }
  const std::string_view version = media.Parameter("version");
  if (media.type == kTextType) {
    if (version == "1.0.0") {
      return ScrapeProtocol::kPrometheusText1_0_0;
    }
    if (version.empty() || version == "0.0.4") {
      return ScrapeProtocol::kPrometheusText0_0_4;
    }
  }
  if (media.type == kOpenMetricsType) {
    if (version == "1.0.0") {
      return ScrapeProtocol::kOpenMetricsText1_0_0;
    }
    if (version.empty() || version == "0.0.1") {
      return ScrapeProtocol::kOpenMetricsText0_0_1;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view ScrapeProtocolName(ScrapeProtocol protocol) {
  return RowOf(protocol).name;
}

std::optional<ScrapeProtocol> ParseScrapeProtocol(std::string_view name) {
  for (const ProtocolRow& row : kProtocols) {
    if (row.name == name) {
      return row.protocol;
    }
  }
  return std::nullopt;
}

ExpositionFormat FormatOf(ScrapeProtocol protocol) {
  return RowOf(protocol).format;
}

std::span<const ScrapeProtocol> DefaultScrapeProtocols() {
  static constexpr std::array<ScrapeProtocol, 4> kDefaults = {
      ScrapeProtocol::kOpenMetricsText1_0_0, ScrapeProtocol::kOpenMetricsText0_0_1,
      ScrapeProtocol::kPrometheusText1_0_0, ScrapeProtocol::kPrometheusText0_0_4};
  return kDefaults;
}

std::span<const ScrapeProtocol> DefaultNativeHistogramScrapeProtocols() {
  static constexpr std::array<ScrapeProtocol, 5> kDefaults = {
      ScrapeProtocol::kPrometheusProto, ScrapeProtocol::kOpenMetricsText1_0_0,
      ScrapeProtocol::kOpenMetricsText0_0_1, ScrapeProtocol::kPrometheusText1_0_0,
      ScrapeProtocol::kPrometheusText0_0_4};
  return kDefaults;
}

std::string ScrapeAcceptHeader(std::span<const ScrapeProtocol> protocols, EscapingScheme escaping) {
  std::string out;
  size_t weight = kProtocols.size() + 1;
  for (const ScrapeProtocol protocol : protocols) {
    out.append(RowOf(protocol).header);
    if (TakesEscaping(protocol)) {
      out.append(";escaping=").append(EscapingSchemeName(escaping));
    }
    out.append(";q=0.").append(std::to_string(weight)).append(",");
    --weight;
  }
  return out.append("*/*;q=0.").append(std::to_string(weight));
}

base::Result<FormatChoice> SelectFormat(std::string_view content_type,
                                        std::optional<ScrapeProtocol> fallback) {
  if (content_type.empty()) {
    return UseFallback(fallback,
                       "non-compliant scrape target sending blank Content-Type and no "
                       "fallback_scrape_protocol specified for target",
                       "non-compliant scrape target sending blank Content-Type", "");
  }
  const std::string quoted = QuoteForMessage(content_type);
  MediaType media;
  const std::string reason = ParseMediaType(content_type, &media);
  if (!reason.empty()) {
    return UseFallback(
        fallback,
        "cannot parse Content-Type " + quoted + " and no fallback_scrape_protocol for target",
        "could not parse received Content-Type " + quoted, reason);
  }
  for (const ProtocolRow& row : kProtocols) {
    if (row.media_type == media.type) {
      return FormatChoice{row.format, ""};
    }
  }
  return UseFallback(fallback,
                     "received unsupported Content-Type " + quoted +
                         " and no fallback_scrape_protocol specified for target",
                     "received unsupported Content-Type " + quoted, "");
}

std::string ExpositionTarget::ContentType() const {
  if (protocol == ScrapeProtocol::kPrometheusProto) {
    return std::string(kProtobufType) +
           "; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=" +
           std::string(EscapingSchemeName(escaping));
  }
  std::string out(FormatOf(protocol) == ExpositionFormat::kOpenMetrics ? kOpenMetricsType
                                                                       : kTextType);
  switch (protocol) {
    case ScrapeProtocol::kPrometheusText0_0_4:
      out.append("; version=0.0.4; charset=utf-8");
      break;
    case ScrapeProtocol::kOpenMetricsText0_0_1:
      out.append("; version=0.0.1; charset=utf-8");
      break;
    default:
      out.append("; version=1.0.0; charset=utf-8");
  }
  return out.append("; escaping=").append(EscapingSchemeName(escaping));
}

ExpositionTarget NegotiateFormat(std::string_view accept_header, WritableFormats writable) {
  ExpositionTarget best;
  double best_quality = -1;
  while (!accept_header.empty()) {
    MediaType media;
    const std::string_view element = base::Trim(NextPart(&accept_header, ','));
    if (!ParseMediaType(element, &media).empty()) {
      continue;
    }
    const std::optional<ScrapeProtocol> protocol = WritableProtocol(media, writable);
    double quality = 1;
    const std::string_view q = media.Parameter("q");
    if (!protocol.has_value() || (!q.empty() && !ParseFloatText(q, &quality)) ||
        quality <= best_quality) {
      continue;
    }
    best_quality = quality;
    best.protocol = *protocol;
    if (!ParseEscapingScheme(media.Parameter("escaping"), &best.escaping)) {
      best.escaping = EscapingScheme::kUnderscores;
    }
  }
  return best;
}

}  // namespace sb::wire
