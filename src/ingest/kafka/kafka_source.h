// SPDX-License-Identifier: Apache-2.0
//
// KafkaSource reads spans from topics of Kafka into the sink of all spans.
//
//   SB_ASSIGN_OR_RETURN(auto source, KafkaSource::Create(options, &sink, &clock, &losses,
//   &registry)); runner.PostEvery(interval, [&] { source->Poll(); });
//
// The offset of a record is committed once the record is stored: a crash reads some records again,
// and equal spans are stored once. What cannot be decoded is counted and passed over; what the
// store cannot take now is read again at the next Poll().
//
// Create fails with kInvalidArgument if librdkafka does not know a property; brokers that do not
// answer are waited for. Threads: Poll() from one thread at a time.
#pragma once

#include <memory>

#include "base/env.h"
#include "base/instruments.h"
#include "base/status.h"
#include "ingest/kafka/kafka_config.h"
#include "ingest/pipeline/loss.h"
#include "ingest/pipeline/span_sink.h"

namespace sb::ingest {

class KafkaSource {
 public:
  static constexpr int kRecordsPerPoll = 1'000;

  // All pointers must outlive the source.
  static base::Result<std::unique_ptr<KafkaSource>> Create(const KafkaOptions& options,
                                                           SpanSink* sink, const base::Clock* clock,
                                                           LossCounters* losses,
                                                           base::Registry* registry);
  ~KafkaSource();

  // Takes what is there, at most kRecordsPerPoll; waits at most `wait_ms` for the first record.
  // Returns how many records were passed on.
  int Poll(int wait_ms = 0);

 private:
  struct Client;
  KafkaSource(KafkaOptions options, SpanSink* sink, const base::Clock* clock, LossCounters* losses,
              base::Registry* registry);

  const KafkaOptions options_;
  SpanSink* const sink_;
  const base::Clock* const clock_;
  LossCounters* const losses_;
  base::Counter* const records_;
  std::unique_ptr<Client> client_;
};

}  // namespace sb::ingest
