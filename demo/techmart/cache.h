// SPDX-License-Identifier: Apache-2.0
//
// Cache keeps texts that are quick to have again: in Redis, or in the process.
//
// A cache that does not answer is a cache without the text; it is asked again after a second.
//
// Threads: safe for concurrent use.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "service.h"

namespace techmart {

class Cache {
 public:
  virtual ~Cache() = default;
  virtual std::optional<std::string> Get(Service& service, const std::string& key) = 0;
  virtual void Put(Service& service, const std::string& key, const std::string& text) = 0;
};

std::unique_ptr<Cache> MemoryCache();
// redis://host:6379/0 or unix:///path.
std::unique_ptr<Cache> RedisCache(const std::string& url);

}  // namespace techmart
