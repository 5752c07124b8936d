// SPDX-License-Identifier: Apache-2.0
//
// What shippers put beside their documents and ask for again: index templates, component templates,
// lifecycle policies, ingest pipelines, aliases. They change nothing here, but a client that has
// put one must find it. Kept in memory, bounded; a client puts its own again at its next start.
//
// Threads: safe for concurrent use.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/status.h"

namespace sb::ingest {

class ElasticTemplates {
 public:
  static constexpr size_t kCountMax = 1'000;
  static constexpr size_t kBytesMax = 1 << 20;

  // `kind` is "_template", "_index_template", …. kResourceExhausted at the limits.
  base::Status Put(std::string_view kind, std::string_view name, std::string_view json);
  std::optional<std::string> Get(std::string_view kind, std::string_view name) const;
  bool Remove(std::string_view kind, std::string_view name);

 private:
  mutable base::Mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::string> texts_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::ingest
