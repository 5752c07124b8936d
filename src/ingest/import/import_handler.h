// SPDX-License-Identifier: Apache-2.0
//
// The doors of MetricsImport:
//
//   AddImportRoutes(&import, "/api/v1", &router);
//   POST PREFIX/import               JSON lines
//   POST PREFIX/import/prometheus    the text format; `timestamp` (ms) for lines without time
//
// `extra_label=NAME=VALUE` adds a label to every series. A plain body may be of any length, it is
// stored as it arrives; a compressed one (gzip, deflate, zstd) up to 64 MiB, and 512 MiB decoded.
#pragma once

#include <string_view>

#include "ingest/import/metrics_import.h"
#include "ingest/import/native_import.h"
#include "net/router.h"

namespace sb::ingest {

// `import` must outlive the router.
void AddImportRoutes(MetricsImport* import, std::string_view prefix, net::Router* router);
// POST prefix/import/native; `parts` must outlive the router.
void AddNativeImportRoute(const NativeImport::Parts* parts, std::string_view prefix,
                          net::Router* router);

}  // namespace sb::ingest
