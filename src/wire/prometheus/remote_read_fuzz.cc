// SPDX-License-Identifier: Apache-2.0
//
// Law: a request that was read can be written, and then reads the same.
#include <string>

#include "base/check.h"
#include "wire/prometheus/remote_read.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace wire = sb::wire;
  const auto request =
      wire::ParseReadRequest(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!request.ok()) {
    return 0;
  }
  std::string again;
  wire::AppendReadRequest(*request, &again);
  const auto second = wire::ParseReadRequest(again);
  SB_CHECK(second.ok());
  SB_CHECK(second->queries.size() == request->queries.size());
  SB_CHECK(second->accepts_streamed_chunks == request->accepts_streamed_chunks);
  for (size_t i = 0; i < second->queries.size(); ++i) {
    SB_CHECK(second->queries[i].start_ms == request->queries[i].start_ms);
    SB_CHECK(second->queries[i].end_ms == request->queries[i].end_ms);
    SB_CHECK(second->queries[i].matchers == request->queries[i].matchers);
  }
  return 0;
}
