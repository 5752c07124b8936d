// SPDX-License-Identifier: Apache-2.0
#include "collect/tail/kubernetes_path.h"

#include <vector>

#include "encoding/hex.h"

namespace sb::collect {
namespace {

constexpr size_t kContainerIdBytes = 64;

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(at + 1);
  }
}

// POD_NAMESPACE_CONTAINER-ID
std::optional<KubernetesNames> ParseContainerFile(std::string_view name) {
  const std::vector<std::string_view> parts = Split(name, '_');
  if (parts.size() != 3) {
    return std::nullopt;
  }
  const size_t dash = parts[2].rfind('-');
  if (dash == std::string_view::npos || parts[2].size() - dash - 1 != kContainerIdBytes ||
      !encoding::IsHex(parts[2].substr(dash + 1))) {
    return std::nullopt;
  }
  KubernetesNames names;
  names.pod = parts[0];
  names.ns = parts[1];
  names.container = parts[2].substr(0, dash);
  names.container_id = parts[2].substr(dash + 1);
  return names;
}

}  // namespace

std::optional<KubernetesNames> ParseKubernetesPath(std::string_view path) {
  const std::vector<std::string_view> parts = Split(path, '/');
  std::string_view name = parts.back();
  if (!name.ends_with(".log")) {
    return std::nullopt;
  }
  name.remove_suffix(4);
  if (auto names = ParseContainerFile(name); names.has_value()) {
    return names;
  }
  if (parts.size() < 4 || parts[parts.size() - 4] != "pods") {
    return std::nullopt;
  }
  const std::vector<std::string_view> folder = Split(parts[parts.size() - 3], '_');
  if (folder.size() != 3) {
    return std::nullopt;
  }
  KubernetesNames names;
  names.ns = folder[0];
  names.pod = folder[1];
  names.pod_uid = folder[2];
  names.container = parts[parts.size() - 2];
  return names;
}

}  // namespace sb::collect
