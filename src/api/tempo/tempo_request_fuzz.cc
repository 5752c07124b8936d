// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as what clients of Tempo's API send: protobuf requests, logfmt tags, times. Whatever
// is accepted as a search by tags is a valid query.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "api/tempo/request_parameters.h"
#include "api/tempo/tempo_proto.h"
#include "base/check.h"
#include "query/traceql/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sb::api::tempo;  // NOLINT: a fuzz target
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(SearchFromProto(bytes));
  static_cast<void>(TagsFromProto(bytes));
  static_cast<void>(TagValuesFromProto(bytes));
  static_cast<void>(MetricsFromProto(bytes, 0, false));
  static_cast<void>(ParseTimeNs(bytes));
  const auto tags = ParseLogfmt(bytes);
  if (tags.ok()) {
    const std::string query = QueryOfTags(*tags, 1, 2);
    const auto parsed = sb::traceql::ParseAndValidate(query);
    // An empty name cannot be asked for; a very long query is refused.
    SB_CHECK(parsed.ok() || size > 1000 || query.find(".\"\"") != std::string::npos);
  }
  return 0;
}
