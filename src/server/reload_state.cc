// SPDX-License-Identifier: Apache-2.0
#include "server/reload_state.h"

#include <utility>

namespace sb::server {

void ReloadState::Applied(std::shared_ptr<const scrape::PrometheusConfig> config, int64_t now_ms) {
  base::MutexLock lock(mutex_);
  config_ = std::move(config);
  outcome_ = {true, now_ms, ""};
}

void ReloadState::Refused(std::string error) {
  base::MutexLock lock(mutex_);
  outcome_.ok = false;
  outcome_.error = std::move(error);
}

ReloadState::Outcome ReloadState::outcome() const {
  base::MutexLock lock(mutex_);
  return outcome_;
}

std::shared_ptr<const scrape::PrometheusConfig> ReloadState::config() const {
  base::MutexLock lock(mutex_);
  return config_;
}

}  // namespace sb::server
