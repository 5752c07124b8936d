// SPDX-License-Identifier: Apache-2.0
//
// Destination sends what it reads from the queue's log to one receiver of remote write.
//
//   auto destination = std::make_shared<Destination>(parts, settings);
//   destination->Start(position);      // kept in a file from then on; a start finds it there
//   destination->Stop();               // position saved; nothing is lost, the log has the rest
//
// Work goes in windows: up to max_shards * max_samples_per_send samples are read, relabelled, and
// split by the hash of their labels over as many shards as they fill (at least min_shards). Each
// shard sends its requests one after another, so that the order within a series holds; when all are
// through, the position moves behind the window. So the number of shards follows the backlog.
//
// Answers: 2xx is done; 5xx, 429 (if so configured) and a lost connection are tried again, after
// min_backoff doubled up to max_backoff or after Retry-After, for ever; every other one is final,
// and counted (LossReason::kRemoteRefused). A window that may have been sent before a crash is met
// by receivers that refuse a whole request for one sample that they know: in the first window after
// a start, a refused request is halved until the samples that are refused stand alone.
//
// Threads: everything runs on one TaskRunner; the methods are safe for concurrent use.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"
#include "base/task_runner.h"
#include "ingest/pipeline/loss.h"
#include "ingest/remote_out/destination_metrics.h"
#include "ingest/remote_out/outgoing_batch.h"
#include "ingest/remote_out/queue_log.h"
#include "ingest/remote_out/queue_reader.h"
#include "ingest/scrape/remote_config.h"
#include "model/relabel.h"
#include "net/http_client_config.h"

namespace sb::remote_out {

struct DestinationSettings {
  std::string name;
  std::string fingerprint;  // equal: the same destination, its position goes on
  scrape::RemoteWriteConfig config;
  model::RelabelRules relabel;
  std::map<std::string, std::string> external_labels;
};

class Destination final : public std::enable_shared_from_this<Destination> {
 public:
  struct Parts {
    base::Env& env;
    base::ThreadPool& pool;
    net::HttpClient& client;
    base::Registry& registry;
    ingest::LossCounters& losses;
    std::shared_ptr<QueueLog> log;
    std::function<MetadataByName()> metadata;
    std::string position_file;
  };

  Destination(const Parts& parts, DestinationSettings settings);
  ~Destination();

  // Goes on at the position of the file, or at the end of the log if there is none.
  void Start();
  // Ends all work; what is in flight will be sent again by the next one.
  void Stop();
  // Credentials may have changed while everything that the fingerprint sees is the same.
  void SetHttp(net::HttpClientConfig http);
  const std::string& fingerprint() const { return settings_.fingerprint; }

 private:
  class Filler;
  struct Request {
    std::vector<OutgoingItem> items;
    std::string body;  // empty: not encoded yet
    int attempts = 0;
  };
  struct Shard {
    std::vector<Request> requests;  // the next one last
    net::RequestHandle in_flight;
    int64_t backoff_ms = 0;
  };
  enum class Answer : uint8_t { kDone, kRetry, kRefused };

  QueuePosition LoadPosition() const;
  void SavePosition();
  void Poll();
  void Fill();
  bool WindowIsDue() const;
  void StartWindow();
  void FinishWindow();
  void SendNext(size_t shard);
  void Send(size_t shard);
  void OnReply(size_t shard, int64_t started_ns, const base::Result<net::ClientResponse>& reply);
  Answer Judge(const base::Result<net::ClientResponse>& reply, const ItemCounts& sent) const;
  void Retry(size_t shard, const base::Result<net::ClientResponse>& reply);
  void Refused(size_t shard, const base::Result<net::ClientResponse>& reply);
  void DropOld(Request* request);
  void SendMetadata();
  void SendMetadataRequests();
  net::ClientRequest NewRequest(WriteProtocol protocol, std::string body) const;
  std::shared_ptr<net::ConfiguredClient> Http() const SB_EXCLUDES(http_mutex_);
  int64_t NowMs() const { return parts_.env.clock().NowMs().Value(); }

  const Parts parts_;
  const DestinationSettings settings_;
  const WriteProtocol protocol_;
  DestinationMetrics metrics_;
  mutable base::Mutex http_mutex_;
  std::shared_ptr<net::ConfiguredClient> http_ SB_GUARDED_BY(http_mutex_);

  // Only tasks of runner_ touch what follows.
  std::unique_ptr<QueueReader> reader_;
  std::unique_ptr<Filler> filler_;
  std::vector<OutgoingItem> pending_;  // read, not yet sent
  int64_t pending_since_ms_ = 0;
  std::vector<Shard> shards_;  // of the window that is being sent
  size_t shards_busy_ = 0;
  QueuePosition window_end_;
  bool window_open_ = false;
  bool may_repeat_ = false;  // the window may have been sent before a crash
  QueuePosition saved_;
  int64_t saved_at_ms_ = 0;
  std::shared_ptr<QueueLog::Consumer> consumer_;
  std::shared_ptr<const MetadataByName> metadata_;
  std::vector<std::vector<const MetadataByName::value_type*>> metadata_requests_;
  std::unique_ptr<base::TaskRunner> runner_;
};

}  // namespace sb::remote_out
