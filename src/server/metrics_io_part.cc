// SPDX-License-Identifier: Apache-2.0
#include "server/metrics_io_part.h"

#include "ingest/import/graphite_stream.h"
#include "ingest/import/import_handler.h"
#include "ingest/influx/influx_handler.h"
#include "store/tsdb/db/db.h"

namespace sb::server {

MetricsIoPart::MetricsIoPart(const PartContext& context)
    : context_(context),
      influx_(&context.metric_writes, &context.env, &context.losses, &context.registry),
      import_(&context.metric_writes, &context.env, &context.losses, &context.registry) {}

void MetricsIoPart::AddRoutes(std::string_view door, net::Router* router) {
  if (door == "listen") {
    ingest::AddInfluxRoutes(&influx_, "/influx", router);
    ingest::AddInfluxProbes("/influx", router);
    ingest::AddInfluxRoutes(&influx_, "/prometheus", router);
    ingest::AddImportRoutes(&import_, "/prometheus/api/v1", router);
  } else if (door == "prometheus") {
    ingest::AddInfluxRoutes(&influx_, "", router);
    ingest::AddImportRoutes(&import_, "/api/v1", router);
  }
}

// TCP and UDP on one port, as Carbon has them.
base::Result<std::string> MetricsIoPart::OpenDoor(std::string_view door, const std::string& address,
                                                  net::EventLoops& loops) {
  const net::Executor executor = [&pool = context_.ingest_pool](std::function<void()> task) {
    return pool.Post(std::move(task)).ok();
  };
  net::StreamServerOptions stream;
  stream.name = door;
  stream.address = address;
  stream.executor = executor;
  graphite_stream_ = std::make_unique<net::StreamServer>(
      loops, std::move(stream),
      [this](const std::string&) { return ingest::NewGraphiteStream(&import_); });
  SB_RETURN_IF_ERROR(graphite_stream_->Start());
  std::string bound = graphite_stream_->bound_address();
  net::UdpListenerOptions datagrams;
  datagrams.name = door;
  datagrams.address = bound;
  datagrams.executor = executor;
  datagrams.on_dropped = [&losses = context_.losses](size_t count) {
    losses.Add(ingest::LossReason::kDatagramQueueFull, count);
  };
  graphite_datagrams_ = std::make_unique<net::UdpListener>(
      loops, std::move(datagrams),
      [this](std::string_view datagram) { ingest::TakeGraphiteDatagram(&import_, datagram); });
  SB_RETURN_IF_ERROR(graphite_datagrams_->Start());
  return bound;
}

void MetricsIoPart::Stop() {
  graphite_datagrams_.reset();
  graphite_stream_.reset();
}

}  // namespace sb::server
