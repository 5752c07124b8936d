// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a Jaeger batch of every encoding. Law: what is read becomes an OTLP request that its
// reader takes.
#include <string>

#include "base/check.h"
#include "wire/jaeger/jaeger_to_otlp.h"
#include "wire/jaeger/proto_batch.h"
#include "wire/jaeger/thrift_batch.h"
#include "wire/otlp/envelope_reader.h"

namespace sb::wire {
namespace {

void CheckOtlp(const base::Status& read, const JaegerBatch& batch) {
  if (!read.ok()) {
    return;
  }
  std::string request;
  JaegerToOtlp(batch, &request);
  EnvelopeReader in(request);
  size_t spans = 0;
  while (in.NextResource()) {
    while (in.NextScope()) {
      std::string_view item;
      OtlpSpan span;
      while (in.NextItem(&item)) {
        SB_CHECK(ReadSpan(item, &span).ok());
        ++spans;
      }
    }
  }
  // Only the limit of attributes can refuse a resource.
  SB_CHECK(!in.status().ok() || spans == batch.spans.size());
}

}  // namespace
}  // namespace sb::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using sb::wire::ThriftProtocol;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  sb::wire::JaegerBatch batch;
  for (const ThriftProtocol protocol : {ThriftProtocol::kCompact, ThriftProtocol::kBinary}) {
    sb::wire::CheckOtlp(sb::wire::ReadThriftBatch(bytes, protocol, &batch), batch);
    sb::wire::CheckOtlp(sb::wire::ReadAgentMessage(bytes, protocol, &batch), batch);
  }
  sb::wire::CheckOtlp(sb::wire::ReadPostSpans(bytes, &batch), batch);
  sb::wire::CheckOtlp(sb::wire::ReadProtoSpan(bytes, &batch), batch);
  return 0;
}
