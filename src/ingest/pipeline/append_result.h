// SPDX-License-Identifier: Apache-2.0
//
// AppendResult says what became of a batch: partial success is the normal case of ingestion, not an
// exception. Rejections are kept per reason, with a count and the first message, so that a request
// with a million bad samples still has a short answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ingest/pipeline/loss.h"

namespace sb::ingest {

struct Accepted {
  uint64_t samples = 0;
  uint64_t histograms = 0;
  uint64_t exemplars = 0;
  uint64_t metadata = 0;
};

struct Rejection {
  LossReason reason;
  uint64_t count = 0;
  std::string first_message;
};

struct AppendResult {
  Accepted accepted;
  std::vector<Rejection> rejected;  // one per reason

  void Reject(LossReason reason, uint64_t count, std::string message) {
    for (Rejection& rejection : rejected) {
      if (rejection.reason == reason) {
        rejection.count += count;
        return;
      }
    }
    rejected.push_back({reason, count, std::move(message)});
  }
  bool Has(LossReason reason) const {
    for (const Rejection& rejection : rejected) {
      if (rejection.reason == reason) {
        return true;
      }
    }
    return false;
  }
};

}  // namespace sb::ingest
