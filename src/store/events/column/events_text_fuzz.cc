// SPDX-License-Identifier: Apache-2.0
//
// Hostile bytes as a text column of any form: kDataLoss at worst. The first two bytes say how many
// values there are meant to be.
#include <cstdint>
#include <vector>

#include "store/events/column/text_column.h"

namespace {

class Surroundings final : public sb::events::TextSurroundings {
 public:
  Surroundings(size_t rows, std::string_view lines) : times_(rows, 1), lines_(lines) {}
  sb::base::Result<std::span<const int64_t>> Times() const override {
    return std::span<const int64_t>(times_);
  }
  sb::base::Result<std::string_view> LineBytes() const override { return lines_; }

 private:
  std::vector<int64_t> times_;
  std::string_view lines_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sb::events;  // NOLINT(google-build-using-namespace)
  if (size < 2) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const uint32_t count = data[0] | (uint32_t{data[1]} << 8);
  const Surroundings surroundings(count, bytes);
  const auto column = OpenTextColumn(bytes, count, &surroundings);
  if (!column.ok()) {
    return 0;
  }
  std::vector<uint32_t> positions(count);
  for (uint32_t i = 0; i < count; ++i) {
    positions[i] = i;
  }
  TextValues values;
  (void)(*column)->Read(positions, &values).ok();
  std::vector<int64_t> lengths;
  (void)(*column)->Lengths(positions, &lengths).ok();
  const auto condition = Condition::Create(sb::store::EventFilter::Compare(
      "x", sb::store::FilterOp::kContains, sb::store::EventValue::Text("ab12")));
  Bitmap out(count);
  (void)(*column)->Evaluate(*condition, nullptr, &out).ok();
  return 0;
}
