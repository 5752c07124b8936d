// SPDX-License-Identifier: Apache-2.0
#include "server/metrics_io_part.h"

#include <algorithm>
#include <charconv>

#include "ingest/import/graphite_stream.h"
#include "ingest/import/import_handler.h"
#include "ingest/influx/influx_handler.h"
#include "server/server.h"
#include "store/tsdb/db/db.h"

namespace sb::server {

namespace {

// Samples younger than this may still go to the head; older ones become blocks.
constexpr base::DurationMs kRecentMax = base::Minutes(30);

ingest::RemoteWriteOptions NativeWriterOptions() {
  ingest::RemoteWriteOptions options;
  options.cached_series_max = 100'000;
  return options;
}

}  // namespace

MetricsIoPart::MetricsIoPart(const PartContext& context)
    : context_(context),
      influx_(&context.metric_writes, &context.env, &context.losses, &context.registry),
      import_(&context.metric_writes, &context.env, &context.losses, &context.registry),
      native_writer_(&context.metric_writes, &context.env, &context.losses, &context.registry,
                     NativeWriterOptions()),
      native_(NativeParts()) {}

// What is half as old as appenders may refuse goes to blocks: time passes until it is stored.
ingest::NativeImport::Parts MetricsIoPart::NativeParts() {
  ingest::NativeImport::Parts parts;
  parts.write_recent = [this](std::string_view request) {
    const ingest::RemoteWriteReply written = native_writer_.WriteDecoded(request, "native import");
    ingest::MetricLinesReply reply;
    reply.status = written.status;
    reply.message = written.message;
    for (const auto& [name, value] : written.headers) {
      uint64_t count = 0;
      std::from_chars(value.data(), value.data() + value.size(), count);
      reply.stored += name.find("Exemplars") == std::string::npos ? count : 0;
    }
    return reply;
  };
  parts.write_past = [this](const ingest::NativeImport::PastSeries& past) {
    std::vector<tsdb::HistorySeries> series;
    for (const auto& [labels, columns] : past) {
      series.push_back({labels, &columns});
    }
    return context_.metrics.AddHistory(series);
  };
  const base::DurationMs margin =
      std::min(context_.options.config.storage.out_of_order_window / 2, kRecentMax);
  parts.past_end = [this, margin] {
    const base::TimestampMs newest(context_.metrics.newest_time());
    return std::max(newest, context_.env.clock().NowMs()) - margin;
  };
  parts.losses = &context_.losses;
  return parts;
}

void MetricsIoPart::AddRoutes(std::string_view door, net::Router* router) {
  if (door == "listen") {
    ingest::AddInfluxRoutes(&influx_, "/influx", router);
    ingest::AddInfluxProbes("/influx", router);
    ingest::AddInfluxRoutes(&influx_, "/prometheus", router);
    ingest::AddImportRoutes(&import_, "/prometheus/api/v1", router);
    ingest::AddNativeImportRoute(&native_, "/prometheus/api/v1", router);
  } else if (door == "prometheus") {
    ingest::AddInfluxRoutes(&influx_, "", router);
    ingest::AddImportRoutes(&import_, "/api/v1", router);
    ingest::AddNativeImportRoute(&native_, "/api/v1", router);
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
