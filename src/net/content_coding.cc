// SPDX-License-Identifier: Apache-2.0
#include "net/content_coding.h"

#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/check.h"
#include "base/trim.h"
#include "net/http_message.h"

namespace sb::net {

using base::InvalidArgument;
using base::ResourceExhausted;
using base::Result;
using base::Status;

namespace {

constexpr int kGzipLevel = 1;
constexpr int kZstdLevel = 1;
// A zstd frame may ask for a window of up to 2 GB; what HTTP clients send stays below 8 MB
// (RFC 9659).
constexpr int kMaxZstdWindowLog = 23;

Status TooLarge(size_t max_bytes) {
  return ResourceExhausted("decompressed body is larger than the limit of bytes: " +
                           std::to_string(max_bytes));
}

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};
using Decompressor = std::unique_ptr<libdeflate_decompressor, FreeDecompressor>;

enum class DeflateFormat : uint8_t { kGzip, kZlib, kRaw };

libdeflate_result InflateOnce(libdeflate_decompressor* d, DeflateFormat format, std::string_view in,
                              char* out, size_t out_size, size_t* used, size_t* produced) {
  switch (format) {
    case DeflateFormat::kGzip:
      return libdeflate_gzip_decompress_ex(d, in.data(), in.size(), out, out_size, used, produced);
    case DeflateFormat::kZlib:
      return libdeflate_zlib_decompress_ex(d, in.data(), in.size(), out, out_size, used, produced);
    case DeflateFormat::kRaw:
      return libdeflate_deflate_decompress_ex(d, in.data(), in.size(), out, out_size, used,
                                              produced);
  }
  return LIBDEFLATE_BAD_DATA;
}

// The first guess of the decoded size. Gzip's last four bytes claim it, which is only trusted as
// far as deflate can expand at all (1032:1) and the limit allows.
size_t GuessSize(DeflateFormat format, std::string_view in, size_t max_bytes) {
  size_t guess = in.size() * 4;
  if (format == DeflateFormat::kGzip && in.size() >= 18) {
    uint32_t claimed = 0;
    std::memcpy(&claimed, in.data() + in.size() - 4, sizeof(claimed));
    if (claimed / 1032 <= in.size()) {
      guess = claimed;
    }
  }
  return std::clamp<size_t>(guess, std::min<size_t>(1024, max_bytes), max_bytes);
}

// One or more members, as `cat a.gz b.gz` makes them. libdeflate needs the whole output buffer at
// once and starts over when it is too small, so the buffer doubles.
Result<std::string> Inflate(DeflateFormat format, std::string_view in, size_t max_bytes) {
  const Decompressor d(libdeflate_alloc_decompressor());
  SB_CHECK(d != nullptr);
  std::string out;
  size_t filled = 0;
  do {
    size_t room = GuessSize(format, in, max_bytes - filled);
    size_t used = 0;
    size_t produced = 0;
    while (true) {
      out.resize(filled + room);
      const libdeflate_result result =
          InflateOnce(d.get(), format, in, out.data() + filled, room, &used, &produced);
      if (result == LIBDEFLATE_SUCCESS) {
        break;
      }
      if (result != LIBDEFLATE_INSUFFICIENT_SPACE) {
        return InvalidArgument("body is not valid gzip or deflate data");
      }
      if (filled + room >= max_bytes) {
        return TooLarge(max_bytes);
      }
      room = std::min(room * 2, max_bytes - filled);
    }
    filled += produced;
    in.remove_prefix(used);
  } while (format == DeflateFormat::kGzip && !in.empty());
  if (!in.empty()) {
    return InvalidArgument("body has bytes after the end of its deflate data");
  }
  out.resize(filled);
  return out;
}

bool LooksLikeZlib(std::string_view in) {
  if (in.size() < 2) {
    return false;
  }
  const auto first = static_cast<uint8_t>(in[0]);
  const auto second = static_cast<uint8_t>(in[1]);
  return (first & 15) == 8 && (first * 256 + second) % 31 == 0;
}

struct FreeZstdDecoder {
  void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
};

Result<std::string> DecodeZstd(std::string_view in, size_t max_bytes) {
  const std::unique_ptr<ZSTD_DCtx, FreeZstdDecoder> d(ZSTD_createDCtx());
  SB_CHECK(d != nullptr);
  ZSTD_DCtx_setParameter(d.get(), ZSTD_d_windowLogMax, kMaxZstdWindowLog);
  const unsigned long long claimed = ZSTD_getFrameContentSize(in.data(), in.size());
  const bool is_known = claimed < ZSTD_CONTENTSIZE_ERROR && claimed / 64 <= in.size();
  std::string out;
  out.resize(
      std::min<size_t>(is_known ? static_cast<size_t>(claimed) : in.size() * 4 + 1024, max_bytes));
  ZSTD_inBuffer input{in.data(), in.size(), 0};
  size_t filled = 0;
  while (true) {
    ZSTD_outBuffer output{out.data(), out.size(), filled};
    const size_t left = ZSTD_decompressStream(d.get(), &output, &input);
    if (ZSTD_isError(left)) {
      return InvalidArgument("body is not valid zstd data");
    }
    const bool progressed = output.pos != filled;
    filled = output.pos;
    if (left == 0 && input.pos == input.size) {
      break;
    }
    if (filled == out.size()) {
      if (out.size() >= max_bytes) {
        return TooLarge(max_bytes);
      }
      out.resize(std::min(std::max<size_t>(out.size() * 2, 4096), max_bytes));
    } else if (input.pos == input.size && !progressed) {
      return InvalidArgument("zstd body is truncated");
    }
  }
  out.resize(filled);
  return out;
}

// "gzip;q=0.5" -> name and quality in thousandths; a malformed quality counts as 0.
struct Accepted {
  std::string_view name;
  int quality = 1000;
};
Accepted ParseAccepted(std::string_view item) {
  Accepted accepted;
  const size_t semicolon = item.find(';');
  accepted.name = base::Trim(item.substr(0, semicolon));
  if (semicolon == std::string_view::npos) {
    return accepted;
  }
  std::string_view param = base::Trim(item.substr(semicolon + 1));
  if (param.starts_with("q=") || param.starts_with("Q=")) {
    param.remove_prefix(2);
    double q = 0;
    const auto [end, error] = std::from_chars(param.data(), param.data() + param.size(), q);
    const bool valid = error == std::errc() && q >= 0 && q <= 1;
    accepted.quality = valid ? static_cast<int>(q * 1000) : 0;
  }
  return accepted;
}

std::string EncodeGzip(std::string_view bytes) {
  struct FreeCompressor {
    void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
  };
  const std::unique_ptr<libdeflate_compressor, FreeCompressor> c(
      libdeflate_alloc_compressor(kGzipLevel));
  SB_CHECK(c != nullptr);
  std::string out;
  out.resize(libdeflate_gzip_compress_bound(c.get(), bytes.size()));
  out.resize(libdeflate_gzip_compress(c.get(), bytes.data(), bytes.size(), out.data(), out.size()));
  return out;
}

std::string EncodeZstd(std::string_view bytes) {
  std::string out;
  out.resize(ZSTD_compressBound(bytes.size()));
  const size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), kZstdLevel);
  SB_CHECK(!ZSTD_isError(size));
  out.resize(size);
  return out;
}

