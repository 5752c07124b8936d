// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/alertmanager_sender.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"
#include "template/go_json.h"
#include "template/go_time.h"

namespace sb::rules {

// One Alertmanager with its queue.
class AlertmanagerSender::Target : public std::enable_shared_from_this<Target> {
 public:
  Target(AlertmanagerSender& owner, std::shared_ptr<net::ConfiguredClient> client, std::string url,
         int64_t timeout_ms)
      : owner_(owner), client_(std::move(client)), url_(std::move(url)), timeout_ms_(timeout_ms) {}

  const std::string& url() const { return url_; }

  void Push(const std::vector<OutgoingAlert>& alerts) {
    {
      base::MutexLock lock(mutex_);
      for (const OutgoingAlert& alert : alerts) {
        if (queue_.size() == kQueueMax) {
          queue_.pop_front();
          owner_.dropped_.Add();
        }
        queue_.push_back(alert);
      }
    }
    SendNext();
  }

  void Close() {
    base::MutexLock lock(mutex_);
    closed_ = true;
    queue_.clear();
    handle_.Cancel();
  }

 private:
  void SendNext() {
    std::vector<OutgoingAlert> batch;
    {
      base::MutexLock lock(mutex_);
      if (in_flight_ || closed_ || queue_.empty()) {
        return;
      }
      const size_t count = std::min(queue_.size(), kBatchMax);
      batch.assign(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
      queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
      in_flight_ = true;
    }
    net::ClientRequest request;
    request.method = "POST";
    request.url = url_;
    request.timeout_ms = timeout_ms_;
    request.headers.Add("Content-Type", "application/json");
    request.body = AlertsJson(batch);
    const auto self = shared_from_this();
    const net::RequestHandle handle = client_->FetchAsync(
        std::move(request), [self, count = batch.size()](base::Result<net::ClientResponse> reply) {
          self->Done(count, reply);
        });
    base::MutexLock lock(mutex_);
    handle_ = handle;
  }

  void Done(size_t count, const base::Result<net::ClientResponse>& reply) {
    const bool ok = reply.ok() && reply->status / 100 == 2;
    if (ok) {
      owner_.sent_.Add(count);
    } else {
      owner_.errors_.Add(count);
      SB_LOG_EVERY(30, kWarn, "alerts not delivered", {"alertmanager", url_}, {"alerts", count},
                   {"why", reply.ok() ? "status " + std::to_string(reply->status)
                                      : std::string(reply.status().message())});
    }
    {
      base::MutexLock lock(mutex_);
      in_flight_ = false;
    }
    SendNext();
  }

  AlertmanagerSender& owner_;
  const std::shared_ptr<net::ConfiguredClient> client_;
  const std::string url_;
  const int64_t timeout_ms_;
  base::Mutex mutex_;
  std::deque<OutgoingAlert> queue_ SB_GUARDED_BY(mutex_);
  net::RequestHandle handle_ SB_GUARDED_BY(mutex_);
  bool in_flight_ SB_GUARDED_BY(mutex_) = false;
  bool closed_ SB_GUARDED_BY(mutex_) = false;
};

struct AlertmanagerSender::Set {
  scrape::AlertmanagerConfig config;
  model::RelabelRules targets_relabel;
  model::RelabelRules alerts_relabel;
  std::shared_ptr<net::ConfiguredClient> client;
  std::vector<std::shared_ptr<Target>> targets;  // guarded by the sender's mutex
  std::vector<std::string> dropped;
  std::unique_ptr<discovery::DiscoverySet> discovery;
};

namespace {

std::string Rfc3339(int64_t time_ms) {
  const base::TimestampNs ns = base::ToNs(base::TimestampMs(time_ms));
  return gotemplate::FormatTime(gotemplate::GoTime::FromNs(ns), gotemplate::kRfc3339Nano);
}

template <typename Pairs>
void AppendObject(const Pairs& pairs, std::string* out) {
  *out += '{';
  bool first = true;
  for (const auto& [name, value] : pairs) {
    *out += first ? "" : ",";
    first = false;
    gotemplate::AppendGoJsonString(name, out);
    *out += ':';
    gotemplate::AppendGoJsonString(value, out);
  }
  *out += '}';
}

}  // namespace

std::string AlertsJson(const std::vector<OutgoingAlert>& alerts) {
  std::string out = "[";
  for (const OutgoingAlert& alert : alerts) {
    out += out.size() > 1 ? ",{\"annotations\":" : "{\"annotations\":";
    AppendObject(alert.annotations, &out);
    out += fmt::format(R"(,"endsAt":"{}","startsAt":"{}","generatorURL":)",
                       Rfc3339(alert.ends_at_ms), Rfc3339(alert.starts_at_ms));
    gotemplate::AppendGoJsonString(alert.generator_url, &out);
    out += ",\"labels\":";
    AppendObject(alert.labels, &out);
    out += '}';
  }
  return out + "]";
}

std::vector<OutgoingAlert> ForSending(const std::vector<OutgoingAlert>& alerts,
                                      const LabelMap& external_labels,
                                      const model::RelabelRules& relabel) {
  std::vector<OutgoingAlert> out;
  for (const OutgoingAlert& alert : alerts) {
    model::LabelSetBuilder labels(alert.labels);
    for (const auto& [name, value] : external_labels) {
      if (!alert.labels.Has(name)) {
        labels.Set(name, value);
      }
    }
    if (relabel.Apply(&labels)) {
      out.push_back(alert);
      out.back().labels = labels.Build();
    }
  }
  return out;
}

AlertmanagerSender::AlertmanagerSender(const Parts& parts)
    : parts_(parts),
      sent_(parts.registry.AddCounter("prometheus_notifications_sent_total",
                                      "Total number of alerts sent.")),
      errors_(parts.registry.AddCounter("prometheus_notifications_errors_total",
                                        "Total number of sent alerts affected by errors.")),
      dropped_(parts.registry.AddCounter(
          "prometheus_notifications_dropped_total",
          "Total number of alerts dropped because the queue of an Alertmanager was full.")) {}

AlertmanagerSender::~AlertmanagerSender() {
  std::vector<std::shared_ptr<Set>> sets;
  {
    base::MutexLock lock(mutex_);
    sets.swap(sets_);
  }
  for (const auto& set : sets) {
    set->discovery.reset();  // no update comes any more
    for (const auto& target : set->targets) {
      target->Close();
    }
  }
}

base::Status AlertmanagerSender::Apply(const std::vector<scrape::AlertmanagerConfig>& configs,
                                       model::NameValidation names) {
  std::vector<std::shared_ptr<Set>> fresh;
  for (const scrape::AlertmanagerConfig& config : configs) {
    auto set = std::make_shared<Set>();
    set->config = config;
    SB_ASSIGN_OR_RETURN(set->targets_relabel,
                        model::RelabelRules::Create(config.relabel_configs, names));
    SB_ASSIGN_OR_RETURN(set->alerts_relabel,
                        model::RelabelRules::Create(config.alert_relabel_configs, names));
    set->client = std::make_shared<net::ConfiguredClient>(parts_.client, config.http, parts_.env);
    fresh.push_back(std::move(set));
  }
  std::vector<std::shared_ptr<Set>> old;
  {
    base::MutexLock lock(mutex_);
    old = std::exchange(sets_, fresh);
  }
  for (size_t i = 0; i < fresh.size(); ++i) {
    const discovery::DiscoveryContext context{parts_.env, parts_.client, parts_.dns,
                                              parts_.registry};
    const std::shared_ptr<Set>& set = fresh[i];
    set->discovery = std::make_unique<discovery::DiscoverySet>(
        context, parts_.background, set->config.discovery, "alertmanager/" + std::to_string(i),
        [this, weak = std::weak_ptr<Set>(set)](std::vector<discovery::TargetGroup> groups) {
          if (const auto alive = weak.lock()) {
            Update(alive, groups);
          }
        });
  }
  for (const auto& set : old) {
    set->discovery.reset();
    for (const auto& target : set->targets) {
      target->Close();
    }
  }
  return base::OkStatus();
}

void AlertmanagerSender::Update(const std::shared_ptr<Set>& set,
                                const std::vector<discovery::TargetGroup>& groups) {
  std::map<std::string, std::shared_ptr<Target>> known;
  {
    base::MutexLock lock(mutex_);
    for (const auto& target : set->targets) {
      known[target->url()] = target;
    }
  }
  std::vector<std::shared_ptr<Target>> targets;
  std::vector<std::string> dropped;
  std::set<std::string> seen;
  for (const discovery::TargetGroup& group : groups) {
    for (const discovery::LabelMap& labels : group.targets) {
      model::LabelSetBuilder builder;
      builder.Set("__scheme__", set->config.scheme);
      builder.Set("__alerts_path__", set->config.path_prefix + "/api/v2/alerts");
      for (const auto* part : {&group.labels, &labels}) {
        for (const auto& [name, value] : *part) {
          builder.Set(name, value);
        }
      }
      const std::string address(builder.Get(discovery::kAddressLabel));
      if (!set->targets_relabel.Apply(&builder)) {
        dropped.push_back(fmt::format("{}://{}{}/api/v2/alerts", set->config.scheme, address,
                                      set->config.path_prefix));
        continue;
      }
      const std::string url =
          fmt::format("{}://{}{}", builder.Get("__scheme__"), builder.Get(discovery::kAddressLabel),
                      builder.Get("__alerts_path__"));
      if (!seen.insert(url).second) {
        continue;
      }
      const auto same = known.find(url);
      targets.push_back(
          same != known.end()
              ? same->second
              : std::make_shared<Target>(*this, set->client, url, set->config.timeout.Value()));
    }
  }
  base::MutexLock lock(mutex_);
  set->targets = std::move(targets);
  set->dropped = std::move(dropped);
}

void AlertmanagerSender::Send(const std::vector<OutgoingAlert>& alerts) {
  std::vector<std::pair<std::shared_ptr<Target>, const model::RelabelRules*>> targets;
  std::vector<std::shared_ptr<Set>> sets;
  {
    base::MutexLock lock(mutex_);
    sets = sets_;
    for (const auto& set : sets_) {
      for (const auto& target : set->targets) {
        targets.emplace_back(target, &set->alerts_relabel);
      }
    }
  }
  for (const auto& [target, relabel] : targets) {
    if (relabel->empty()) {
      target->Push(alerts);
    } else if (const auto own = ForSending(alerts, {}, *relabel); !own.empty()) {
      target->Push(own);
    }
  }
}

AlertmanagerList AlertmanagerSender::Alertmanagers() const {
  AlertmanagerList list;
  base::MutexLock lock(mutex_);
  for (const auto& set : sets_) {
    for (const auto& target : set->targets) {
      list.active.push_back(target->url());
    }
    list.dropped.insert(list.dropped.end(), set->dropped.begin(), set->dropped.end());
  }
  return list;
}

}  // namespace sb::rules
