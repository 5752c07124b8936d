// SPDX-License-Identifier: Apache-2.0
//
// Law: what can be read can be written, and then reads the same.
#include <bit>
#include <string>

#include "base/check.h"
#include "wire/prometheus/name_rules.h"
#include "wire/prometheus/remote_write_v1.h"

namespace sb::wire {
namespace {

void CheckSame(const WriteSample& a, const WriteSample& b) {
  SB_CHECK(a.time_ms == b.time_ms);
  SB_CHECK(std::bit_cast<uint64_t>(a.value) == std::bit_cast<uint64_t>(b.value));
}

void CheckSeries(const WriteRequestV1Reader& reader) {
  for (const std::string_view bytes : reader.histograms()) {
    WriteHistogram histogram;
    if (ReadWriteHistogram(bytes, &histogram).ok()) {
      (void)histogram.histogram.Validate();
    }
  }
  for (const std::string_view bytes : reader.exemplars()) {
    model::Exemplar exemplar;
    (void)ReadExemplarV1(bytes, &exemplar);
  }
  std::vector<model::Label> labels;
  if (!ReadLabelsV1(reader.label_bytes(), &labels).ok() || !ValidateSeriesLabels(labels).ok()) {
    return;
  }
  const model::LabelSet set = model::LabelSet::FromSorted(labels.data(), labels.size());
  std::string again;
  WriteRequestV1Writer(&again).AddSeries(set, reader.samples());
  WriteRequestV1Reader second(again);
  SB_CHECK(second.NextSeries());
  SB_CHECK(ReadLabelsV1(second.label_bytes(), &labels).ok());
  SB_CHECK(model::LabelSet::FromLabels(labels) == set);
  SB_CHECK(second.samples().size() == reader.samples().size());
  for (size_t i = 0; i < second.samples().size(); ++i) {
    CheckSame(second.samples()[i], reader.samples()[i]);
  }
}

}  // namespace
}  // namespace sb::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  sb::wire::WriteRequestV1Reader reader(bytes);
  while (reader.NextSeries()) {
    sb::wire::CheckSeries(reader);
  }
  (void)reader.status().ToString();
  return 0;
}
