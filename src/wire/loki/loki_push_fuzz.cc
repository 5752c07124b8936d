// SPDX-License-Identifier: Apache-2.0
//
// The first byte chooses the format; what is read is touched byte by byte, so that a view that
// points elsewhere is found.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/loki/push_reader.h"

namespace {

class Toucher : public sb::wire::LokiPushVisitor {
 public:
  sb::base::Status OnStream(const std::vector<sb::wire::LokiLabel>& labels) override {
    for (const sb::wire::LokiLabel& label : labels) {
      Touch(label.name);
      Touch(label.value);
    }
    return sb::base::OkStatus();
  }
  sb::base::Status OnEntry(const sb::wire::LokiEntry& entry) override {
    Touch(entry.line);
    return OnStream(entry.metadata);
  }
  sb::base::Status OnBadStream(const sb::base::Status&) override { return sb::base::OkStatus(); }
  sb::base::Status OnBadEntry(const sb::base::Status&) override { return sb::base::OkStatus(); }

 private:
  void Touch(std::string_view text) {
    for (const char c : text) {
      sum_ = sum_ + static_cast<unsigned char>(c);
    }
  }
  volatile unsigned sum_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Toucher toucher;
  switch (data[0] % 3) {
    case 0:
      (void)sb::wire::ReadLokiProtobuf(text, &toucher);
      break;
    case 1:
      (void)sb::wire::ReadLokiJson(text, &toucher);
      break;
    default:
      (void)sb::wire::ReadLokiLegacyJson(text, &toucher);
  }
  return 0;
}
