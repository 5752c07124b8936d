// SPDX-License-Identifier: Apache-2.0
#include "collect/kubernetes/pod_facts.h"

#include <algorithm>

#include "config/json_reader.h"

namespace sb::collect {
namespace {

using config::Node;

// "" for what is absent or no text.
std::string TextAt(const Node* node, std::string_view key) {
  const Node* found = node != nullptr && node->IsMapping() ? node->Find(key) : nullptr;
  return found != nullptr && found->IsScalar() ? found->text : "";
}

const Node* MappingAt(const Node& node, std::string_view key) {
  const Node* found = node.IsMapping() ? node.Find(key) : nullptr;
  return found != nullptr && found->IsMapping() ? found : nullptr;
}

PodFacts::Pairs PairsAt(const Node& metadata, std::string_view key) {
  PodFacts::Pairs pairs;
  if (const Node* node = MappingAt(metadata, key); node != nullptr) {
    for (const Node::Entry& entry : node->entries) {
      if (entry.value->IsScalar()) {
        pairs.emplace_back(entry.key->text, entry.value->text);
      }
    }
  }
  return pairs;
}

std::string_view ValueOf(const PodFacts::Pairs& pairs, std::string_view key) {
  const auto found = std::find_if(pairs.begin(), pairs.end(),
                                  [key](const auto& pair) { return pair.first == key; });
  return found == pairs.end() ? std::string_view() : std::string_view(found->second);
}

// "nightly-28912345" -> "nightly": a Job that a CronJob made.
bool DropScheduledMinute(std::string* name) {
  const size_t dash = name->rfind('-');
  const bool is_scheduled = dash != std::string::npos && dash > 0 && name->size() - dash > 8 &&
                            std::all_of(name->begin() + static_cast<std::ptrdiff_t>(dash) + 1,
                                        name->end(), [](char c) { return c >= '0' && c <= '9'; });
  if (is_scheduled) {
    name->resize(dash);
  }
  return is_scheduled;
}

void TakeOwner(const Node& metadata, PodFacts* pod) {
  const Node* owners = metadata.Find("ownerReferences");
  if (owners == nullptr || !owners->IsSequence() || owners->items.empty()) {
    return;
  }
  const Node* owner = owners->items[0].get();
  for (const config::NodePtr& item : owners->items) {
    owner = TextAt(item.get(), "controller") == "true" ? item.get() : owner;
  }
  pod->owner_kind = TextAt(owner, "kind");
  pod->owner_name = TextAt(owner, "name");
  const std::string suffix = "-" + std::string(pod->Label("pod-template-hash"));
  if (pod->owner_kind == "ReplicaSet" && suffix.size() > 1 && pod->owner_name.ends_with(suffix)) {
    pod->owner_kind = "Deployment";
    pod->owner_name.resize(pod->owner_name.size() - suffix.size());
  } else if (pod->owner_kind == "Job" && DropScheduledMinute(&pod->owner_name)) {
    pod->owner_kind = "CronJob";
  }
}

base::Result<PodFacts> FactsOf(const Node& object) {
  const Node* metadata = MappingAt(object, "metadata");
  PodFacts pod;
  pod.name = TextAt(metadata, "name");
  pod.ns = TextAt(metadata, "namespace");
  if (pod.name.empty() || pod.ns.empty()) {
    return base::InvalidArgument("a pod has metadata with name and namespace");
  }
  pod.uid = TextAt(metadata, "uid");
  pod.node = TextAt(MappingAt(object, "spec"), "nodeName");
  pod.ip = TextAt(MappingAt(object, "status"), "podIP");
  pod.labels = PairsAt(*metadata, "labels");
  pod.annotations = PairsAt(*metadata, "annotations");
  TakeOwner(*metadata, &pod);
  return pod;
}

}  // namespace

std::string_view PodFacts::Label(std::string_view key) const {
  return ValueOf(labels, key);
}

std::string_view PodFacts::Annotation(std::string_view key) const {
  return ValueOf(annotations, key);
}

std::string_view PodFacts::App() const {
  for (const std::string_view key : {"app.kubernetes.io/name", "k8s-app", "app"}) {
    if (const std::string_view value = Label(key); !value.empty()) {
      return value;
    }
  }
  return owner_name;
}

base::Result<PodFacts> ParsePod(std::string_view json) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr object, config::ParseJson(json, "pod"));
  return FactsOf(*object);
}

base::Result<PodPage> ParsePodList(std::string_view json) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr list, config::ParseJson(json, "pods"));
  const Node* items = list->IsMapping() ? list->Find("items") : nullptr;
  if (items == nullptr || !(items->IsSequence() || items->IsNull())) {
    return base::InvalidArgument("a list of pods has items");
  }
  PodPage page;
  page.next = TextAt(MappingAt(*list, "metadata"), "continue");
  for (const config::NodePtr& item : items->items) {
    SB_ASSIGN_OR_RETURN(PodFacts pod, FactsOf(*item));
    page.pods.push_back(std::move(pod));
  }
  return page;
}

}  // namespace sb::collect
