// SPDX-License-Identifier: Apache-2.0
//
// What is worth knowing about a pod beside its names: its labels and annotations, the node that it
// runs on, and what it belongs to. Read from the objects of the Kubernetes API (core/v1 Pod,
// PodList).
//
//   SB_ASSIGN_OR_RETURN(PodFacts pod, ParsePod(body));
//   SB_ASSIGN_OR_RETURN(PodPage page, ParsePodList(body));      // page.next: the rest's token
//
// A pod's owner is the thing that a human wrote: the Deployment of a ReplicaSet, whose name is the
// ReplicaSet's without the pod-template-hash, and the CronJob of a Job, whose name ends in the
// scheduled minute. kInvalidArgument for what is no such object. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace sb::collect {

struct PodFacts {
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  std::string ns;
  std::string name;
  std::string uid;
  std::string node;
  std::string ip;
  std::string owner_kind;  // Deployment, StatefulSet, DaemonSet, CronJob…; empty: a bare pod
  std::string owner_name;
  Pairs labels;
  Pairs annotations;

  // "" without such a label.
  std::string_view Label(std::string_view key) const;
  std::string_view Annotation(std::string_view key) const;
  // The application by the labels that charts and people give: app.kubernetes.io/name, k8s-app,
  // app; else the owner's name.
  std::string_view App() const;
};

struct PodPage {
  std::vector<PodFacts> pods;
  std::string next;  // the `continue` of the next request; empty: that was all
};

base::Result<PodFacts> ParsePod(std::string_view json);
base::Result<PodPage> ParsePodList(std::string_view json);

}  // namespace sb::collect
