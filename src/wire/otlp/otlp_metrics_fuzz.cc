// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a metrics request, and, as JSON, transcoded first. Law: what the transcoder writes,
// the reader of envelopes takes.
#include <string>

#include "base/check.h"
#include "wire/otlp/envelope_reader.h"
#include "wire/otlp/json_to_proto.h"
#include "wire/otlp/metrics_reader.h"

namespace sb::wire {
namespace {

void ReadPoint(std::string_view bytes) {
  OtlpNumberPoint number;
  (void)ReadNumberPoint(bytes, &number);
  OtlpHistogramPoint histogram;
  (void)ReadHistogramPoint(bytes, &histogram);
  OtlpExponentialPoint exponential;
  (void)ReadExponentialPoint(bytes, &exponential);
  OtlpSummaryPoint summary;
  (void)ReadSummaryPoint(bytes, &summary);
  for (const std::string_view exemplar : number.exemplars) {
    OtlpExemplar read;
    (void)ReadOtlpExemplar(exemplar, &read);
  }
}

base::Status ReadRequest(std::string_view request) {
  EnvelopeReader in(request);
  while (in.NextResource()) {
    for (const KeyValue& attribute : in.resource().attributes) {
      std::string text;
      (void)AppendAnyValueText(attribute.value, &text);
    }
    while (in.NextScope()) {
      std::string_view item;
      while (in.NextItem(&item)) {
        OtlpMetric metric;
        if (!ReadMetric(item, &metric).ok()) {
          continue;
        }
        OtlpPointReader points(metric);
        std::string_view point;
        while (points.Next(&point)) {
          ReadPoint(point);
        }
        (void)points.status();
      }
    }
  }
  return in.status();
}

}  // namespace
}  // namespace sb::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)sb::wire::ReadRequest(bytes);
  std::string transcoded;
  if (sb::wire::JsonToProto(sb::wire::JsonMetricsRequest(), bytes, &transcoded).ok()) {
    const sb::base::Status status = sb::wire::ReadRequest(transcoded);
    // Only the limit of attributes can refuse what was well-formed JSON.
    SB_CHECK(status.ok() || status.message().find("too many attributes") != std::string::npos);
  }
  return 0;
}
