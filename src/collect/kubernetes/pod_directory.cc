// SPDX-License-Identifier: Apache-2.0
#include "collect/kubernetes/pod_directory.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace sb::collect {
namespace {

constexpr int kPagesMax = 100;
constexpr int kPageSize = 100;

// Names come from file names: only what the API allows as one goes into a path.
bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= 253 &&
         std::all_of(name.begin(), name.end(),
                     [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                              c == '.';
                     }) &&
         name.front() != '.' && name.back() != '.';
}

std::string Escaped(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      out.push_back(c);
    } else {
      out.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
  }
  return out;
}

std::string KeyOf(std::string_view ns, std::string_view pod) {
  return std::string(ns) + "/" + std::string(pod);
}

}  // namespace

PodDirectory::PodDirectory(base::Env& env, Options options, Ask ask, base::Registry* registry)
    : env_(env),
      options_(std::move(options)),
      ask_(std::move(ask)),
      requests_(&registry->AddCounter("signalbox_kubernetes_requests_total",
                                      "Requests to the Kubernetes API about pods.")),
      failures_(&registry->AddCounter("signalbox_kubernetes_request_failures_total",
                                      "Of these, those that failed.")),
      unknown_(&registry->AddCounter("signalbox_kubernetes_unknown_pods_total",
                                     "Batches of lines that were stored with only what their "
                                     "path says, because the API did not know the pod or did "
                                     "not answer.")) {}

bool PodDirectory::IsFresh(const Entry& entry, int64_t now_ns) const {
  const base::DurationMs keep = entry.facts == nullptr ? options_.missing_for : options_.refresh;
  return now_ns - entry.checked_ns < base::ToNs(keep).Value();
}

bool PodDirectory::MayAsk(int64_t now_ns) const {
  return !is_down_ || now_ns - failed_ns_ >= base::ToNs(options_.retry_after).Value();
}

base::Result<PodDirectory::Answer> PodDirectory::Get(const std::string& path) {
  requests_->Add();
  SB_ASSIGN_OR_RETURN(Answer answer, ask_(path));
  if (answer.status != 200 && answer.status != 404) {
    return base::Unavailable("the API server answers " + std::to_string(answer.status) + ": " +
                             answer.body.substr(0, 200));
  }
  return answer;
}

base::Status PodDirectory::ListNode(int64_t now_ns) {
  std::string next;
  for (int page = 0; page < kPagesMax; ++page) {
    std::string path = "/api/v1/pods?fieldSelector=spec.nodeName%3D" + Escaped(options_.node) +
                       "&limit=" + std::to_string(kPageSize);
    path += next.empty() ? "" : "&continue=" + Escaped(next);
    SB_ASSIGN_OR_RETURN(const Answer answer, Get(path));
    SB_ASSIGN_OR_RETURN(PodPage read, ParsePodList(answer.body));
    for (PodFacts& pod : read.pods) {
      const std::string key = KeyOf(pod.ns, pod.name);
      Keep(key, std::make_shared<const PodFacts>(std::move(pod)), now_ns);
    }
    next = std::move(read.next);
    if (next.empty()) {
      break;
    }
  }
  has_listed_ = true;
  listed_ns_ = now_ns;
  return base::OkStatus();
}

base::Status PodDirectory::AskFor(std::string_view ns, std::string_view pod, int64_t now_ns) {
  SB_ASSIGN_OR_RETURN(const Answer answer,
                      Get("/api/v1/namespaces/" + std::string(ns) + "/pods/" + std::string(pod)));
  if (answer.status == 404) {
    // Its log outlived the pod: what was known of it holds.
    const auto known = pods_.find(KeyOf(ns, pod));
    Keep(KeyOf(ns, pod), known == pods_.end() ? nullptr : known->second.facts, now_ns);
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(PodFacts facts, ParsePod(answer.body));
  Keep(KeyOf(ns, pod), std::make_shared<const PodFacts>(std::move(facts)), now_ns);
  return base::OkStatus();
}

void PodDirectory::Keep(const std::string& key, std::shared_ptr<const PodFacts> facts,
                        int64_t now_ns) {
  Entry& entry = pods_[key];
  entry.facts = std::move(facts);
  entry.checked_ns = now_ns;
  entry.used_ns = std::max(entry.used_ns, now_ns);
  if (pods_.size() <= options_.pods_max) {
    return;
  }
  const auto oldest =
      std::min_element(pods_.begin(), pods_.end(), [&](const auto& a, const auto& b) {
        return (a.first == key ? INT64_MAX : a.second.used_ns) <
               (b.first == key ? INT64_MAX : b.second.used_ns);
      });
  pods_.erase(oldest);
}

// Said once when it begins and once when it ends, not with every line.
void PodDirectory::Note(const base::Status& status, int64_t now_ns) {
  if (!status.ok()) {
    failures_->Add();
    failed_ns_ = now_ns;
    if (!is_down_) {
      SB_LOG(kWarn, "the Kubernetes API does not tell about pods: lines get what their path says",
             {"why", status.message()});
    }
  } else if (is_down_) {
    SB_LOG(kInfo, "the Kubernetes API answers again");
  }
  is_down_ = !status.ok();
}

std::shared_ptr<const PodFacts> PodDirectory::Find(std::string_view ns, std::string_view pod) {
  if (!IsName(ns) || !IsName(pod)) {
    unknown_->Add();
    return nullptr;
  }
  base::MutexLock lock(mutex_);
  const std::string key = KeyOf(ns, pod);
  const int64_t now_ns = env_.clock().MonotonicNs();
  const bool wants_list =
      !options_.node.empty() &&
      (!has_listed_ || now_ns - listed_ns_ >= base::ToNs(options_.refresh).Value());
  if (wants_list && MayAsk(now_ns)) {
    Note(ListNode(now_ns), now_ns);
  }
  auto found = pods_.find(key);
  if ((found == pods_.end() || !IsFresh(found->second, now_ns)) && MayAsk(now_ns)) {
    Note(AskFor(ns, pod, now_ns), now_ns);
    found = pods_.find(key);
  }
  if (found == pods_.end() || found->second.facts == nullptr) {
    unknown_->Add();
    return nullptr;
  }
  found->second.used_ns = now_ns;
  return found->second.facts;
}

size_t PodDirectory::size() const {
  base::MutexLock lock(mutex_);
  return pods_.size();
}

}  // namespace sb::collect
