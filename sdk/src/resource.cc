// SPDX-License-Identifier: Apache-2.0
#include "signalbox/resource.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

#include "entropy.h"
#include "percent.h"

namespace signalbox {

namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string HostName() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "";
}

std::string ProgramName() {
  char path[4096] = {};
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  const std::string whole = length > 0 ? std::string(path, static_cast<size_t>(length)) : "";
  return whole.substr(whole.rfind('/') + 1);
}

void Set(std::string_view key, AttributeValue value, Attributes* attributes) {
  for (Attribute& attribute : *attributes) {
    if (attribute.key == key) {
      attribute.value = std::move(value);
      return;
    }
  }
  attributes->emplace_back(key, std::move(value));
}

}  // namespace

Attributes DetectResource(std::string_view service_name, std::string_view service_version) {
  const std::string program = ProgramName();
  Attributes resource = {
      {"service.name", "unknown_service:" + program},
      {"service.instance.id", internal::NewTraceId().Hex()},
      {"host.name", HostName()},
      {"process.pid", static_cast<int64_t>(getpid())},
      {"process.executable.name", program},
      {"telemetry.sdk.name", "signalbox"},
      {"telemetry.sdk.language", "cpp"},
      {"telemetry.sdk.version", "0.1.0"},
  };
  if (!service_name.empty()) {
    Set("service.name", std::string(service_name), &resource);
  }
  if (!service_version.empty()) {
    Set("service.version", std::string(service_version), &resource);
  }
  for (const auto& [key, value] : internal::ParsePairs(Environment("OTEL_RESOURCE_ATTRIBUTES"))) {
    Set(key, value, &resource);
  }
  if (const std::string name = Environment("OTEL_SERVICE_NAME"); !name.empty()) {
    Set("service.name", name, &resource);
  }
  return resource;
}

}  // namespace signalbox
