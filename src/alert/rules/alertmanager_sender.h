// SPDX-License-Identifier: Apache-2.0
//
// AlertmanagerSender posts alerts to the Alertmanagers of prometheus.yml's `alerting` section
// (POST PREFIX/api/v2/alerts), found by the section's service discovery.
//
// Each Alertmanager has a queue of kQueueMax alerts, of which the oldest go first when it is full,
// and gets at most kBatchMax at once, one request at a time. What cannot be delivered is dropped
// and counted: a firing alert comes again within the resend delay.
//
// Threads: safe for concurrent use; never waits for a receiver.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "alert/rules/alert_sink.h"
#include "base/env.h"
#include "base/instruments.h"
#include "base/mutex.h"
#include "base/task_runner.h"
#include "discovery/discovery_set.h"
#include "ingest/scrape/alerting_config.h"
#include "model/relabel.h"
#include "net/http_client.h"
#include "net/http_client_config.h"

namespace sb::rules {

class AlertmanagerSender final : public AlertSink {
 public:
  static constexpr size_t kQueueMax = 10'000;
  static constexpr size_t kBatchMax = 256;

  // All outlive it.
  struct Parts {
    base::Env& env;
    base::ThreadPool& background;  // discovery
    net::HttpClient& client;
    discovery::DnsResolver& dns;
    base::Registry& registry;
  };
  explicit AlertmanagerSender(const Parts& parts);
  ~AlertmanagerSender() override;

  // Replaces all Alertmanagers; queues of those that stay are kept. kInvalidArgument for
  // relabelling that cannot be compiled; the old ones stay then.
  base::Status Apply(const std::vector<scrape::AlertmanagerConfig>& configs,
                     model::NameValidation names);
  void Send(const std::vector<OutgoingAlert>& alerts) override;
  AlertmanagerList Alertmanagers() const;

 private:
  class Target;
  struct Set;  // one entry of the section

  void Update(const std::shared_ptr<Set>& set, const std::vector<discovery::TargetGroup>& groups);

  const Parts parts_;
  base::Counter& sent_;
  base::Counter& errors_;
  base::Counter& dropped_;
  mutable base::Mutex mutex_;
  std::vector<std::shared_ptr<Set>> sets_ SB_GUARDED_BY(mutex_);
};

// [{"labels":{…},"annotations":{…},"startsAt":"…","endsAt":"…","generatorURL":"…"}]
std::string AlertsJson(const std::vector<OutgoingAlert>& alerts);

// What all receivers get: the external labels that an alert does not have, then relabelling, which
// may drop it.
std::vector<OutgoingAlert> ForSending(const std::vector<OutgoingAlert>& alerts,
                                      const LabelMap& external_labels,
                                      const model::RelabelRules& relabel);

}  // namespace sb::rules