class GzipEncoder : public ContentEncoder {
 public:
  GzipEncoder() {
    constexpr int kGzipWindowBits = 15 + 16;
    SB_CHECK(deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, kGzipWindowBits, 8,
                          Z_DEFAULT_STRATEGY) == Z_OK);
  }
  ~GzipEncoder() override { deflateEnd(&stream_); }

  void Encode(std::string_view bytes, Mode mode, std::string& out) override {
    const int flush = mode == Mode::kFinish  ? Z_FINISH
                      : mode == Mode::kFlush ? Z_SYNC_FLUSH
                                             : Z_NO_FLUSH;
    // zlib counts in 32 bits.
    constexpr size_t kMaxPiece = 1U << 30;
    do {
      const std::string_view piece = bytes.substr(0, kMaxPiece);
      bytes.remove_prefix(piece.size());
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
      stream_.avail_in = static_cast<uInt>(piece.size());
      EncodePiece(bytes.empty() ? flush : Z_NO_FLUSH, out);
    } while (!bytes.empty());
  }

 private:
  void EncodePiece(int flush, std::string& out) {
    std::array<char, 16384> buffer;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream_.avail_out = static_cast<uInt>(buffer.size());
      deflate(&stream_, flush);
      out.append(buffer.data(), buffer.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

  z_stream stream_{};
};

class ZstdEncoder : public ContentEncoder {
 public:
  ZstdEncoder() : stream_(ZSTD_createCCtx()) {
    SB_CHECK(stream_ != nullptr);
    ZSTD_CCtx_setParameter(stream_, ZSTD_c_compressionLevel, kZstdLevel);
  }
  ~ZstdEncoder() override { ZSTD_freeCCtx(stream_); }

  void Encode(std::string_view bytes, Mode mode, std::string& out) override {
    const ZSTD_EndDirective directive = mode == Mode::kFinish  ? ZSTD_e_end
                                        : mode == Mode::kFlush ? ZSTD_e_flush
                                                               : ZSTD_e_continue;
    std::array<char, 16384> buffer;
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    size_t left = 0;
    do {
      ZSTD_outBuffer output{buffer.data(), buffer.size(), 0};
      left = ZSTD_compressStream2(stream_, &output, &input, directive);
      SB_CHECK(!ZSTD_isError(left));
      out.append(buffer.data(), output.pos);
    } while (input.pos < input.size || (directive != ZSTD_e_continue && left != 0));
  }

 private:
  ZSTD_CCtx* stream_;
};

}  // namespace

