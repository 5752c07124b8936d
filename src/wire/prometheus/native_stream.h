// SPDX-License-Identifier: Apache-2.0
//
// The stream of /api/v1/export/native and /api/v1/import/native: requests of remote write 2.0 one
// after another, each with a checksum, and an end that shows that nothing is missing.
//
//   stream   "SBNATIV1", frames, the byte 0
//   frame    varint length of the payload, CRC-32C of the payload (4 bytes, little endian), payload
//   payload  io.prometheus.write.v2.Request, as a snappy block
//
//   std::string out(kNativeMagic);
//   AppendNativeFrame(request, &out); … AppendNativeEnd(&out);
//
//   NativeStreamReader reader;
//   while (bytes arrive) {
//     reader.Feed(bytes);
//     while (SB_ASSIGN…(bool found, reader.Next(&payload)), found) { payload is one request, raw }
//   }
//   SB_RETURN_IF_ERROR(reader.Finish());        // cut short?
//
// Failures: kInvalidArgument, kDataLoss for a wrong checksum, kResourceExhausted for a frame of
// more than kNativeFrameBytesMax; after one there is no going on. Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::wire {

inline constexpr std::string_view kNativeMagic = "SBNATIV1";
inline constexpr size_t kNativeFrameBytesMax = 32U << 20;  // as sent, and decoded

void AppendNativeFrame(std::string_view request, std::string* out);
void AppendNativeEnd(std::string* out);

class NativeStreamReader {
 public:
  void Feed(std::string_view bytes) { buffer_.append(bytes); }
  // False: more bytes are needed, or the end was read.
  base::Result<bool> Next(std::string* request);
  // kInvalidArgument unless the end was read and nothing follows it.
  base::Status Finish() const;
  uint64_t frames() const { return frames_; }

 private:
  std::string buffer_;
  size_t taken_ = 0;  // of the buffer
  bool has_magic_ = false;
  bool has_end_ = false;
  uint64_t frames_ = 0;
};

}  // namespace sb::wire
