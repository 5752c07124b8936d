// SPDX-License-Identifier: Apache-2.0
#include "encoding/zstd_block.h"

#include <zstd.h>

#include <memory>

#include "base/check.h"

namespace sb::encoding {
namespace {

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

ZSTD_CCtx* Compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context(ZSTD_createCCtx());
  SB_CHECK(context != nullptr);
  return context.get();
}

ZSTD_DCtx* Decompressor() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
  SB_CHECK(context != nullptr);
  return context.get();
}

}  // namespace

void AppendZstdBlock(std::string_view raw, int level, std::string* out) {
  const size_t begin = out->size();
  out->resize(begin + ZSTD_compressBound(raw.size()));
  const size_t size = ZSTD_compressCCtx(Compressor(), out->data() + begin, out->size() - begin,
                                        raw.data(), raw.size(), level);
  SB_CHECK(ZSTD_isError(size) == 0);
  out->resize(begin + size);
}

base::Status ReadZstdBlock(std::string_view compressed, size_t size, char* out) {
  const size_t got =
      ZSTD_decompressDCtx(Decompressor(), out, size, compressed.data(), compressed.size());
  if (ZSTD_isError(got) != 0 || got != size) {
    return base::DataLoss("a zstd block is corrupt");
  }
  return base::OkStatus();
}

}  // namespace sb::encoding
