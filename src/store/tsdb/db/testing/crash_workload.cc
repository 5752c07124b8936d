// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/db/testing/crash_workload.h"

#include <algorithm>
#include <bit>
#include <map>
#include <memory>
#include <utility>

#include "model/matcher.h"

namespace sb::tsdb {
namespace {

constexpr int64_t kStart = 1'700'006'400'000;

class NoLimit final : public store::ReadContext {
 public:
  base::Status CheckAlive() const override { return base::OkStatus(); }
};

uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t z = a * 0x9e3779b97f4a7c15ULL + b * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// Series 0…kSeries-1 get a sample in every batch, series 100+k only in batch 16k.
model::LabelSet LabelsOf(uint64_t series) {
  return model::LabelSet::FromPairs(
      {{"__name__", "crash_test"}, {"series", std::to_string(series)}});
}

model::Sample SampleOf(uint64_t batch, uint64_t series) {
  model::Sample sample;
  sample.time_ms = CrashWorkload::TimeOf(batch);
  const uint64_t bits = Mix(batch, series);
  switch (series % 4) {
    case 0:
      sample.value = static_cast<double>(batch * 3 + series);
      break;
    case 1:
      sample.value = std::bit_cast<double>(bits);  // any bit pattern, NaN payloads included
      break;
    case 2:
      sample.value = static_cast<double>(bits % 1000) / 100;
      break;
    default:
      sample.value = bits % 8 == 0 ? model::StaleNan() : -0.0;
      sample.start_time_ms = series == 3 ? kStart - 1 : 0;
      break;
  }
  if (series == 5) {
    auto histogram = std::make_shared<model::Histogram>();
    histogram->integer_counts = true;
    histogram->count = static_cast<double>(bits % 100);
    histogram->sum = static_cast<double>(bits % 7919) / 7;
    histogram->zero_threshold = 1e-128;
    histogram->positive_spans = {{0, 1}};
    histogram->positive_buckets = {histogram->count};
    sample.value = 0;
    sample.histogram = std::move(histogram);
  }
  return sample;
}

bool SameBits(const model::Sample& a, const model::Sample& b) {
  if (a.time_ms != b.time_ms || a.start_time_ms != b.start_time_ms ||
      (a.histogram == nullptr) != (b.histogram == nullptr)) {
    return false;
  }
  return a.histogram ? a.histogram->BitEquals(*b.histogram)
                     : std::bit_cast<uint64_t>(a.value) == std::bit_cast<uint64_t>(b.value);
}

uint64_t SamplesOfBatch(uint64_t batch) {
  return CrashWorkload::kSeries + (batch % 16 == 0 ? 1 : 0);
}

// The batch whose time this is; false if there is none.
bool BatchAt(int64_t time, uint64_t* batch) {
  const int64_t near = (time - kStart) / CrashWorkload::kStep;
  for (int64_t n = near - 3; n <= near + 3; ++n) {
    if (n >= 0 && CrashWorkload::TimeOf(static_cast<uint64_t>(n)) == time) {
      *batch = static_cast<uint64_t>(n);
      return true;
    }
  }
  return false;
}

}  // namespace

DownsampleRule CrashWorkload::SparseRule() {
  return {{model::Matcher::Equal("series", std::to_string(kSparse))},
          base::DurationMs(60'000),
          base::DurationMs(kSparseEvery)};
}

int64_t CrashWorkload::TimeOf(uint64_t batch) {
  const int64_t time = kStart + static_cast<int64_t>(batch) * kStep;
  return batch % 3 == 2 ? time - kStep - kStep / 2 : time;
}

base::Status CrashWorkload::Commit(store::AppenderFactory& store, uint64_t n) {
  const auto appender = store.NewAppender();
  for (uint64_t i = 0; i < SamplesOfBatch(n); ++i) {
    const uint64_t series = i < kSeries ? i : 100 + n / 16;
    SB_ASSIGN_OR_RETURN(const store::SeriesRef ref, appender->Resolve(LabelsOf(series)));
    SB_RETURN_IF_ERROR(appender->Append(ref, SampleOf(n, series)));
  }
  SB_ASSIGN_OR_RETURN(const store::SeriesRef sparse, appender->Resolve(LabelsOf(kSparse)));
  SB_RETURN_IF_ERROR(appender->Append(sparse, SampleOf(n, kSparse)));
  return appender->Commit();
}

base::Status CrashWorkload::Verify(store::QuerierFactory& store, std::set<uint64_t>* batches) {
  const base::TimeRange range{base::TimestampMs(0), base::TimestampMs(int64_t{1} << 60)};
  SB_ASSIGN_OR_RETURN(const auto querier, store.NewQuerier(range));
  const auto matcher = model::Matcher::Equal("__name__", "crash_test");
  const NoLimit context;
  SB_ASSIGN_OR_RETURN(const auto series,
                      querier->Select(context, {.range = range}, std::span(&matcher, 1)));
  std::map<uint64_t, uint64_t> found;
  std::set<int64_t> sparse;
  for (const auto& s : series) {
    const uint64_t number = std::stoull(std::string(s->labels().Get("series")));
    model::SampleColumns columns;
    SB_RETURN_IF_ERROR(s->Read(range, &columns));
    for (size_t i = 0; i < columns.size(); ++i) {
      uint64_t batch = 0;
      if (!BatchAt(columns.times[i], &batch) || !SameBits(columns.At(i), SampleOf(batch, number))) {
        return base::DataLoss("wrong sample in series " + std::to_string(number) + " at " +
                              std::to_string(columns.times[i]));
      }
      if (number == kSparse) {
        sparse.insert(columns.times[i]);
      } else {
        ++found[batch];
      }
    }
  }
  for (const auto& [batch, samples] : found) {
    if (samples != SamplesOfBatch(batch)) {
      return base::DataLoss("batch is there in part, samples: " + std::to_string(samples) + " of " +
                            std::to_string(SamplesOfBatch(batch)) + ", batch " +
                            std::to_string(batch));
    }
    batches->insert(batch);
  }
  std::map<int64_t, int64_t> last_of_interval;
  for (const auto& [batch, samples] : found) {
    int64_t& last = last_of_interval[TimeOf(batch) / kSparseEvery];
    last = std::max(last, TimeOf(batch));
  }
  for (const auto& [interval, last] : last_of_interval) {
    if (!sparse.contains(last)) {
      return base::DataLoss("the last sample of an interval is missing at " + std::to_string(last));
    }
  }
  return base::OkStatus();
}

}  // namespace sb::tsdb
