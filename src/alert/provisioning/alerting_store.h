// SPDX-License-Identifier: Apache-2.0
//
// AlertingStore keeps what Grafana's alerting API makes: rules, contact points, the notification
// policy, mute timings, templates; each as the JSON that was sent, in the catalog. What
// provisioning files hold is beside it in memory and cannot be changed through the API.
//
// Secrets of contact points are shown as [REDACTED]; an update that sends that back keeps them.
//
// Threads: safe for concurrent use; calls may wait for the disk.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "alert/provisioning/grafana_rule.h"
#include "base/env.h"
#include "base/mutex.h"
#include "base/status.h"
#include "config/expand.h"
#include "config/node.h"
#include "store/catalog/catalog.h"

namespace sb::provisioning {

// kind: "rule", "group", "contact-point", "policy", "mute-timing", "template".
struct Document {
  std::string id;
  std::string provenance;  // "api", "file", or ""
  config::NodePtr body;
};

class AlertingStore {
 public:
  AlertingStore(base::Env& env, catalog::Catalog& catalog) : env_(env), catalog_(catalog) {}

  base::Result<std::vector<Document>> List(const std::string& kind) const;
  base::Result<Document> Get(const std::string& kind, const std::string& id) const;
  base::Status Put(const std::string& kind, const Document& document);
  base::Status Delete(const std::string& kind, const std::string& id);
  std::string NewUid();
  // Now, in RFC 3339.
  std::string NowText() const;

  // Files of provisioning/alerting/*.yaml, all or nothing; `$VAR` is replaced by `environment`.
  base::Status SetFiles(const std::vector<std::pair<std::string, std::string>>& texts,
                        const config::VariableLookup& environment);

  // All rules by folder and group, ready to run. Rules that do not hold are logged and left out.
  std::vector<rules::GroupDefinition> Compile(const promql::Engine& engine) const;
  // Seconds of a group.
  int64_t IntervalOf(const std::string& folder, const std::string& group) const;

  // Contact points, policy and mute timings as an alertmanager.yml; "" when there are none.
  std::string AlertmanagerYaml() const;

 private:
  base::Env& env_;
  catalog::Catalog& catalog_;
  mutable base::Mutex mutex_;
  std::map<std::string, std::vector<Document>> files_ SB_GUARDED_BY(mutex_);  // by kind
};

}  // namespace sb::provisioning
