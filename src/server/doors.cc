// SPDX-License-Identifier: Apache-2.0
#include "server/doors.h"

#include <fmt/format.h>

#include <charconv>

namespace sb::server {

namespace {

bool IsHostPort(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) {
    return false;
  }
  const std::string_view host = address.substr(0, colon);
  if (host.find(':') != std::string_view::npos && !(host.starts_with('[') && host.ends_with(']'))) {
    return false;
  }
  unsigned port = 0;
  const char* end = address.data() + address.size();
  const auto parsed = std::from_chars(address.data() + colon + 1, end, port);
  return parsed.ec == std::errc() && parsed.ptr == end && port <= 65535;
}

const Door* FindDoor(std::string_view name) {
  for (const Door& door : AllDoors()) {
    if (door.name == name) {
      return &door;
    }
  }
  return nullptr;
}

std::string DoorNames() {
  std::string names;
  for (const Door& door : AllDoors()) {
    names.append(names.empty() ? "" : ", ").append(door.name);
  }
  return names;
}

void ApplyDoor(const std::string& name, const std::string& address,
               std::map<std::string, std::string>* doors) {
  if (name == "all") {
    doors->clear();
  } else if (address == "off") {
    doors->erase(name);
  } else {
    (*doors)[name] = address;
  }
}

}  // namespace

const std::vector<Door>& AllDoors() {
  static const std::vector<Door> doors = {
      {"prometheus", "127.0.0.1:9090"},
      {"alertmanager", "127.0.0.1:9093"},
      {"otlp-grpc", "127.0.0.1:4317"},
      {"otlp-http", "127.0.0.1:4318"},
      {"tempo", "127.0.0.1:3200"},
      {"jaeger", "127.0.0.1:16686"},
      {"jaeger-thrift-http", "127.0.0.1:14268"},
      {"jaeger-grpc", "127.0.0.1:14250"},
      {"jaeger-compact", "127.0.0.1:6831"},
      {"jaeger-binary", "127.0.0.1:6832"},
      {"jaeger-sampling", "127.0.0.1:5778"},
      {"zipkin", "127.0.0.1:9411"},
      {"loki", "127.0.0.1:3100"},
      {"elasticsearch", "127.0.0.1:9200"},
      {"graphite", ""},
  };
  return doors;
}

base::Status CheckDoor(std::string_view name, std::string_view address) {
  if (name == "all") {
    return address == "off" ? base::OkStatus()
                            : base::InvalidArgument("door all can only be set to off");
  }
  const Door* door = FindDoor(name);
  if (door == nullptr) {
    return base::InvalidArgument(fmt::format("unknown door (there are {}): {}", DoorNames(), name));
  }
  if (address == "off") {
    return base::OkStatus();
  }
  if (!IsHostPort(address)) {
    return base::InvalidArgument(
        fmt::format("door {} needs HOST:PORT or off, not \"{}\"", name, address));
  }
  return base::OkStatus();
}

base::Status CheckAddress(std::string_view address) {
  return IsHostPort(address)
             ? base::OkStatus()
             : base::InvalidArgument(fmt::format("needs HOST:PORT, not \"{}\"", address));
}

base::Result<std::map<std::string, std::string>> ResolveDoors(
    const std::map<std::string, std::string>& from_file, const std::vector<std::string>& flags) {
  std::map<std::string, std::string> doors;
  for (const Door& door : AllDoors()) {
    if (!door.default_address.empty()) {
      doors[std::string(door.name)] = door.default_address;
    }
  }
  // In the file the order of keys has no meaning, so `all` is always first.
  if (from_file.contains("all")) {
    doors.clear();
  }
  for (const auto& [name, address] : from_file) {
    if (name != "all") {
      ApplyDoor(name, address, &doors);
    }
  }
  for (const std::string& flag : flags) {
    const size_t equals = flag.find('=');
    if (equals == std::string::npos) {
      return base::InvalidArgument(
          fmt::format("--door needs NAME=HOST:PORT or NAME=off: {}", flag));
    }
    const std::string name = flag.substr(0, equals);
    const std::string address = flag.substr(equals + 1);
    SB_RETURN_IF_ERROR(CheckDoor(name, address));
    ApplyDoor(name, address, &doors);
  }
  return doors;
}

}  // namespace sb::server
