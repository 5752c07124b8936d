// SPDX-License-Identifier: Apache-2.0
//
// Hostile bytes for the column and id decoders; what decodes must survive a round trip.
#include <cstdint>
#include <cstring>

#include "base/check.h"
#include "encoding/float_column.h"
#include "encoding/int_column.h"
#include "encoding/patched_block.h"
#include "encoding/sorted_ids.h"

namespace {

using namespace sb::encoding;  // NOLINT(google-build-using-namespace)

constexpr size_t kDecodedMax = 20000;

void TryIntColumn(std::string_view bytes) {
  IntColumn column;
  if (!column.Parse(bytes).ok() || column.count() > kDecodedMax) {
    return;
  }
  std::vector<int64_t> values(column.count());
  if (!column.Decode(0, values.size(), values.data()).ok()) {
    return;
  }
  for (const bool thorough : {false, true}) {
    std::string again;
    AppendIntColumn(values, {.page_values = 100, .thorough = thorough}, &again);
    std::vector<int64_t> back(values.size());
    IntColumn second;
    SB_CHECK(second.Parse(again).ok() && second.count() == values.size());
    SB_CHECK(second.Decode(0, back.size(), back.data()).ok());
    SB_CHECK(back == values);
  }
}

void TryFloatColumn(std::string_view bytes) {
  FloatColumn column;
  if (!column.Parse(bytes).ok() || column.count() > kDecodedMax) {
    return;
  }
  std::vector<double> values(column.count());
  if (!column.Decode(0, values.size(), values.data()).ok()) {
    return;
  }
  std::string again;
  AppendFloatColumn(values, {.page_values = 64, .thorough = true}, &again);
  std::vector<double> back(values.size());
  FloatColumn second;
  SB_CHECK(second.Parse(again).ok() && second.count() == values.size());
  SB_CHECK(second.Decode(0, back.size(), back.data()).ok());
  SB_CHECK(values.empty() || std::memcmp(values.data(), back.data(), values.size() * 8) == 0);
}

void TrySortedIds(std::string_view bytes) {
  std::vector<uint32_t> ids;
  if (!ReadSortedIds(bytes, 1u << 20, &ids).ok()) {
    return;
  }
  std::string again;
  AppendSortedIds(ids, &again);
  std::vector<uint32_t> back;
  SB_CHECK(ReadSortedIds(again, 1u << 20, &back).ok() && back == ids);
}

}  // namespace

// The first byte chooses the decoder.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      TryIntColumn(bytes);
      break;
    case 1:
      TryFloatColumn(bytes);
      break;
    case 2:
      TrySortedIds(bytes);
      break;
    default: {
      std::vector<int64_t> out(kPatchedValuesMax);
      (void)ReadPatchedBlock(bytes.data(), bytes.data() + bytes.size(), data[0] * 4, out.data());
    }
  }
  return 0;
}
