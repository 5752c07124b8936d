// SPDX-License-Identifier: Apache-2.0
//
// Law: what can be read can be written, and then reads the same.
#include <bit>
#include <string>

#include "base/check.h"
#include "wire/prometheus/name_rules.h"
#include "wire/prometheus/remote_write_v2.h"

namespace sb::wire {
namespace {

void CheckSeries(const WriteRequestV2Reader& reader) {
  for (const std::string_view bytes : reader.histograms()) {
    WriteHistogram histogram;
    if (reader.ReadHistogram(bytes, &histogram).ok()) {
      (void)histogram.histogram.Validate();
    }
  }
  for (const std::string_view bytes : reader.exemplars()) {
    model::Exemplar exemplar;
    (void)reader.ReadExemplar(bytes, &exemplar);
  }
  std::vector<model::Label> labels;
  if (!reader.ReadLabels(reader.label_refs(), &labels).ok() || !ValidateSeriesLabels(labels).ok()) {
    return;
  }
  const model::LabelSet set = model::LabelSet::FromSorted(labels.data(), labels.size());
  WriteRequestV2Writer writer;
  writer.AddSeries(set, reader.samples(), {}, {}, reader.metadata());
  std::string again;
  writer.Finish(&again);
  WriteRequestV2Reader second(again);
  SB_CHECK(second.NextSeries());
  SB_CHECK(second.ReadLabels(second.label_refs(), &labels).ok());
  SB_CHECK(model::LabelSet::FromLabels(labels) == set);
  SB_CHECK(second.samples().size() == reader.samples().size());
  for (size_t i = 0; i < second.samples().size(); ++i) {
    SB_CHECK(second.samples()[i].time_ms == reader.samples()[i].time_ms);
    SB_CHECK(second.samples()[i].start_time_ms == reader.samples()[i].start_time_ms);
    SB_CHECK(std::bit_cast<uint64_t>(second.samples()[i].value) ==
             std::bit_cast<uint64_t>(reader.samples()[i].value));
  }
  SB_CHECK((second.metadata() == nullptr) == (reader.metadata() == nullptr));
}

}  // namespace
}  // namespace sb::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  sb::wire::WriteRequestV2Reader reader(bytes);
  while (reader.NextSeries()) {
    sb::wire::CheckSeries(reader);
  }
  (void)reader.status().ToString();
  return 0;
}
