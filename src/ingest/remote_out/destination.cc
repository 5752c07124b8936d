// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_out/destination.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/log.h"
#include "store/file/manifest.h"

namespace sb::remote_out {
namespace {

using ingest::LossReason;

constexpr base::DurationNs kPollInterval{100'000'000};
// A position that is behind costs samples sent twice, not lost: no need to sync every window.
constexpr int64_t kSaveIntervalMs = 1'000;
constexpr int kStatusTooManyRequests = 429;
constexpr size_t kReplyShownBytes = 256;

int64_t RetryAfterMs(const net::ClientResponse& reply) {
  const std::string_view text = reply.headers.Get("Retry-After");
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return error == std::errc() && end == text.data() + text.size() && seconds > 0
             ? std::min<int64_t>(seconds, 3600) * 1000
             : 0;
}

std::string ReplyText(const base::Result<net::ClientResponse>& reply) {
  return reply.ok() ? std::to_string(reply->status) + " " + reply->body.substr(0, kReplyShownBytes)
                    : std::string(reply.status().message());
}

WriteProtocol ProtocolOf(const scrape::RemoteWriteConfig& config) {
  return config.protobuf_message == "io.prometheus.write.v2.Request" ? WriteProtocol::kV2
                                                                     : WriteProtocol::kV1;
}

}  // namespace

// Turns records into pending items: labels per slot are relabelled once a segment.
class Destination::Filler final : public QueueSink {
 public:
  explicit Filler(Destination* owner) : owner_(*owner) {}

  void BeginSegment() override { series_.clear(); }

  base::Status OnSeries(uint64_t ref, uint32_t count, std::string_view bytes) override {
    labels_.clear();
    if (!tsdb::ReadEncodedLabels(bytes, count, &labels_) || labels_.empty()) {
      return base::DataLoss("malformed labels in the remote write queue");
    }
    const auto slot = static_cast<uint32_t>(ref);
    if (slot >= series_.size()) {
      series_.resize(slot + size_t{1});
    }
    model::LabelSetBuilder builder(model::LabelSet::FromSorted(labels_.data(), labels_.size()));
    for (const auto& [name, value] : owner_.settings_.external_labels) {
      if (builder.Get(name).empty()) {
        builder.Set(name, value);
      }
    }
    series_[slot] = {};
    series_[slot].is_known = true;
    if (owner_.settings_.relabel.Apply(&builder)) {
      series_[slot].labels = builder.Build();
    }
    return base::OkStatus();
  }

  void OnFloat(uint32_t slot, int64_t time, double value) override {
    Add(slot, {{}, model::Sample{.time_ms = time, .value = value}});
  }
  void OnSample(uint32_t slot, const model::Sample& sample) override {
    if (sample.histogram != nullptr && !owner_.settings_.config.send_native_histograms) {
      return;
    }
    if (sample.histogram != nullptr && sample.histogram->UsesCustomBuckets() &&
        owner_.protocol_ == WriteProtocol::kV1) {
      owner_.metrics_.dropped_nhcb.histograms.Add();
      owner_.parts_.losses.Add(LossReason::kRemoteUnsupported);
      return;
    }
    Add(slot, {{}, sample});
  }
  void OnExemplar(uint32_t slot, const model::Exemplar& exemplar) override {
    if (owner_.settings_.config.send_exemplars) {
      Add(slot, {{}, {}, std::make_shared<const model::Exemplar>(exemplar)});
    }
  }
  void OnMetadata(std::string_view, const model::MetricMetadata&) override {}

 private:
  struct Entry {
    model::LabelSet labels;  // empty: dropped by relabelling
    bool is_known = false;
  };

  void Add(uint32_t slot, OutgoingItem item) {
    if (slot >= series_.size() || !series_[slot].is_known) {
      owner_.parts_.losses.Add(LossReason::kRemoteQueueDamaged);  // its definition is lost
    } else if (series_[slot].labels.empty()) {
      owner_.metrics_.dropped_series.Add(CountItems({&item, 1}));
    } else {
      item.labels = series_[slot].labels;
      owner_.pending_.push_back(std::move(item));
    }
  }

