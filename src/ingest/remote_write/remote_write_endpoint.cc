// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_write/remote_write_endpoint.h"

#include "encoding/compress.h"
#include "ingest/remote_write/write_batch.h"

namespace sb::ingest {
namespace {

using encoding::Hash128;

base::Counter* AddCounter(base::Registry* registry, const char* name, const char* help,
                          const base::InstrumentLabels& labels = {}) {
  return &registry->AddCounter(name, help, labels);
}

std::string_view AsBytes(const std::vector<Hash128>& hashes) {
  return {reinterpret_cast<const char*>(hashes.data()), hashes.size() * sizeof(Hash128)};
}

bool IsRetriable(LossReason reason) {
  return reason == LossReason::kSeriesLimit;
}

// Losses that a sender is told about. Exemplars fail a request only in 2.0, as in the reference.
bool FailsRequest(LossReason reason, WriteProtocol protocol) {
  return LossRowOf(reason).unit == LossUnit::kSamples ||
         (reason == LossReason::kExemplarOutOfOrder && protocol == WriteProtocol::kV2);
}

std::string Describe(const Rejection& rejection) {
  std::string out = rejection.first_message;
  if (rejection.count > 1) {
    out.append(" (").append(LossRowOf(rejection.reason).name).append(": ");
    out.append(std::to_string(rejection.count)).append(" in total)");
  }
  return out;
}

void AddWrittenHeaders(const Accepted& accepted, RemoteWriteReply* reply) {
  const auto add = [reply](const char* what, uint64_t count) {
    reply->headers.emplace_back("X-Prometheus-Remote-Write-" + std::string(what) + "-Written",
                                std::to_string(count));
  };
  add("Samples", accepted.samples);
  add("Histograms", accepted.histograms);
  add("Exemplars", accepted.exemplars);
}

// Where a request is decompressed to: memory that its thread keeps for the next one, which need not
// be taken and filled with zeros then. Large requests give it back.
class DecodedBytes {
 public:
  DecodedBytes() = default;
  ~DecodedBytes() {
    if (bytes().capacity() > kKeptMax) {
      std::string().swap(bytes());
    }
  }
  DecodedBytes(const DecodedBytes&) = delete;
  DecodedBytes& operator=(const DecodedBytes&) = delete;

  std::string& bytes() {
    thread_local std::string bytes;
    return bytes;
  }

 private:
  static constexpr size_t kKeptMax = 1u << 20;
};

// The keys of the series of a 2.0 request: each symbol is hashed once, and a series is the hash of
// its symbols' hashes.
class SymbolHashes {
 public:
  SymbolHashes(const std::vector<std::string_view>& symbols, uint64_t seed) : seed_(seed) {
    hashes_.reserve(symbols.size());
    for (const std::string_view symbol : symbols) {
      hashes_.push_back(encoding::Hash128Of(symbol, seed));
    }
  }

  Hash128 KeyOf(std::span<const uint32_t> refs) {
    series_.clear();
    for (const uint32_t ref : refs) {
      series_.push_back(Get(ref));
    }
    return encoding::Hash128Of(AsBytes(series_), seed_);
  }

  Hash128 MetadataKey(const Hash128& series, const wire::WriteMetadata& metadata) {
    series_.assign({series, encoding::Hash128Of(metadata.help, seed_),
                    encoding::Hash128Of(metadata.unit, seed_),
                    Hash128{static_cast<uint64_t>(metadata.type), 0}});
    return encoding::Hash128Of(AsBytes(series_), seed_);
  }

 private:
  // A reference without symbol never gets past ReadLabels(), so that its key is in no cache; it
  // must only not be the key of another series.
  Hash128 Get(uint32_t ref) const {
    return ref < hashes_.size() ? hashes_[ref] : Hash128{ref, UINT64_MAX};
  }

