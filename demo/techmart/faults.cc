// SPDX-License-Identifier: Apache-2.0
#include "faults.h"

#include "json_text.h"

namespace techmart {

namespace {

struct Row {
  std::string_view name;
  std::string_view sentence;
};

constexpr Row kRows[] = {
    {"payment-failure", "Half of all payments are refused by the provider."},
    {"slow-inventory", "Reserving stock takes 1.5 seconds longer."},
    {"cache-failure", "The product cache misses every time."},
    {"consumer-lag", "The worker takes one message every three seconds."},
    {"memory-leak", "Every request of the API keeps 64 KiB."},
    {"cpu-burn", "Every search computes for 150 ms."},
    {"error-burst", "A third of all product pages fail."},
    {"dependency-down", "The inventory service answers 503."},
};
static_assert(std::size(kRows) == static_cast<size_t>(Fault::kCount));

}  // namespace

std::string_view NameOf(Fault fault) {
  return kRows[static_cast<size_t>(fault)].name;
}

std::string_view SentenceOf(Fault fault) {
  return kRows[static_cast<size_t>(fault)].sentence;
}

bool Faults::Set(std::string_view name, bool on) {
  for (size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].name == name) {
      on_[i].store(on);
      return true;
    }
  }
  return false;
}

std::string Faults::Json() const {
  std::string json = "[";
  for (size_t i = 0; i < std::size(kRows); ++i) {
    json.append(i == 0 ? "" : ",").append("{\"name\":").append(JsonText(kRows[i].name));
    json.append(",\"sentence\":").append(JsonText(kRows[i].sentence));
    json.append(",\"on\":").append(on_[i].load() ? "true}" : "false}");
  }
  return json + "]";
}

}  // namespace techmart
