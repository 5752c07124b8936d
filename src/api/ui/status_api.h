// SPDX-License-Identifier: Apache-2.0
//
// GET /api/signalbox/v1/status: how Signalbox itself is doing, as the home page of the UI shows it.
#pragma once

#include <cstdint>
#include <string>

#include "net/router.h"

namespace sb::api {

struct SignalboxStatus {
  std::string version;
  std::string revision;
  int64_t start_time_ms = 0;
  int64_t now_ms = 0;

  bool reload_ok = true;
  int64_t reload_time_ms = 0;
  std::string reload_error;

  uint64_t head_series = 0;
  uint64_t samples_appended_total = 0;
  uint64_t blocks = 0;
  uint64_t disk_bytes = 0;
  uint64_t wal_bytes = 0;
  int64_t min_time_ms = 0;
  int64_t max_time_ms = 0;
  std::string retention;

  uint64_t targets_up = 0;
  uint64_t targets_down = 0;
  uint64_t jobs = 0;

  uint64_t samples_total = 0;
  uint64_t remote_write_requests_total = 0;
  uint64_t rejected_total = 0;
};

class SignalboxStatusSource {
 public:
  virtual ~SignalboxStatusSource() = default;
  // Called concurrently from request threads.
  virtual SignalboxStatus SignalboxState() const = 0;
};

std::string ToJson(const SignalboxStatus& status);

// `source` must outlive the router.
void AddSignalboxRoutes(const SignalboxStatusSource& source, net::Router* router);

}  // namespace sb::api
