// SPDX-License-Identifier: Apache-2.0
#include "ingest/elastic/elastic_templates.h"

#include <utility>

namespace sb::ingest {
namespace {

std::pair<std::string, std::string> KeyOf(std::string_view kind, std::string_view name) {
  return {std::string(kind), std::string(name)};
}

}  // namespace

base::Status ElasticTemplates::Put(std::string_view kind, std::string_view name,
                                   std::string_view json) {
  if (json.size() > kBytesMax) {
    return base::ResourceExhausted("larger than 1 MiB: " + std::string(name));
  }
  base::MutexLock lock(mutex_);
  auto key = KeyOf(kind, name);
  if (texts_.size() >= kCountMax && !texts_.contains(key)) {
    return base::ResourceExhausted("there are 1000 templates and policies already: " +
                                   std::string(name));
  }
  texts_[std::move(key)] = json.empty() ? "{}" : std::string(json);
  return base::OkStatus();
}

std::optional<std::string> ElasticTemplates::Get(std::string_view kind,
                                                 std::string_view name) const {
  base::MutexLock lock(mutex_);
  const auto found = texts_.find(KeyOf(kind, name));
  return found == texts_.end() ? std::nullopt : std::optional<std::string>(found->second);
}

bool ElasticTemplates::Remove(std::string_view kind, std::string_view name) {
  base::MutexLock lock(mutex_);
  return texts_.erase(KeyOf(kind, name)) != 0;
}

}  // namespace sb::ingest
