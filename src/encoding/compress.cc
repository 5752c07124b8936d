// SPDX-License-Identifier: Apache-2.0
#include "encoding/compress.h"

#include <libdeflate.h>
#include <lz4.h>
#include <snappy.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "encoding/bytes.h"

namespace sb::encoding {

namespace {

base::Status TooLarge(Compression compression, size_t size_max) {
  return base::ResourceExhausted("decompressed " + std::string(CompressionName(compression)) +
                                 " data is larger than the limit of " + std::to_string(size_max) +
                                 " bytes");
}

base::Status Corrupt(Compression compression, std::string_view bytes) {
  return base::InvalidArgument("corrupt " + std::string(CompressionName(compression)) +
                               " data, compressed bytes: " + std::to_string(bytes.size()));
}

base::Status DecompressSnappy(std::string_view bytes, size_t size_max, std::string* out) {
  size_t size = 0;
  if (!snappy::GetUncompressedLength(bytes.data(), bytes.size(), &size)) {
    return Corrupt(Compression::kSnappyBlock, bytes);
  }
  if (size > size_max) {
    return TooLarge(Compression::kSnappyBlock, size_max);
  }
  // A copy element of three bytes yields at most 64, so a longer claim is a lie: do not allocate
  // it.
  if (size / 64 > bytes.size()) {
    return Corrupt(Compression::kSnappyBlock, bytes);
  }
  out->resize(size);
  if (!snappy::RawUncompress(bytes.data(), bytes.size(), out->data())) {
    return Corrupt(Compression::kSnappyBlock, bytes);
  }
  return base::OkStatus();
}

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};

// Inflates one gzip member or zlib stream from the start of `bytes` to the end of `out`, which
// grows as needed: the formats do not say the size up front, and gzip's trailer may lie.
base::Status InflateOne(libdeflate_decompressor* decompressor, Compression compression,
                        std::string_view* bytes, size_t size_max, std::string* out) {
  const size_t begin = out->size();
  size_t room = std::min(size_max - begin, std::max<size_t>(bytes->size() * 4, 1024));
  while (true) {
    out->resize(begin + room);
    size_t used = 0;
    size_t produced = 0;
    const libdeflate_result result =
        compression == Compression::kGzip
            ? libdeflate_gzip_decompress_ex(decompressor, bytes->data(), bytes->size(),
                                            out->data() + begin, room, &used, &produced)
            : libdeflate_zlib_decompress_ex(decompressor, bytes->data(), bytes->size(),
                                            out->data() + begin, room, &used, &produced);
    if (result == LIBDEFLATE_SUCCESS) {
      out->resize(begin + produced);
      bytes->remove_prefix(used);
      return base::OkStatus();
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) {
      return Corrupt(compression, *bytes);
    }
    if (begin + room >= size_max) {
      return TooLarge(compression, size_max);
    }
    room = std::min(size_max - begin, room * 4);
  }
}

base::Status Inflate(Compression compression, std::string_view bytes, size_t size_max,
                     std::string* out) {
  const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(
      libdeflate_alloc_decompressor());
  SB_CHECK(decompressor != nullptr);
  out->clear();
  do {
    SB_RETURN_IF_ERROR(InflateOne(decompressor.get(), compression, &bytes, size_max, out));
  } while (compression == Compression::kGzip && !bytes.empty());
  return base::OkStatus();
}

struct FreeZstdStream {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

base::Status DecompressZstd(std::string_view bytes, size_t size_max, std::string* out) {
  const std::unique_ptr<ZSTD_DStream, FreeZstdStream> stream(ZSTD_createDStream());
  SB_CHECK(stream != nullptr);
  // Senders that stream do not know their size and use a window of up to 8 MiB, which RFC 8878 asks
  // every decoder to take; a larger one may be needed only if more may come out.
  int window_log = 23;
  while (window_log < 27 && (size_t{1} << window_log) < size_max) {
    ++window_log;
  }
  ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, window_log);
  out->clear();
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  size_t wanted = 1;  // zero when a frame is complete
  while (in.pos < in.size || wanted != 0) {
    const size_t begin = out->size();
    const size_t room = std::min(size_max - begin + 1, std::max<size_t>(begin, size_t{16} << 10));
    out->resize(begin + room);
    ZSTD_outBuffer to{out->data() + begin, room, 0};
    const size_t before = in.pos;
    wanted = ZSTD_decompressStream(stream.get(), &to, &in);
    out->resize(begin + to.pos);
    if (ZSTD_isError(wanted) != 0 || (in.pos == before && to.pos == 0)) {
      return Corrupt(Compression::kZstd, bytes);
    }
    if (out->size() > size_max) {
      out->clear();
      return TooLarge(Compression::kZstd, size_max);
    }
  }
  return base::OkStatus();
}

base::Status DecompressLz4(std::string_view bytes, size_t size, std::string* out) {
  if (size > LZ4_MAX_INPUT_SIZE || bytes.size() > LZ4_MAX_INPUT_SIZE) {
    return TooLarge(Compression::kLz4Block, size);
  }
  out->resize(size);
  const int produced = LZ4_decompress_safe(bytes.data(), out->data(),
                                           static_cast<int>(bytes.size()), static_cast<int>(size));
  if (produced < 0 || static_cast<size_t>(produced) != size) {
    return Corrupt(Compression::kLz4Block, bytes);
  }
  return base::OkStatus();
}

struct FreeCompressor {
  void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
};

void Deflate(Compression compression, std::string_view bytes, int level, std::string* out) {
  const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(
      libdeflate_alloc_compressor(level == 0 ? 6 : std::clamp(level, 1, 12)));
  SB_CHECK(compressor != nullptr);
  const bool gzip = compression == Compression::kGzip;
  out->resize(gzip ? libdeflate_gzip_compress_bound(compressor.get(), bytes.size())
                   : libdeflate_zlib_compress_bound(compressor.get(), bytes.size()));
  const size_t size = gzip ? libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(),
                                                      out->data(), out->size())
                           : libdeflate_zlib_compress(compressor.get(), bytes.data(), bytes.size(),
                                                      out->data(), out->size());
  SB_CHECK(size != 0);
  out->resize(size);
}

