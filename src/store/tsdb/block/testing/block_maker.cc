// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/testing/block_maker.h"

#include <array>

#include "base/check.h"

namespace sb::tsdb {

using encoding::TestRandom;
using model::LabelSet;
using model::LabelSetBuilder;
using model::SampleColumns;

TestSeries MakeTestSeries(size_t count, uint64_t seed) {
  TestRandom random(seed);
  TestSeries all;
  while (all.size() < count) {
    const size_t i = all.size();
    LabelSetBuilder labels;
    labels.Set("__name__", "metric_" + std::to_string(random.Below(7)));
    labels.Set("instance", "host-" + std::to_string(random.Below(count / 4 + 1)));
    labels.Set("job", std::string(1, static_cast<char>('a' + random.Below(3))));
    if (random.Below(3) == 0) {
      labels.Set("optional", random.Below(2) == 0 ? "x" : "y with \"quotes\" and ünicode");
    }
    const ColumnsShape shape{
        .shape = encoding::kAllShapes[i % std::size(encoding::kAllShapes)],
        .kinds = i % 11 == 5 ? Kinds::kHistograms : (i % 13 == 6 ? Kinds::kMixed : Kinds::kFloats),
        .start_times = i % 17 == 3};
    // Few distinct seeds and lengths, so that series share timestamps.
    const size_t samples = 300 + 100 * random.Below(3);
    all.emplace(labels.Build(), MakeColumns(shape, samples, random.Below(3)));
  }
  return all;
}

TestSeries MakeBucketSeries(size_t histograms, size_t samples, uint64_t seed) {
  constexpr std::array<const char*, 10> kBounds = {"0.005", "0.01", "0.025", "0.1", "0.5",
                                                   "1",     "2.5",  "5",     "10",  "+Inf"};
  TestSeries all;
  for (size_t h = 0; h < histograms; ++h) {
    TestRandom random(seed + h);
    const SampleColumns times = MakeColumns({}, samples, seed);
    std::array<double, kBounds.size()> counts{};
    std::array<SampleColumns, kBounds.size()> columns;
    for (size_t i = 0; i < samples; ++i) {
      for (uint64_t observations = random.Below(8); observations > 0; --observations) {
        for (size_t b = random.Below(kBounds.size()); b < kBounds.size(); ++b) {
          counts[b] += 1;
        }
      }
      for (size_t b = 0; b < kBounds.size(); ++b) {
        const bool stale = i + 1 == samples && h == 0;
        columns[b].Append(
            {.time_ms = times.times[i], .value = stale ? model::StaleNan() : counts[b]});
      }
    }
    for (size_t b = 0; b < kBounds.size(); ++b) {
      all.emplace(LabelSet::FromPairs({{"__name__", "latency_bucket"},
                                       {"le", kBounds[b]},
                                       {"route", "/r" + std::to_string(h)}}),
                  std::move(columns[b]));
    }
  }
  return all;
}

std::shared_ptr<const Block> MustWriteBlock(base::Env& env, const TestSeries& series,
                                            BlockWriterOptions options) {
  options.range = kAllTime;
  auto writer = BlockWriter::Create(env, "/blocks", options);
  SB_CHECK(writer.ok());
  for (const auto& [labels, columns] : series) {
    SB_CHECK((*writer)->Add(labels, columns).ok());
  }
  auto meta = (*writer)->Finish();
  SB_CHECK(meta.ok());
  auto block = Block::Open(env, "/blocks/" + meta->id);
  SB_CHECK(block.ok());
  return std::move(block).value();
}

}  // namespace sb::tsdb