  const uint64_t seed_;
  std::vector<Hash128> hashes_;
  std::vector<Hash128> series_;
};

}  // namespace

RemoteWriteEndpoint::RemoteWriteEndpoint(store::AppenderFactory* store, base::Env* env,
                                         LossCounters* losses, base::Registry* registry,
                                         RemoteWriteOptions options)
    : store_(store),
      env_(env),
      losses_(losses),
      options_(options),
      instruments_{AddCounter(registry, "signalbox_remote_write_requests_total",
                              "Remote write requests received.", {{"version", "1.0"}}),
                   AddCounter(registry, "signalbox_remote_write_requests_total",
                              "Remote write requests received.", {{"version", "2.0"}}),
                   AddCounter(registry, "signalbox_remote_write_samples_total",
                              "Float samples stored from remote write."),
                   AddCounter(registry, "signalbox_remote_write_histograms_total",
                              "Native histogram samples stored from remote write."),
                   AddCounter(registry, "signalbox_remote_write_exemplars_total",
                              "Exemplars stored from remote write."),
                   AddCounter(registry, "signalbox_remote_write_series_cache_hits_total",
                              "Series of remote write requests that were known by their bytes."),
                   AddCounter(registry, "signalbox_remote_write_series_cache_misses_total",
                              "Series of remote write requests whose labels had to be parsed.")},
      seed_(env->random().Next64()),  // tidy: random because it is the one of Env
      cache_(options.cached_series_max),
      metadata_cache_(options.cached_series_max) {}

RemoteWriteReply RemoteWriteEndpoint::Write(const RemoteWriteRequest& request) {
  const auto protocol = ParseWriteProtocol(request.content_type);
  if (!protocol.ok()) {
    return Refuse(LossReason::kUnsupportedMedia, 415, protocol.status());
  }
  const base::Status encoding = CheckWriteEncoding(request.content_encoding);
  if (!encoding.ok()) {
    return Refuse(LossReason::kUnsupportedMedia, 415, encoding);
  }
  (*protocol == WriteProtocol::kV1 ? instruments_.requests_v1 : instruments_.requests_v2)->Add();
  DecodedBytes buffer;
  std::string& decoded = buffer.bytes();
  const base::Status decompressed = Decode(request.body, &decoded);
  if (!decompressed.ok()) {
    const bool too_large = decompressed.code() == base::StatusCode::kResourceExhausted;
    return Refuse(too_large ? LossReason::kDecodedSizeLimit : LossReason::kMalformedRequest, 400,
                  decompressed);
  }
  MetricWriter writer(store_->NewAppender(), options_.limits, env_->clock().NowMs());
  // Leaving without Commit() rolls back: of a malformed request nothing is stored.
  const base::Status read =
      *protocol == WriteProtocol::kV1 ? WriteV1(decoded, &writer) : WriteV2(decoded, &writer);
  if (!read.ok()) {
    metadata_cache_.Clear();
    return Refuse(LossReason::kMalformedRequest, 400, read);
  }
  return Finish(*protocol, request.user_agent, &writer);
}

RemoteWriteReply RemoteWriteEndpoint::WriteDecoded(std::string_view request,
                                                   std::string_view user_agent) {
  MetricWriter writer(store_->NewAppender(), options_.limits, env_->clock().NowMs());
  if (const base::Status read = WriteV2(request, &writer); !read.ok()) {
    metadata_cache_.Clear();
    return Refuse(LossReason::kMalformedRequest, 400, read);
  }
  return Finish(WriteProtocol::kV2, user_agent, &writer);
}

base::Status RemoteWriteEndpoint::Decode(std::string_view body, std::string* decoded) {
  return encoding::Decompress(encoding::Compression::kSnappyBlock, body, options_.decoded_bytes_max,
                              decoded);
}

base::Status RemoteWriteEndpoint::WriteV1(std::string_view bytes, MetricWriter* writer) {
  WriteBatch batch(&cache_, &metadata_cache_, nullptr);
  wire::WriteRequestV1Reader reader(bytes);
  while (reader.NextSeries() && !writer->failed()) {
    batch.AddSeriesV1(encoding::Hash128Of(reader.label_bytes(), seed_), reader.label_bytes());
    batch.AddFloats(reader.samples());
    for (const std::string_view message : reader.histograms()) {
      wire::WriteHistogram histogram;
      SB_RETURN_IF_ERROR(wire::ReadWriteHistogram(message, &histogram));
      batch.AddHistogram(std::move(histogram));
    }
    for (const std::string_view message : reader.exemplars()) {
      model::Exemplar exemplar;
      const base::Status status = wire::ReadExemplarV1(message, &exemplar);
      if (status.ok()) {
        batch.AddExemplar(std::move(exemplar));
      } else {
        writer->Reject(LossReason::kInvalidExemplar, 1, std::string(status.message()));
      }
    }
    if (batch.full()) {
      batch.Flush(writer);
    }
  }
  SB_RETURN_IF_ERROR(reader.status());
  batch.Flush(writer);
  instruments_.cache_hits->Add(batch.hits());
  instruments_.cache_misses->Add(batch.misses());
  if (!reader.metadata().empty()) {
    writer->Reject(LossReason::kFamilyMetadata, reader.metadata().size(), "");
  }
  return base::OkStatus();
}

base::Status RemoteWriteEndpoint::WriteV2(std::string_view bytes, MetricWriter* writer) {
  wire::WriteRequestV2Reader reader(bytes);
  SB_RETURN_IF_ERROR(reader.status());
  // Another seed than for 1.0: both kinds of keys live in one cache.
  SymbolHashes hashes(reader.symbols(), ~seed_);
  WriteBatch batch(&cache_, &metadata_cache_, &reader);
  while (reader.NextSeries() && !writer->failed()) {
    const Hash128 key = hashes.KeyOf(reader.label_refs());
    batch.AddSeriesV2(key, reader.label_refs());
    batch.AddFloats(reader.samples());
    for (const std::string_view message : reader.histograms()) {
      wire::WriteHistogram histogram;
      SB_RETURN_IF_ERROR(reader.ReadHistogram(message, &histogram));
      batch.AddHistogram(std::move(histogram));
    }
    for (const std::string_view message : reader.exemplars()) {
      model::Exemplar exemplar;
      const base::Status status = reader.ReadExemplar(message, &exemplar);
      if (status.ok()) {
        batch.AddExemplar(std::move(exemplar));
      } else {
        writer->Reject(LossReason::kInvalidExemplar, 1, std::string(status.message()));
      }
    }
    if (const wire::WriteMetadata* metadata = reader.metadata()) {
      batch.SetMetadata(hashes.MetadataKey(key, *metadata), *metadata);
    }
    if (batch.full()) {
      batch.Flush(writer);
    }
  }
  SB_RETURN_IF_ERROR(reader.status());
  batch.Flush(writer);
  instruments_.cache_hits->Add(batch.hits());
  instruments_.cache_misses->Add(batch.misses());
  return base::OkStatus();
}

RemoteWriteReply RemoteWriteEndpoint::Finish(WriteProtocol protocol, std::string_view sender,
                                             MetricWriter* writer) {
  RemoteWriteReply reply;
  const auto result = writer->Commit(losses_);
  const Accepted accepted = result.ok() ? result->accepted : Accepted();
  if (protocol == WriteProtocol::kV2) {
    AddWrittenHeaders(accepted, &reply);
  }
  if (!result.ok()) {
    metadata_cache_.Clear();  // what it remembers may have been rolled back
    reply.status = 503;
    reply.message = result.status().message();
    return reply;
  }
  instruments_.samples->Add(accepted.samples);
  if (options_.arrivals != nullptr) {
    options_.arrivals->Count(ArrivalSignal::kMetrics, "remote write", sender,
                             accepted.samples + accepted.histograms);
  }
  instruments_.histograms->Add(accepted.histograms);
  instruments_.exemplars->Add(accepted.exemplars);
  for (const Rejection& rejection : result->rejected) {
    if (!FailsRequest(rejection.reason, protocol)) {
      continue;
    }
    // What can be mended by sending again decides: the rest was counted and is refused again.
    const bool retriable = IsRetriable(rejection.reason);
    reply.status = retriable || reply.status == 429 ? 429 : 400;
    reply.message.append(reply.message.empty() ? "" : "\n").append(Describe(rejection));
  }
  return reply;
}

RemoteWriteReply RemoteWriteEndpoint::Refuse(LossReason reason, int status,
                                             const base::Status& why) {
  losses_->Add(reason);
  RemoteWriteReply reply;
  reply.status = status;
  reply.message = why.message();
  return reply;
}

}  // namespace sb::ingest
