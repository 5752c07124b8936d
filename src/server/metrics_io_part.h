// SPDX-License-Identifier: Apache-2.0
//
// MetricsIoPart opens the doors through which metrics of other systems come in: the Influx line
// protocol, imports, and, if the door `graphite` is opened, Graphite's plaintext over TCP and UDP.
// On Prometheus' door at the root; on the main door under /influx and /prometheus.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ingest/import/metrics_import.h"
#include "ingest/import/native_import.h"
#include "ingest/influx/influx_endpoint.h"
#include "ingest/remote_write/remote_write_endpoint.h"
#include "net/stream_server.h"
#include "net/udp_listener.h"
#include "server/part.h"

namespace sb::server {

class MetricsIoPart final : public Part {
 public:
  explicit MetricsIoPart(const PartContext& context);

  void AddRoutes(std::string_view door, net::Router* router) override;
  bool OwnsDoor(std::string_view door) const override { return door == "graphite"; }
  base::Result<std::string> OpenDoor(std::string_view door, const std::string& address,
                                     net::EventLoops& loops) override;
  void Stop() override;

 private:
  ingest::NativeImport::Parts NativeParts();

  const PartContext context_;
  ingest::InfluxEndpoint influx_;
  ingest::MetricsImport import_;
  ingest::RemoteWriteEndpoint native_writer_;
  const ingest::NativeImport::Parts native_;
  std::unique_ptr<net::StreamServer> graphite_stream_;
  std::unique_ptr<net::UdpListener> graphite_datagrams_;
};

}  // namespace sb::server
