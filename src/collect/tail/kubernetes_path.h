// SPDX-License-Identifier: Apache-2.0
//
// What the path of a container's log file says about it, as the kubelet names them:
//
//   /var/log/containers/POD_NAMESPACE_CONTAINER-ID.log
//   /var/log/pods/NAMESPACE_POD_UID/CONTAINER/0.log
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sb::collect {

struct KubernetesNames {
  std::string ns;
  std::string pod;
  std::string container;
  std::string container_id;  // empty for a path below pods/
  std::string pod_uid;       // empty for a path below containers/
};

std::optional<KubernetesNames> ParseKubernetesPath(std::string_view path);

}  // namespace sb::collect
