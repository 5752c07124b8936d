// SPDX-License-Identifier: Apache-2.0
//
// MakePodDirectory connects collect/kubernetes with the API server that `logs.kubernetes` names, or
// with that of the cluster that the process runs in: KUBERNETES_SERVICE_HOST and _PORT, and the
// service account's token and CA files, which are read anew for every request, since the token
// changes.
//
// kInvalidArgument if neither is there. Threads: see collect/kubernetes.
#pragma once

#include <memory>

#include "base/status.h"
#include "collect/kubernetes/pod_directory.h"
#include "config/expand.h"
#include "net/http_client.h"
#include "server/logs_section.h"

namespace sb::server {

// `client`, `env` and `registry` outlive the directory. `environment`: the process's variables.
base::Result<std::unique_ptr<collect::PodDirectory>> MakePodDirectory(
    const LogKubernetesSection& section, const config::VariableLookup& environment,
    net::HttpClient& client, base::Env& env, base::Registry* registry);

}  // namespace sb::server