void CompressZstd(std::string_view bytes, int level, std::string* out) {
  out->resize(ZSTD_compressBound(bytes.size()));
  const size_t size = ZSTD_compress(out->data(), out->size(), bytes.data(), bytes.size(),
                                    level == 0 ? 1 : std::clamp(level, 1, 19));
  SB_CHECK(ZSTD_isError(size) == 0);
  out->resize(size);
}

void CompressLz4(std::string_view bytes, std::string* out) {
  SB_CHECK(bytes.size() <= LZ4_MAX_INPUT_SIZE);
  out->resize(static_cast<size_t>(LZ4_compressBound(static_cast<int>(bytes.size()))));
  const int size = LZ4_compress_default(bytes.data(), out->data(), static_cast<int>(bytes.size()),
                                        static_cast<int>(out->size()));
  SB_CHECK(size > 0);
  out->resize(static_cast<size_t>(size));
}

}  // namespace

std::string_view CompressionName(Compression compression) {
  switch (compression) {
    case Compression::kNone:
      return "uncompressed";
    case Compression::kSnappyBlock:
      return "snappy";
    case Compression::kGzip:
      return "gzip";
    case Compression::kZlib:
      return "deflate";
    case Compression::kZstd:
      return "zstd";
    case Compression::kLz4Block:
      return "lz4";
  }
  return "unknown";
}

base::Status Decompress(Compression compression, std::string_view bytes, size_t size_max,
                        std::string* out) {
  switch (compression) {
    case Compression::kNone:
      if (bytes.size() > size_max) {
        return TooLarge(compression, size_max);
      }
      out->assign(bytes);
      return base::OkStatus();
    case Compression::kSnappyBlock:
      return DecompressSnappy(bytes, size_max, out);
    case Compression::kGzip:
    case Compression::kZlib:
      return Inflate(compression, bytes, size_max, out);
    case Compression::kZstd:
      return DecompressZstd(bytes, size_max, out);
    case Compression::kLz4Block:
      return DecompressLz4(bytes, size_max, out);
  }
  return base::InvalidArgument("unknown compression: " +
                               std::to_string(static_cast<int>(compression)));
}

void Compress(Compression compression, std::string_view bytes, std::string* out, int level) {
  switch (compression) {
    case Compression::kNone:
      out->assign(bytes);
      return;
    case Compression::kSnappyBlock:
      snappy::Compress(bytes.data(), bytes.size(), out);
      return;
    case Compression::kGzip:
    case Compression::kZlib:
      Deflate(compression, bytes, level, out);
      return;
    case Compression::kZstd:
      CompressZstd(bytes, level, out);
      return;
    case Compression::kLz4Block:
      CompressLz4(bytes, out);
      return;
  }
}

}  // namespace sb::encoding
