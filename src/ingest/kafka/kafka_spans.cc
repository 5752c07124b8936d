// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/kafka_spans.h"

#include <utility>
#include <vector>

#include "wire/jaeger/jaeger_to_otlp.h"
#include "wire/jaeger/proto_batch.h"
#include "wire/otlp/json_to_proto.h"
#include "wire/zipkin/json_spans.h"
#include "wire/zipkin/proto_spans.h"
#include "wire/zipkin/zipkin_to_otlp.h"

namespace sb::ingest {

std::optional<KafkaEncoding> KafkaEncodingOf(std::string_view name) {
  static constexpr std::pair<std::string_view, KafkaEncoding> kNames[] = {
      {"otlp_proto", KafkaEncoding::kOtlpProto},     {"otlp_json", KafkaEncoding::kOtlpJson},
      {"jaeger_proto", KafkaEncoding::kJaegerProto}, {"protobuf", KafkaEncoding::kJaegerProto},
      {"zipkin_proto", KafkaEncoding::kZipkinProto}, {"zipkin_json", KafkaEncoding::kZipkinJson}};
  for (const auto& [known, encoding] : kNames) {
    if (known == name) {
      return encoding;
    }
  }
  return std::nullopt;
}

base::Status KafkaRecordToOtlp(KafkaEncoding encoding, std::string_view value, uint64_t now_ns,
                               std::string* request) {
  request->clear();
  switch (encoding) {
    case KafkaEncoding::kOtlpProto:
      request->assign(value);
      return base::OkStatus();
    case KafkaEncoding::kOtlpJson:
      return wire::JsonToProto(wire::JsonTraceRequest(), value, request);
    case KafkaEncoding::kJaegerProto: {
      wire::JaegerBatch batch;
      SB_RETURN_IF_ERROR(wire::ReadProtoSpan(value, &batch));
      wire::JaegerToOtlp(batch, request);
      return base::OkStatus();
    }
    case KafkaEncoding::kZipkinProto:
    case KafkaEncoding::kZipkinJson: {
      std::vector<wire::ZipkinSpan> spans;
      SB_RETURN_IF_ERROR(encoding == KafkaEncoding::kZipkinProto
                             ? wire::ReadZipkinProto(value, &spans)
                             : wire::ReadZipkinV2Json(value, &spans));
      wire::ZipkinToOtlp(spans, now_ns, request);
      return base::OkStatus();
    }
  }
  return base::Internal("unknown encoding");
}

}  // namespace sb::ingest
