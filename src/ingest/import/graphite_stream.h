// SPDX-License-Identifier: Apache-2.0
//
// Graphite's plaintext protocol, from TCP connections and datagrams: whole lines of a piece are
// stored as an import (metrics_import.h). Nobody can be told of a line that is refused: it is
// counted (loss.h), and the first of a minute is logged.
//
//   server.Start(…, [&](const std::string&) { return NewGraphiteStream(&import); });
//   TakeGraphiteDatagram(&import, datagram);
//
// Threads: a stream belongs to one thread at a time.
#pragma once

#include <memory>
#include <string_view>

#include "ingest/import/metrics_import.h"
#include "net/stream_server.h"

namespace sb::ingest {

std::unique_ptr<net::StreamHandler> NewGraphiteStream(MetricsImport* import);
void TakeGraphiteDatagram(MetricsImport* import, std::string_view datagram);

}  // namespace sb::ingest
