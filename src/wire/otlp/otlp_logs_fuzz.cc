// SPDX-License-Identifier: Apache-2.0
//
// A logs request, as protobuf (first byte even) or JSON, read to the last attribute.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "wire/otlp/envelope_reader.h"
#include "wire/otlp/json_to_proto.h"
#include "wire/otlp/log_record_reader.h"

namespace {

void ReadRequest(std::string_view request) {
  sb::wire::EnvelopeReader in(request);
  sb::wire::OtlpLogRecord record;
  std::string text;
  while (in.NextResource()) {
    while (in.NextScope()) {
      std::string_view item;
      while (in.NextItem(&item)) {
        if (!sb::wire::ReadLogRecord(item, &record).ok()) {
          continue;
        }
        text.clear();
        (void)sb::wire::AppendAnyValueText(record.body, &text);
        for (const sb::wire::KeyValue& attribute : record.attributes) {
          (void)sb::wire::FlattenAttribute(
              attribute, [&](std::string_view name, const sb::wire::AnyValue& value) {
                text.append(name);
                (void)sb::wire::AppendAnyValueText(value, &text);
              });
        }
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    ReadRequest(body);
    return 0;
  }
  std::string request;
  if (sb::wire::JsonToProto(sb::wire::JsonLogsRequest(), body, &request).ok()) {
    ReadRequest(request);
  }
  return 0;
}
