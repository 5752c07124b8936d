// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/native_stream.h"

#include <algorithm>

#include "encoding/bytes.h"
#include "encoding/compress.h"
#include "encoding/crc32c.h"
#include "encoding/varint.h"

namespace sb::wire {
namespace {

constexpr size_t kChecksumBytes = 4;

enum class LengthIs { kWhole, kCutOff, kTooLong };

// A varint of at most five bytes; `used` are its bytes.
LengthIs ReadLength(std::string_view bytes, uint64_t* length, size_t* used) {
  *length = 0;
  for (size_t i = 0; i < std::min<size_t>(bytes.size(), 5); ++i) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    *length |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      *used = i + 1;
      return *length <= kNativeFrameBytesMax ? LengthIs::kWhole : LengthIs::kTooLong;
    }
  }
  return bytes.size() < 5 ? LengthIs::kCutOff : LengthIs::kTooLong;
}

}  // namespace

void AppendNativeFrame(std::string_view request, std::string* out) {
  std::string payload;
  encoding::Compress(encoding::Compression::kSnappyBlock, request, &payload);
  encoding::AppendVarint(out, payload.size());
  encoding::AppendLe<uint32_t>(out, encoding::Crc32c(payload));
  out->append(payload);
}

void AppendNativeEnd(std::string* out) {
  out->push_back('\0');
}

base::Result<bool> NativeStreamReader::Next(std::string* request) {
  std::string_view rest = std::string_view(buffer_).substr(taken_);
  if (!has_magic_) {
    const std::string_view start = rest.substr(0, kNativeMagic.size());
    if (start != kNativeMagic.substr(0, start.size())) {
      return base::InvalidArgument("not a native export of Signalbox: it does not begin with " +
                                   std::string(kNativeMagic));
    }
    if (start.size() < kNativeMagic.size()) {
      return false;
    }
    has_magic_ = true;
    taken_ += kNativeMagic.size();
    rest.remove_prefix(kNativeMagic.size());
  }
  uint64_t length = 0;
  size_t used = 0;
  const LengthIs found = has_end_ ? LengthIs::kCutOff : ReadLength(rest, &length, &used);
  if (found == LengthIs::kTooLong) {
    return base::ResourceExhausted("a frame is longer than 32 MiB; frame " +
                                   std::to_string(frames_ + 1));
  }
  if (found == LengthIs::kWhole && length == 0) {
    has_end_ = true;
    taken_ += used;
    return false;
  }
  if (found == LengthIs::kCutOff || rest.size() < used + kChecksumBytes + length) {
    buffer_.erase(0, taken_);
    taken_ = 0;
    return false;
  }
  const auto checksum = encoding::LoadLe<uint32_t>(rest.data() + used);
  const std::string_view payload = rest.substr(used + kChecksumBytes, length);
  ++frames_;
  if (encoding::Crc32c(payload) != checksum) {
    return base::DataLoss("wrong checksum in frame " + std::to_string(frames_));
  }
  SB_RETURN_IF_ERROR(encoding::Decompress(encoding::Compression::kSnappyBlock, payload,
                                          kNativeFrameBytesMax, request));
  taken_ += used + kChecksumBytes + length;
  return true;
}

base::Status NativeStreamReader::Finish() const {
  if (!has_end_) {
    return base::InvalidArgument("the native export is cut short after frame " +
                                 std::to_string(frames_));
  }
  return taken_ == buffer_.size()
             ? base::OkStatus()
             : base::InvalidArgument("bytes follow the end of the native export");
}

}  // namespace sb::wire
