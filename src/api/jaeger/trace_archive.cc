// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/trace_archive.h"

#include "encoding/compress.h"
#include "encoding/hex.h"
#include "query/traceql/slots.h"
#include "query/traceql/trace_fetch.h"

namespace sb::api::jaeger {
namespace {

constexpr catalog::CollectionSpec kArchive{.name = "archived_traces",
                                           .body_bytes_max = kArchivedTraceBytesMax,
                                           .documents_max = kArchivedTracesMax,
                                           .history_max = 0};

}  // namespace

base::Status Archive(catalog::Catalog* catalog, std::string_view id, std::string_view traces_data) {
  catalog::PutRequest put;
  put.id = encoding::HexOf(id);
  encoding::Compress(encoding::Compression::kZstd, traces_data, &put.body);
  return catalog->Put(kArchive, put).status();
}

base::Result<std::string> FromArchive(catalog::Catalog* catalog, std::string_view id) {
  SB_ASSIGN_OR_RETURN(const catalog::Document document,
                      catalog->Get(kArchive, encoding::HexOf(id)));
  std::string trace;
  SB_RETURN_IF_ERROR(encoding::Decompress(encoding::Compression::kZstd, document.body,
                                          traceql::kFetchBytesMax, &trace));
  return trace;
}

}  // namespace sb::api::jaeger