std::string_view ContentCodingName(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::kIdentity:
      return "";
    case ContentCoding::kGzip:
      return "gzip";
    case ContentCoding::kDeflate:
      return "deflate";
    case ContentCoding::kZstd:
      return "zstd";
  }
  return "";
}

bool IsKnownCoding(std::string_view coding) {
  return coding.empty() || EqualsIgnoreCase(coding, "identity") ||
         EqualsIgnoreCase(coding, "gzip") || EqualsIgnoreCase(coding, "x-gzip") ||
         EqualsIgnoreCase(coding, "deflate") || EqualsIgnoreCase(coding, "zstd");
}

Result<std::string> DecodeContent(std::string_view coding, std::string_view bytes,
                                  size_t max_bytes) {
  if (coding.empty() || EqualsIgnoreCase(coding, "identity")) {
    if (bytes.size() > max_bytes) {
      return TooLarge(max_bytes);
    }
    return std::string(bytes);
  }
  if (EqualsIgnoreCase(coding, "gzip") || EqualsIgnoreCase(coding, "x-gzip")) {
    return Inflate(DeflateFormat::kGzip, bytes, max_bytes);
  }
  if (EqualsIgnoreCase(coding, "deflate")) {
    return Inflate(LooksLikeZlib(bytes) ? DeflateFormat::kZlib : DeflateFormat::kRaw, bytes,
                   max_bytes);
  }
  if (EqualsIgnoreCase(coding, "zstd")) {
    return DecodeZstd(bytes, max_bytes);
  }
  return base::Unimplemented("unsupported Content-Encoding \"" + std::string(coding) + "\"");
}

ContentCoding ChooseCoding(std::string_view accept_encoding) {
  int gzip = -1;
  int zstd = -1;
  int any = 0;
  while (!accept_encoding.empty()) {
    const size_t comma = accept_encoding.find(',');
    const Accepted accepted = ParseAccepted(accept_encoding.substr(0, comma));
    accept_encoding =
        comma == std::string_view::npos ? std::string_view() : accept_encoding.substr(comma + 1);
    if (EqualsIgnoreCase(accepted.name, "gzip")) {
      gzip = accepted.quality;
    } else if (EqualsIgnoreCase(accepted.name, "zstd")) {
      zstd = accepted.quality;
    } else if (accepted.name == "*") {
      any = accepted.quality;
    }
  }
  // "*" stands for gzip only: what does not name zstd might not have it.
  gzip = gzip < 0 ? any : gzip;
  if (zstd > 0 && zstd >= gzip) {
    return ContentCoding::kZstd;
  }
  return gzip > 0 ? ContentCoding::kGzip : ContentCoding::kIdentity;
}

bool IsCompressible(std::string_view content_type) {
  const std::string_view type = base::Trim(content_type.substr(0, content_type.find(';')));
  if (type.starts_with("text/")) {
    return type != "text/event-stream";
  }
  static constexpr std::string_view kTypes[] = {
      "application/json",
      "application/javascript",
      "application/xml",
      "application/x-ndjson",
      "application/openmetrics-text",
      "application/yaml",
      "application/x-yaml",
      "application/wasm",
      "application/manifest+json",
      "application/x-protobuf",
      "application/protobuf",
      "application/vnd.google.protobuf",
      "image/svg+xml",
      "application/problem+json",
      "application/x-www-form-urlencoded",
  };
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

std::string EncodeContent(ContentCoding coding, std::string_view bytes) {
  SB_CHECK(coding == ContentCoding::kGzip || coding == ContentCoding::kZstd);
  return coding == ContentCoding::kGzip ? EncodeGzip(bytes) : EncodeZstd(bytes);
}

std::unique_ptr<ContentEncoder> ContentEncoder::Create(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::kGzip:
      return std::make_unique<GzipEncoder>();
    case ContentCoding::kZstd:
      return std::make_unique<ZstdEncoder>();
    case ContentCoding::kIdentity:
    case ContentCoding::kDeflate:
      break;
  }
  return nullptr;
}

}  // namespace sb::net
