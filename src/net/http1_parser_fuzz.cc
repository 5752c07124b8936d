// SPDX-License-Identifier: Apache-2.0
//
// The first byte chooses how the rest is cut into pieces. What is understood must not depend on the
// pieces, and must be what the framing rules allow.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "net/http1_parser.h"

namespace sb::net {
namespace {

constexpr uint64_t kMaxBody = 1 << 16;

struct Understood {
  ParseState state = ParseState::kMore;
  std::string text;
  size_t used = 0;
};

Understood ReadHead(std::string_view bytes, size_t piece) {
  Http1HeadParser parser({4'096, 32});
  Understood result;
  while (result.used < bytes.size() && result.state == ParseState::kMore) {
    size_t used = 0;
    const std::string_view part = bytes.substr(result.used, piece);
    result.state = parser.Feed(part, &used);
    SB_CHECK(used <= part.size());
    result.used += used;
    if (result.state == ParseState::kMore) {
      SB_CHECK(used == part.size());
    }
  }
  if (result.state == ParseState::kDone) {
    const Http1Head& head = parser.head();
    SB_CHECK(!(head.is_chunked && head.content_length.has_value()));
    SB_CHECK(IsToken(head.method) && !head.target.empty());
    result.text = head.method + " " + head.target + " " + head.host;
    for (const Headers::Entry& entry : head.headers) {
      SB_CHECK(IsToken(entry.first) && IsHeaderValue(entry.second));
      result.text += "\n" + entry.first + ":" + entry.second;
    }
  } else if (result.state == ParseState::kError) {
    SB_CHECK(parser.error_status() >= 400);
    result.used = 0;
  }
  return result;
}

Understood ReadChunks(std::string_view bytes, size_t piece) {
  ChunkedDecoder decoder(kMaxBody);
  Understood result;
  while (result.used < bytes.size() && result.state == ParseState::kMore) {
    size_t used = 0;
    result.state = decoder.Feed(bytes.substr(result.used, piece), &used, result.text);
    result.used += used;
  }
  SB_CHECK(result.text.size() <= kMaxBody);
  if (result.state == ParseState::kError) {
    result.text.clear();
    result.used = 0;
  }
  return result;
}

void CheckSame(const Understood& a, const Understood& b) {
  SB_CHECK(a.state == b.state);
  SB_CHECK(a.text == b.text || a.state == ParseState::kMore);
  SB_CHECK(a.used == b.used);
}

}  // namespace
}  // namespace sb::net

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sb::net;  // NOLINT(google-build-using-namespace)
  if (size == 0) {
    return 0;
  }
  const size_t piece = std::max<size_t>(data[0], 1);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  CheckSame(ReadHead(bytes, bytes.size() + 1), ReadHead(bytes, piece));
  CheckSame(ReadChunks(bytes, bytes.size() + 1), ReadChunks(bytes, piece));
  return 0;
}
