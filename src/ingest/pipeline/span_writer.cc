// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/span_writer.h"

#include <optional>

#include "encoding/hash.h"
#include "encoding/varint.h"

namespace sb::ingest {
namespace {

constexpr int64_t kFutureToleranceNs = 600'000'000'000;

void AppendKeyPart(std::string_view part, std::string* key) {
  encoding::AppendVarint(key, part.size());
  key->append(part);
}

void AppendKeyAttributes(const std::vector<wire::KeyValue>& attributes, std::string* key) {
  encoding::AppendVarint(key, attributes.size());
  for (const wire::KeyValue& attribute : attributes) {
    const wire::AnyValue& value = attribute.value;
    AppendKeyPart(attribute.key, key);
    key->push_back(static_cast<char>(value.kind));
    key->push_back(value.boolean ? 1 : 0);
    key->append(reinterpret_cast<const char*>(&value.integer), sizeof(value.integer));
    key->append(reinterpret_cast<const char*>(&value.number), sizeof(value.number));
    AppendKeyPart(value.bytes, key);
  }
}

}  // namespace

// One request on its way into a batch.
struct SpanWriter::Pass {
  explicit Pass(SpanLimits limits, int64_t now_ns)
      : batch(limits), future_ns(now_ns + kFutureToleranceNs) {}
  SpanBatch batch;
  const int64_t future_ns;
  wire::OtlpSpan span;
  uint64_t malformed = 0;
  uint64_t invalid = 0;
  uint64_t repaired = 0;
  uint64_t cut = 0;
  uint64_t future = 0;
  std::string message;
};

SpanWriter::SpanWriter(store::EventWriter* store, base::Env* env, LossCounters* losses,
                       base::Registry* registry, SpanLimits limits)
    : store_(store),
      clock_(env->clock()),
      losses_(losses),
      limits_(limits),
      seed_(env->random().Next64()),  // tidy: random because it is the one of Env
      spans_(&registry->AddCounter("signalbox_traces_spans_total",
                                   "Spans stored, from all doors together.")),
      future_spans_(&registry->AddCounter(
          "signalbox_traces_future_spans_total",
          "Spans stored that start more than ten minutes ahead of this machine's clock.")) {}

store::EventStream SpanWriter::Stream(const wire::OtlpResource& resource,
                                      const wire::OtlpScope& scope) {
  std::string key;
  AppendKeyAttributes(resource.attributes, &key);
  AppendKeyPart(resource.schema_url, &key);
  AppendKeyPart(scope.name, &key);
  AppendKeyPart(scope.version, &key);
  AppendKeyAttributes(scope.attributes, &key);
  const uint64_t hash = encoding::Hash64Of(key, seed_);
  {
    const base::MutexLock lock(mutex_);
    if (const auto known = streams_.find(hash); known != streams_.end()) {
      return known->second;
    }
  }
  store::EventStream stream = StreamOf(resource, scope, limits_);
  const base::MutexLock lock(mutex_);
  if (streams_.size() >= kCachedStreamsMax) {
    streams_.clear();
  }
  streams_.emplace(hash, stream);
  return stream;
}

void SpanWriter::AddSpan(std::string_view item, uint32_t stream, Pass* pass) {
  const base::Status read = wire::ReadSpan(item, &pass->span);
  const char* invalid = read.ok() ? wire::WhyInvalid(pass->span) : nullptr;
  if (!read.ok() || invalid != nullptr) {
    ++(read.ok() ? pass->invalid : pass->malformed);
    if (pass->message.empty()) {
      pass->message = read.ok() ? std::string("span_invalid: ") + invalid
                                : "span_malformed: " + std::string(read.message());
    }
    return;
  }
  const SpanRowReport report = pass->batch.Add(stream, pass->span);
  pass->repaired += report.text_repaired ? 1 : 0;
  pass->cut += report.attribute_dropped ? 1 : 0;
  pass->future += static_cast<int64_t>(pass->span.start_ns) > pass->future_ns ? 1 : 0;
}

SpanWriteResult SpanWriter::Finish(Pass pass) {
  SpanWriteResult result;
  result.accepted = pass.batch.row_count();
  result.rejected = pass.malformed + pass.invalid;
  result.message = std::move(pass.message);
  if (result.accepted != 0) {
    const base::Status written = store_->Write(std::move(pass.batch).Take());
    if (!written.ok()) {
      losses_->Add(LossReason::kSpanStoreUnavailable, result.accepted);
      return {base::Unavailable(std::string(written.message())), 0, 0, ""};
    }
  }
  spans_->Add(result.accepted);
  future_spans_->Add(pass.future);
  losses_->Add(LossReason::kSpanMalformed, pass.malformed);
  losses_->Add(LossReason::kSpanInvalid, pass.invalid);
  losses_->Add(LossReason::kSpanTextRepaired, pass.repaired);
  losses_->Add(LossReason::kSpanAttributeLimit, pass.cut);
  return result;
}

SpanWriteResult SpanWriter::Write(std::string_view request) {
  Pass pass(limits_, clock_.Now().Value());
  wire::EnvelopeReader in(request);
  while (in.NextResource()) {
    while (in.NextScope()) {
      std::optional<uint32_t> stream;
      std::string_view item;
      while (in.NextItem(&item)) {
        if (!stream.has_value()) {
          stream = pass.batch.AddStream(Stream(in.resource(), in.scope()));
        }
        AddSpan(item, *stream, &pass);
      }
    }
  }
  if (!in.status().ok()) {
    return {base::InvalidArgument(std::string(in.status().message())), 0, 0, ""};
  }
  return Finish(std::move(pass));
}

}  // namespace sb::ingest
