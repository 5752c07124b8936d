// SPDX-License-Identifier: Apache-2.0
#include "entropy.h"

#include <sys/random.h>

#include <bit>
#include <chrono>
#include <cstring>

namespace signalbox::internal {

namespace {

struct Generator {
  uint64_t state[4];

  Generator() {
    if (getrandom(state, sizeof state, 0) != static_cast<ssize_t>(sizeof state)) {
      // Not for secrets: ids only have to differ.
      const auto now = static_cast<uint64_t>(NowNs());
      const uint64_t place = reinterpret_cast<uintptr_t>(this);
      for (size_t i = 0; i < 4; ++i) {
        state[i] = (now + i) * 0x9e3779b97f4a7c15ULL ^ place;
      }
    }
    state[0] |= 1;  // all zero would stay zero
  }

  uint64_t Next() {
    const uint64_t result = std::rotl(state[0] + state[3], 23) + state[0];
    const uint64_t t = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= t;
    state[3] = std::rotl(state[3], 45);
    return result;
  }
};

template <typename Id>
Id NewId() {
  Id id;
  do {
    for (size_t i = 0; i < id.bytes.size(); i += 8) {
      const uint64_t bits = RandomBits();
      std::memcpy(id.bytes.data() + i, &bits, 8);
    }
  } while (!id.IsValid());
  return id;
}

}  // namespace

uint64_t RandomBits() {
  thread_local Generator generator;
  return generator.Next();
}

TraceId NewTraceId() {
  return NewId<TraceId>();
}

SpanId NewSpanId() {
  return NewId<SpanId>();
}

int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int64_t MonotonicNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace signalbox::internal
