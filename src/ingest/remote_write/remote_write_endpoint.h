// SPDX-License-Identifier: Apache-2.0
//
// RemoteWriteEndpoint takes remote write requests, 1.0 and 2.0, into a metrics store. It knows no
// socket: remote_write_handler.h is the door.
//
//   RemoteWriteReply reply = endpoint.Write({content_type, content_encoding, body});
//
// Replies, which decide whether the sender keeps its data:
//   204  everything was stored, durably
//   400  some samples were refused for good (out of order, duplicate, too old or new, invalid
//   labels,
//        limits of labels), or the request is malformed; all good samples of a well-formed request
//        were stored. Not sent again.
//   415  a content type or encoding that is not read here
//   429  some series are over the store's series limit; all others were stored. Sent again if the
//        sender is configured so; what was stored is then recognised and not stored twice.
//   503  the store could not take it (full disk, starting, I/O error): nothing was stored. Sent
//   again.
// A reply to 2.0 carries X-Prometheus-Remote-Write-{Samples,Histograms,Exemplars}-Written.
//
// Deviation from the reference: of a 1.0 request with a bad sample the reference stores nothing and
// loses the good samples too, because its 400 is not retried; and it answers 204 to invalid labels.
//
// Known series are recognised by a hash of their label bytes (SeriesCache); their labels are not
// parsed. Threads: safe for concurrent use; requests run in the caller's thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"
#include "ingest/pipeline/arrivals.h"
#include "ingest/pipeline/metric_writer.h"
#include "ingest/remote_write/series_cache.h"
#include "ingest/remote_write/write_protocol.h"

namespace sb::ingest {

struct RemoteWriteOptions {
  // The reference refuses more since 3.12; a sender's requests are well under 1 MB.
  size_t decoded_bytes_max = 32U << 20;
  size_t cached_series_max = 4'000'000;  // at most 24 to 60 bytes each
  MetricLimits limits;
  Arrivals* arrivals = nullptr;  // may stay null
};

struct RemoteWriteRequest {
  std::string_view content_type;
  std::string_view content_encoding;
  std::string_view body;
  std::string_view user_agent = {};  // names the sender among the arrivals
};

struct RemoteWriteReply {
  int status = 204;
  std::string message;  // plain text, empty for 204
  std::vector<std::pair<std::string, std::string>> headers;
};

class RemoteWriteEndpoint {
 public:
  // All pointers must outlive the endpoint.
  RemoteWriteEndpoint(store::AppenderFactory* store, base::Env* env, LossCounters* losses,
                      base::Registry* registry, RemoteWriteOptions options = {});

  RemoteWriteReply Write(const RemoteWriteRequest& request);
  // A request of 2.0 that is not compressed.
  RemoteWriteReply WriteDecoded(std::string_view request, std::string_view user_agent);

 private:
  struct Instruments {
    base::Counter* requests_v1;
    base::Counter* requests_v2;
    base::Counter* samples;
    base::Counter* histograms;
    base::Counter* exemplars;
    base::Counter* cache_hits;
    base::Counter* cache_misses;
  };

  base::Status Decode(std::string_view body, std::string* decoded);
  base::Status WriteV1(std::string_view bytes, MetricWriter* writer);
  base::Status WriteV2(std::string_view bytes, MetricWriter* writer);
  RemoteWriteReply Finish(WriteProtocol protocol, std::string_view sender, MetricWriter* writer);
  RemoteWriteReply Refuse(LossReason reason, int status, const base::Status& why);

  store::AppenderFactory* const store_;
  base::Env* const env_;
  LossCounters* const losses_;
  const RemoteWriteOptions options_;
  const Instruments instruments_;
  const uint64_t seed_;  // secret, so that nobody can make two label sets collide
  SeriesCache cache_;
  SeriesCache metadata_cache_;
};

}  // namespace sb::ingest
