// SPDX-License-Identifier: Apache-2.0
//
// Traces that someone asked to keep: compressed documents of the catalog, which retention does not
// touch. POST /api/archive/{id} puts one there; whoever asks for a trace that the store does not
// have any more gets it from there.
//
//   SB_RETURN_IF_ERROR(Archive(catalog, id, traces_data));
//   SB_ASSIGN_OR_RETURN(std::string trace, FromArchive(catalog, id));
//
// Failures: kNotFound, kResourceExhausted above kArchivedTraceBytesMax or kArchivedTracesMax, those
// of the catalog. Threads: as store/catalog.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "store/catalog/catalog.h"

namespace sb::api::jaeger {

inline constexpr size_t kArchivedTraceBytesMax = 64 << 20;  // after compression
inline constexpr uint64_t kArchivedTracesMax = 10'000;

// `id`: 16 bytes. A trace archived again replaces what was there.
base::Status Archive(catalog::Catalog* catalog, std::string_view id, std::string_view traces_data);
base::Result<std::string> FromArchive(catalog::Catalog* catalog, std::string_view id);

}  // namespace sb::api::jaeger
