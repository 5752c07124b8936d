// SPDX-License-Identifier: Apache-2.0
//
// PodDirectory knows the pods whose logs are followed: it asks the Kubernetes API and remembers the
// answers.
//
//   PodDirectory pods(env, options, ask, &registry);
//   std::shared_ptr<const PodFacts> pod = pods.Find("shop", "web-1");     // null: not known
//
// A pod that is new is asked for at once, so that its first line has the same labels as its last;
// the caller waits for that, at most as long as `ask` does. With a node's name all pods of the node
// are listed first, and again every `refresh`. Without one each pod is asked for again when it is
// that old.
//
// When the API does not answer, nobody waits again for `retry_after`: what is known stays known,
// new pods are unknown, and lines flow with what their path says. A pod that the API does not have
// (its log outlived it) is not asked for again for `missing_for`. At most `pods_max` pods are kept;
// the one that nobody asked for the longest goes first.
//
// Threads: safe for concurrent use; callers wait for one another while the API is asked.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/env.h"
#include "base/instruments.h"
#include "base/mutex.h"
#include "base/status.h"
#include "base/time.h"
#include "collect/kubernetes/pod_facts.h"

namespace sb::collect {

class PodLookup {
 public:
  virtual ~PodLookup() = default;
  virtual std::shared_ptr<const PodFacts> Find(std::string_view ns, std::string_view pod) = 0;
};

class PodDirectory final : public PodLookup {
 public:
  struct Answer {
    int status = 0;
    std::string body;
  };
  // GET of a path of the API server, such as "/api/v1/namespaces/shop/pods/web-1".
  using Ask = std::function<base::Result<Answer>(const std::string& path)>;
  struct Options {
    std::string node;
    base::DurationMs refresh = base::Seconds(300);
    base::DurationMs retry_after = base::Seconds(15);
    base::DurationMs missing_for = base::Seconds(60);
    size_t pods_max = 10'000;
  };

  // `env` and `registry` outlive the directory.
  PodDirectory(base::Env& env, Options options, Ask ask, base::Registry* registry);

  std::shared_ptr<const PodFacts> Find(std::string_view ns, std::string_view pod) override;
  size_t size() const;

 private:
  struct Entry {
    std::shared_ptr<const PodFacts> facts;  // null: the API has no such pod
    int64_t checked_ns = 0;                 // when the API said so
    int64_t used_ns = 0;
  };

  bool IsFresh(const Entry& entry, int64_t now_ns) const;
  bool MayAsk(int64_t now_ns) const SB_REQUIRES(mutex_);
  base::Status ListNode(int64_t now_ns) SB_REQUIRES(mutex_);
  base::Status AskFor(std::string_view ns, std::string_view pod, int64_t now_ns)
      SB_REQUIRES(mutex_);
  base::Result<Answer> Get(const std::string& path) SB_REQUIRES(mutex_);
  void Keep(const std::string& key, std::shared_ptr<const PodFacts> facts, int64_t now_ns)
      SB_REQUIRES(mutex_);
  void Note(const base::Status& status, int64_t now_ns) SB_REQUIRES(mutex_);

  base::Env& env_;
  const Options options_;
  const Ask ask_;
  base::Counter* const requests_;
  base::Counter* const failures_;
  base::Counter* const unknown_;
  mutable base::Mutex mutex_;
  std::map<std::string, Entry, std::less<>> pods_ SB_GUARDED_BY(mutex_);  // "namespace/pod"
  bool has_listed_ SB_GUARDED_BY(mutex_) = false;
  int64_t listed_ns_ SB_GUARDED_BY(mutex_) = 0;
  bool is_down_ SB_GUARDED_BY(mutex_) = false;
  int64_t failed_ns_ SB_GUARDED_BY(mutex_) = 0;
};

}  // namespace sb::collect
