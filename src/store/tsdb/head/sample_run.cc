// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/sample_run.h"

#include <bit>
#include <cstring>

#include "encoding/bytes.h"
#include "encoding/varint_word.h"

namespace sb::tsdb {
namespace {

constexpr unsigned kSame = 0;
constexpr unsigned kWhole = 1;
constexpr unsigned kXor = 2;
constexpr unsigned kRaw = 3;
constexpr uint64_t kStepFollows = 63;
constexpr double kWholeMax = 9007199254740992.0;  // 2^53: beyond it doubles skip whole numbers

uint64_t Bits(double value) {
  return std::bit_cast<uint64_t>(value);
}

// True if `bits` is a whole number that comes back with the same bits; -0.0, NaN and Inf are not.
bool AsWhole(uint64_t bits, int64_t* whole) {
  const double value = std::bit_cast<double>(bits);
  if (!(value > -kWholeMax && value < kWholeMax)) {
    return false;
  }
  *whole = static_cast<int64_t>(value);
  return Bits(static_cast<double>(*whole)) == bits;
}

int64_t Subtract(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
int64_t Add(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

char* WriteXor(char* out, uint64_t difference) {
  const unsigned low = static_cast<unsigned>(std::countr_zero(difference)) / 8;
  const unsigned high = static_cast<unsigned>(std::countl_zero(difference)) / 8;
  const unsigned kept = 8 - low - high;
  *out++ = static_cast<char>(low << 4 | kept);
  const uint64_t shifted = difference >> (8 * low);
  std::memcpy(out, &shifted, sizeof(shifted));  // room is there for the bytes beyond `kept`
  return out + kept;
}

// The number before the next one, while that is known to be whole.
struct WholeCursor {
  bool known = false;
  int64_t number = 0;
};

bool ReadWhole(encoding::ByteReader* in, WholeCursor* whole, uint64_t* bits) {
  if (!whole->known && !AsWhole(*bits, &whole->number)) {
    return false;
  }
  uint64_t change = 0;
  if (in->left() >= encoding::kVarintWordBytes) [[likely]] {
    const char* const after = encoding::ReadVarintWord(in->position(), &change);
    if (after == nullptr) {
      change = in->Varint();
    } else {
      in->Bytes(static_cast<uint64_t>(after - in->position()));
    }
  } else {
    change = in->Varint();
  }
  whole->number = Add(whole->number, encoding::ZigZagDecode(change));
  const double value = static_cast<double>(whole->number);
  *bits = Bits(value);
  whole->known = value > -kWholeMax && value < kWholeMax;
  return in->ok();
}

bool ReadXor(encoding::ByteReader* in, uint64_t* bits) {
  const unsigned head = in->Byte();
  const unsigned low = head >> 4;
  const unsigned kept = head & 15;
  if (low + kept > 8) {
    return false;
  }
  const std::string_view bytes = in->Bytes(kept);
  if (!in->ok()) {
    return false;
  }
  uint64_t difference = 0;
  std::memcpy(&difference, bytes.data(), bytes.size());
  *bits ^= low == 8 ? 0 : difference << (8 * low);
  return true;
}

bool ReadValue(encoding::ByteReader* in, unsigned form, WholeCursor* whole, uint64_t* bits) {
  if (form == kSame) {
    return true;
  }
  if (form == kWhole) {
    return ReadWhole(in, whole, bits);
  }
  whole->known = false;
  if (form == kRaw) {
    *bits = in->Fixed64();
    return in->ok();
  }
  return ReadXor(in, bits);
}

}  // namespace

char* WriteFirstSample(char* out, int64_t time, double value, RunCursor* cursor) {
  cursor->time = time;
  cursor->step = 0;
  cursor->value_bits = Bits(value);
  std::memcpy(out, &time, 8);
  std::memcpy(out + 8, &value, 8);
  return out + kRunFirstBytes;
}

char* WriteNextSample(char* out, int64_t time, double value, RunCursor* cursor) {
  const int64_t step = Subtract(time, cursor->time);
  const uint64_t change = encoding::ZigZagEncode(Subtract(step, cursor->step));
  const uint64_t bits = Bits(value);
  const uint64_t previous = cursor->value_bits;
  cursor->time = time;
  cursor->step = step;
  cursor->value_bits = bits;

  char* const control = out++;
  const uint64_t step_code = change < kStepFollows ? change : kStepFollows;
  if (step_code == kStepFollows) {
    out = encoding::WriteVarint(out, change);
  }
  unsigned form = kSame;
  int64_t whole = 0;
  int64_t previous_whole = 0;
  if (bits == previous) {
    form = kSame;
  } else if (AsWhole(bits, &whole) && AsWhole(previous, &previous_whole)) {
    form = kWhole;
    out = encoding::WriteVarintWord(out, encoding::ZigZagEncode(whole - previous_whole));
  } else {
    form = kXor;
    out = WriteXor(out, bits ^ previous);
  }
  *control = static_cast<char>(step_code << 2 | form);
  return out;
}

bool ReadRun(std::string_view run, size_t count, std::vector<int64_t>* times,
             std::vector<double>* values, RunCursor* cursor) {
  if (count == 0) {
    return true;
  }
  encoding::ByteReader in(run);
  cursor->time = static_cast<int64_t>(in.Fixed64());
  cursor->step = 0;
  cursor->value_bits = in.Fixed64();
  // Each further sample takes a byte at least.
  if (!in.ok() || count - 1 > in.left()) {
    return false;
  }
  const size_t begin = times->size();
  times->resize(begin + count);
  values->resize(values->size() + count);
  int64_t* const time_out = times->data() + begin;
  double* const value_out = values->data() + (values->size() - count);
  RunCursor at = *cursor;
  WholeCursor whole;
  time_out[0] = at.time;
  value_out[0] = std::bit_cast<double>(at.value_bits);
  for (size_t i = 1; i < count; ++i) {
    const uint8_t control = in.Byte();
    uint64_t change = control >> 2;
    if (change == kStepFollows) {
      change = in.Varint();
    }
    at.step = Add(at.step, encoding::ZigZagDecode(change));
    at.time = Add(at.time, at.step);
    if (!ReadValue(&in, control & 3u, &whole, &at.value_bits) || !in.ok()) {
      times->resize(begin);
      values->resize(values->size() - count);
      return false;
    }
    time_out[i] = at.time;
    value_out[i] = std::bit_cast<double>(at.value_bits);
  }
  *cursor = at;
  return true;
}

int64_t FirstTimeOfRun(const char* run) {
  return encoding::LoadLe<int64_t>(run);
}

}  // namespace sb::tsdb
