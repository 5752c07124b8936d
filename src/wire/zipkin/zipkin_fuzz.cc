// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as Zipkin spans of every encoding. Law: what is read becomes an OTLP request that its
// reader takes.
#include <string>

#include "base/check.h"
#include "wire/otlp/envelope_reader.h"
#include "wire/zipkin/json_spans.h"
#include "wire/zipkin/proto_spans.h"
#include "wire/zipkin/zipkin_to_otlp.h"

namespace sb::wire {
namespace {

void CheckOtlp(const base::Status& read, const std::vector<ZipkinSpan>& spans) {
  if (!read.ok()) {
    return;
  }
  std::string request;
  ZipkinToOtlp(spans, 1, &request);
  EnvelopeReader in(request);
  size_t count = 0;
  while (in.NextResource()) {
    while (in.NextScope()) {
      std::string_view item;
      OtlpSpan span;
      while (in.NextItem(&item)) {
        SB_CHECK(ReadSpan(item, &span).ok());
        ++count;
      }
    }
  }
  // Only the limit of attributes can refuse a resource.
  SB_CHECK(!in.status().ok() || count == spans.size());
}

}  // namespace
}  // namespace sb::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::vector<sb::wire::ZipkinSpan> spans;
  sb::wire::CheckOtlp(sb::wire::ReadZipkinV2Json(bytes, &spans), spans);
  sb::wire::CheckOtlp(sb::wire::ReadZipkinV1Json(bytes, &spans), spans);
  sb::wire::CheckOtlp(sb::wire::ReadZipkinProto(bytes, &spans), spans);
  return 0;
}