  Destination& owner_;
  std::vector<Entry> series_;
  std::vector<model::Label> labels_;
};

Destination::Destination(const Parts& parts, DestinationSettings settings)
    : parts_(parts),
      settings_(std::move(settings)),
      protocol_(ProtocolOf(settings_.config)),
      metrics_(parts.registry, settings_.name, settings_.config.url),
      metadata_(std::make_shared<const MetadataByName>()) {
  SetHttp(settings_.config.http);
  const scrape::QueueConfig& queue = settings_.config.queue_config;
  metrics_.shards_max.Set(static_cast<double>(queue.max_shards));
  metrics_.shards_min.Set(static_cast<double>(queue.min_shards));
  metrics_.shard_capacity.Set(static_cast<double>(queue.capacity));
  metrics_.samples_per_send_max.Set(static_cast<double>(queue.max_samples_per_send));
}

Destination::~Destination() = default;

void Destination::SetHttp(net::HttpClientConfig http) {
  auto client = std::make_shared<net::ConfiguredClient>(parts_.client, std::move(http), parts_.env);
  base::MutexLock lock(http_mutex_);
  http_ = std::move(client);
}

std::shared_ptr<net::ConfiguredClient> Destination::Http() const {
  base::MutexLock lock(http_mutex_);
  return http_;
}

void Destination::Start() {
  const QueuePosition from = LoadPosition();
  saved_ = from;
  consumer_ = parts_.log->AddConsumer(from);
  reader_ = std::make_unique<QueueReader>(*parts_.log, from, parts_.losses);
  filler_ = std::make_unique<Filler>(this);
  runner_ = std::make_unique<base::TaskRunner>(parts_.pool);
  // The runner is shut down before this goes: its tasks need no reference.
  runner_->PostEvery(kPollInterval, [this] { Poll(); });
  if (settings_.config.metadata_config.send || protocol_ == WriteProtocol::kV2) {
    (void)runner_->Post([this] { SendMetadata(); });
    runner_->PostEvery(base::ToNs(settings_.config.metadata_config.send_interval),
                       [this] { SendMetadata(); });
  }
}

void Destination::Stop() {
  if (runner_ == nullptr) {
    return;
  }
  runner_->Shutdown();
  for (const Shard& shard : shards_) {
    shard.in_flight.Cancel();
  }
  SavePosition();
}

QueuePosition Destination::LoadPosition() const {
  auto manifest = store::Manifest::Load(parts_.env.files(), parts_.position_file);
  const QueuePosition end = parts_.log->End();
  if (!manifest.ok()) {
    if (manifest.status().code() != base::StatusCode::kNotFound) {
      SB_LOG(kError, "position of remote write cannot be read, going on at the end of the queue",
             {"remote_name", settings_.name}, {"error", manifest.status().ToString()});
    }
    return end;
  }
  const auto number = [&manifest](const char* key) {
    const std::string& text = manifest->properties[key];
    uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  const QueuePosition at{number("segment"), number("sequence")};
  // A log that was removed by hand begins anew, with smaller numbers.
  return at.sequence <= end.sequence && at.segment <= end.segment ? at : end;
}

void Destination::SavePosition() {
  const QueuePosition at{consumer_->segment(), consumer_->sequence()};
  if (at == saved_ && saved_at_ms_ != 0) {
    return;
  }
  store::Manifest manifest;
  manifest.properties = {{"segment", std::to_string(at.segment)},
                         {"sequence", std::to_string(at.sequence)},
                         {"url", settings_.config.url}};
  saved_at_ms_ = std::max<int64_t>(NowMs(), 1);
  const base::Status status = manifest.Save(parts_.env.files(), parts_.position_file);
  if (status.ok()) {
    saved_ = at;
  } else {
    SB_LOG_EVERY(60, kError, "position of remote write cannot be saved; samples may be sent twice",
                 {"remote_name", settings_.name}, {"error", status.ToString()});
  }
}

void Destination::Poll() {
  if (window_open_) {
    return;
  }
  if (saved_at_ms_ == 0) {
    // Nothing tells what the process before us had in flight when it ended.
    may_repeat_ = consumer_->sequence() < parts_.log->next_sequence();
    SavePosition();
  }
  Fill();
  if (WindowIsDue()) {
    StartWindow();
  } else if (pending_.empty() && reader_->position().sequence > consumer_->sequence()) {
    consumer_->Acknowledge(reader_->position());  // all of it was dropped
  }
  if (NowMs() - saved_at_ms_ >= kSaveIntervalMs) {
    SavePosition();
  }
}

void Destination::Fill() {
  const scrape::QueueConfig& queue = settings_.config.queue_config;
  const auto window_max =
      static_cast<size_t>(queue.max_shards) * static_cast<size_t>(queue.max_samples_per_send);
  const bool was_empty = pending_.empty();
  while (pending_.size() < window_max && reader_->Next(filler_.get())) {
  }
  if (was_empty && !pending_.empty()) {
    pending_since_ms_ = NowMs();
  }
  metrics_.SetPending(CountItems(pending_));
}

bool Destination::WindowIsDue() const {
  const scrape::QueueConfig& queue = settings_.config.queue_config;
  return !pending_.empty() && (pending_.size() >= static_cast<size_t>(queue.max_samples_per_send) ||
                               NowMs() - pending_since_ms_ >= queue.batch_send_deadline.Value());
}

void Destination::StartWindow() {
  const scrape::QueueConfig& queue = settings_.config.queue_config;
  const auto per_send = static_cast<size_t>(queue.max_samples_per_send);
  const size_t desired = (pending_.size() + per_send - 1) / per_send;
  const size_t count = std::clamp(desired, static_cast<size_t>(queue.min_shards),
                                  static_cast<size_t>(queue.max_shards));
  metrics_.shards_desired.Set(static_cast<double>(desired));
  metrics_.shards.Set(static_cast<double>(count));
  shards_ = std::vector<Shard>(count);
  for (OutgoingItem& item : pending_) {
    Shard& shard = shards_[item.labels.Hash() % count];
    if (shard.requests.empty() || shard.requests.back().items.size() >= per_send) {
      shard.requests.emplace_back();
    }
    shard.requests.back().items.push_back(std::move(item));
  }
  pending_.clear();
  window_open_ = true;
  window_end_ = reader_->position();
  shards_busy_ = 0;
  for (Shard& shard : shards_) {
    std::ranges::reverse(shard.requests);
    shards_busy_ += shard.requests.empty() ? 0 : 1;
  }
  for (size_t i = 0; i < shards_.size(); ++i) {
    if (!shards_[i].requests.empty()) {
      SendNext(i);
    }
  }
}

void Destination::FinishWindow() {
  window_open_ = false;
  may_repeat_ = false;
  shards_.clear();
  metrics_.SetPending({});
  consumer_->Acknowledge(window_end_);
  Poll();
}

// The shard's next request, which may have become empty.
void Destination::SendNext(size_t index) {
  Shard& shard = shards_[index];
  shard.backoff_ms = settings_.config.queue_config.min_backoff.Value();
  while (!shard.requests.empty()) {
    DropOld(&shard.requests.back());
    if (!shard.requests.back().items.empty()) {
      Send(index);
      return;
    }
    shard.requests.pop_back();
  }
  if (--shards_busy_ == 0) {
    // Not from here: the stack would grow with every window.
    (void)runner_->Post([this] { FinishWindow(); });
  }
}

void Destination::DropOld(Request* request) {
  const int64_t limit = settings_.config.queue_config.sample_age_limit.Value();
  if (limit <= 0) {
    return;
  }
  const int64_t oldest = NowMs() - limit;
  const auto is_old = [oldest](const OutgoingItem& item) {
    return !item.IsExemplar() && item.sample.time_ms < oldest;
  };
  const auto first = std::stable_partition(request->items.begin(), request->items.end(),
                                           [&](const OutgoingItem& item) { return !is_old(item); });
  const auto old = CountItems(std::span<const OutgoingItem>(first, request->items.end()));
  if (old.all() > 0) {
    metrics_.dropped_too_old.Add(old);
    parts_.losses.Add(LossReason::kRemoteTooOld, old.all());
    request->items.erase(first, request->items.end());
    request->body.clear();
  }
}

net::ClientRequest Destination::NewRequest(WriteProtocol protocol, std::string body) const {
  net::ClientRequest request;
  request.method = "POST";
  request.url = settings_.config.url;
  request.timeout_ms = settings_.config.remote_timeout.Value();
  for (const auto& [name, value] : settings_.config.headers) {
    request.headers.Set(name, value);
  }
  request.headers.Set("Content-Encoding", "snappy");
  request.headers.Set("Content-Type",
                      protocol == WriteProtocol::kV1
                          ? "application/x-protobuf"
                          : "application/x-protobuf;proto=io.prometheus.write.v2.Request");
  request.headers.Set("X-Prometheus-Remote-Write-Version",
                      protocol == WriteProtocol::kV1 ? "0.1.0" : "2.0.0");
  request.body = std::move(body);
  return request;
}

void Destination::Send(size_t index) {
  Shard& shard = shards_[index];
  Request& request = shard.requests.back();
  if (request.body.empty()) {
    request.body = EncodeItems(request.items, protocol_, metadata_.get());
  }
  const ItemCounts counts = CountItems(request.items);
  (request.attempts == 0 ? metrics_.sent : metrics_.retried).Add(counts);
  metrics_.bytes.Add(request.body.size());
  net::ClientRequest http = NewRequest(protocol_, request.body);
  if (request.attempts > 0) {
    http.headers.Set("Retry-Attempt", std::to_string(request.attempts));
  }
  const int64_t started_ns = parts_.env.clock().MonotonicNs();
  std::weak_ptr<Destination> weak = weak_from_this();
  shard.in_flight = Http()->FetchAsync(
      std::move(http), [weak, index, started_ns](base::Result<net::ClientResponse> reply) {
        if (const auto self = weak.lock()) {
          auto shared = std::make_shared<base::Result<net::ClientResponse>>(std::move(reply));
          // Refused only when the runner was shut down.
          (void)self->runner_->Post([raw = self.get(), index, started_ns, shared] {
            raw->OnReply(index, started_ns, *shared);
          });
        }
      });
}

Destination::Answer Destination::Judge(const base::Result<net::ClientResponse>& reply,
                                       const ItemCounts& sent) const {
  if (!reply.ok()) {
    const bool is_final = reply.status().code() == base::StatusCode::kInvalidArgument;
    return is_final ? Answer::kRefused : Answer::kRetry;
  }
  if (reply->status / 100 == 5) {
    return Answer::kRetry;
  }
  if (reply->status == kStatusTooManyRequests) {
    return settings_.config.queue_config.retry_on_http_429 ? Answer::kRetry : Answer::kRefused;
  }
  if (reply->status / 100 != 2) {
    return Answer::kRefused;
  }
  // A receiver that knows only 1.0 reads a request of 2.0 as an empty one and says that all is
  // well.
  const bool says_nothing = !reply->headers.Has("X-Prometheus-Remote-Write-Samples-Written") &&
                            !reply->headers.Has("X-Prometheus-Remote-Write-Histograms-Written") &&
                            !reply->headers.Has("X-Prometheus-Remote-Write-Exemplars-Written");
  return protocol_ == WriteProtocol::kV2 && sent.all() > 0 && says_nothing ? Answer::kRefused
                                                                           : Answer::kDone;
}

void Destination::OnReply(size_t index, int64_t started_ns,
                          const base::Result<net::ClientResponse>& reply) {
  if (!window_open_ || index >= shards_.size() || shards_[index].requests.empty()) {
    return;
  }
  metrics_.batch_seconds.Observe(
      static_cast<double>(parts_.env.clock().MonotonicNs() - started_ns) / 1e9);
  const ItemCounts counts = CountItems(shards_[index].requests.back().items);
  switch (Judge(reply, counts)) {
    case Answer::kRetry:
      Retry(index, reply);
      return;
    case Answer::kRefused:
      Refused(index, reply);
      break;
    case Answer::kDone:
      metrics_.highest_sent_seconds.Set(
          std::max(metrics_.highest_sent_seconds.value(),
                   static_cast<double>(counts.newest_time_ms) / 1000));
      shards_[index].requests.pop_back();
      break;
  }
  SendNext(index);
}

void Destination::Retry(size_t index, const base::Result<net::ClientResponse>& reply) {
  Shard& shard = shards_[index];
  SB_LOG_EVERY(30, kWarn, "remote write failed, will be tried again",
               {"remote_name", settings_.name}, {"url", settings_.config.url},
               {"reply", ReplyText(reply)});
  ++shard.requests.back().attempts;
  const int64_t asked_ms = reply.ok() ? RetryAfterMs(*reply) : 0;
  const int64_t wait_ms = asked_ms > 0 ? asked_ms : shard.backoff_ms;
  shard.backoff_ms =
      std::min(shard.backoff_ms * 2, settings_.config.queue_config.max_backoff.Value());
  runner_->PostDelayed(base::DurationNs(wait_ms * 1'000'000), [this, index] {
    DropOld(&shards_[index].requests.back());
    if (shards_[index].requests.back().items.empty()) {
      shards_[index].requests.pop_back();
      SendNext(index);
    } else {
      Send(index);
    }
  });
}

void Destination::Refused(size_t index, const base::Result<net::ClientResponse>& reply) {
  Shard& shard = shards_[index];
  Request refused = std::move(shard.requests.back());
  shard.requests.pop_back();
  const size_t size = refused.items.size();
  if (may_repeat_ && size > 1 && reply.ok() && reply->status == 400) {
    const auto middle = refused.items.begin() + static_cast<ptrdiff_t>(size / 2);
    Request second;
    second.items.assign(std::make_move_iterator(middle),
                        std::make_move_iterator(refused.items.end()));
    refused.items.erase(middle, refused.items.end());
    refused.body.clear();
    shard.requests.push_back(std::move(second));
    shard.requests.push_back(std::move(refused));
    return;
  }
  const ItemCounts counts = CountItems(refused.items);
  metrics_.failed.Add(counts);
  parts_.losses.Add(LossReason::kRemoteRefused, counts.all());
  SB_LOG_EVERY(10, kError, "remote write: the receiver refused samples for good",
               {"remote_name", settings_.name}, {"url", settings_.config.url}, {"count", size},
               {"reply", ReplyText(reply)});
}

void Destination::SendMetadata() {
  if (!metadata_requests_.empty()) {
    return;  // they point into metadata_
  }
  metadata_ = std::make_shared<const MetadataByName>(parts_.metadata());
  if (protocol_ != WriteProtocol::kV1 || !settings_.config.metadata_config.send) {
    return;
  }
  const auto per_send = static_cast<size_t>(settings_.config.metadata_config.max_samples_per_send);
  for (const MetadataByName::value_type& entry : *metadata_) {
    if (metadata_requests_.empty() || metadata_requests_.back().size() >= per_send) {
      metadata_requests_.emplace_back();
    }
    metadata_requests_.back().push_back(&entry);
  }
  SendMetadataRequests();
}

// One after another; what fails is sent again a send_interval later anyway.
void Destination::SendMetadataRequests() {
  if (metadata_requests_.empty()) {
    return;
  }
  const std::vector<const MetadataByName::value_type*> entries =
      std::move(metadata_requests_.back());
  metadata_requests_.pop_back();
  std::string body = EncodeMetadata(entries);
  metrics_.metadata.Add(entries.size());
  metrics_.metadata_bytes.Add(body.size());
  std::weak_ptr<Destination> weak = weak_from_this();
  const size_t count = entries.size();
  // `keep`: the entries of the requests that are left point into it.
  Http()->FetchAsync(
      NewRequest(WriteProtocol::kV1, std::move(body)),
      [weak, count, keep = metadata_](const base::Result<net::ClientResponse>& reply) {
        const bool arrived = reply.ok() && reply->status / 100 == 2;
        if (const auto self = weak.lock()) {
          self->metrics_.metadata_failed.Add(arrived ? 0 : count);
          (void)self->runner_->Post([raw = self.get(), keep] { raw->SendMetadataRequests(); });
        }
      });
}

}  // namespace sb::remote_out
