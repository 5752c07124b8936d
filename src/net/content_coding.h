// SPDX-License-Identifier: Apache-2.0
//
// Content-Encoding of HTTP: gzip, deflate and zstd, whole bodies and streams.
//
//   base::Result<std::string> body = DecodeContent("gzip", bytes, limit);
//   ContentCoding coding = ChooseCoding(request.headers.Get("Accept-Encoding"));
//
// DecodeContent() never holds more than `max_bytes` of output plus the window, whatever the input
// claims (decompression bombs). kResourceExhausted above the limit, kInvalidArgument for bytes that
// do not decode, kUnimplemented for an unknown coding. "deflate" is taken with the zlib header that
// the RFC wants and without, as browsers do.
//
// Threads: the functions are pure; an encoder belongs to one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::net {

enum class ContentCoding : uint8_t { kIdentity, kGzip, kDeflate, kZstd };

// "gzip", …; empty for kIdentity.
std::string_view ContentCodingName(ContentCoding coding);

base::Result<std::string> DecodeContent(std::string_view coding, std::string_view bytes,
                                        size_t max_bytes);
// Whether DecodeContent() knows the coding ("identity" and "" included).
bool IsKnownCoding(std::string_view coding);

// The coding to answer with: the best quality that the client names among zstd and gzip, zstd
// first.
ContentCoding ChooseCoding(std::string_view accept_encoding);
// Whether text-like content of this type gains from compression.
bool IsCompressible(std::string_view content_type);

// Fast levels: replies are produced once and sent once. kGzip and kZstd only.
std::string EncodeContent(ContentCoding coding, std::string_view bytes);

// Compresses a stream piece by piece.
class ContentEncoder {
 public:
  virtual ~ContentEncoder() = default;
  enum class Mode : uint8_t { kContinue, kFlush, kFinish };
  // Appends to `out` what is ready; with kFlush all that was given so far, with kFinish the end
  // too.
  virtual void Encode(std::string_view bytes, Mode mode, std::string& out) = 0;

  // Null for kIdentity.
  static std::unique_ptr<ContentEncoder> Create(ContentCoding coding);
};

}  // namespace sb::net
