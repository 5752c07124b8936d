// SPDX-License-Identifier: Apache-2.0
#include "alert/notify/alert.h"

#include <cstdio>

namespace sb::notify {
namespace {

constexpr uint64_t kFnvBasis = 14'695'981'039'346'656'037ULL;
constexpr uint64_t kFnvPrime = 1'099'511'628'211ULL;

uint64_t Fnv(uint64_t hash, std::string_view bytes) {
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
  }
  return hash;
}

}  // namespace

uint64_t Fingerprint(const model::LabelSet& labels) {
  uint64_t hash = kFnvBasis;
  for (const model::Label& label : labels) {
    hash = Fnv(Fnv(hash, label.name), "\xFF");
    hash = Fnv(Fnv(hash, label.value), "\xFF");
  }
  return hash;
}

std::string FingerprintText(uint64_t fingerprint) {
  char text[17];
  std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(fingerprint));
  return text;
}

}  // namespace sb::notify
