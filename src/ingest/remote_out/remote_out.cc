// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_out/remote_out.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "config/yaml_writer.h"
#include "encoding/hash.h"
#include "ingest/remote_out/tee_appender.h"

namespace sb::remote_out {
namespace {

constexpr size_t kThreads = 2;
constexpr base::DurationNs kSyncCheck{60'000'000};
constexpr base::DurationNs kRemoveInterval{1'000'000'000};
constexpr std::string_view kPositionSuffix = ".position";

std::string FingerprintOf(const scrape::RemoteWriteConfig& config,
                          const std::map<std::string, std::string>& external_labels) {
  const auto& table = OptionsOf(static_cast<const scrape::RemoteWriteConfig*>(nullptr));
  std::string text = config::WriteYaml(*table.Write(config));
  for (const auto& [name, value] : external_labels) {
    text.append(name).append("=").append(value).append("\n");
  }
  return text;
}

// What no code signs or authenticates for must not be sent without.
bool NeedsUnsupportedAuth(const scrape::RemoteWriteConfig& config) {
  return config.sigv4.printed != nullptr || config.azuread.printed != nullptr ||
         config.google_iam.printed != nullptr;
}

}  // namespace

RemoteOut::RemoteOut(Parts parts) : parts_(std::move(parts)) {}

RemoteOut::~RemoteOut() {
  Stop();
}

std::unique_ptr<store::Appender> RemoteOut::NewAppender() {
  std::shared_ptr<QueueLog> log;
  {
    base::ReaderLock lock(mutex_);
    log = active_ ? log_ : nullptr;
  }
  std::unique_ptr<store::Appender> inner = parts_.store.NewAppender();
  return log == nullptr ? std::move(inner) : NewTeeAppender(std::move(inner), std::move(log));
}

base::Result<std::vector<DestinationSettings>> RemoteOut::SettingsOf(
    const scrape::PrometheusConfig& config) {
  std::vector<DestinationSettings> all;
  for (const scrape::RemoteWriteConfig& write : config.remote_write) {
    if (NeedsUnsupportedAuth(write)) {
      continue;  // named among the notices of the file
    }
    DestinationSettings settings;
    settings.config = write;
    settings.external_labels = config.global.external_labels;
    settings.fingerprint = FingerprintOf(write, settings.external_labels);
    settings.name =
        !write.name.empty()
            ? write.name
            : fmt::format("{:06x}", encoding::Hash64Of(settings.fingerprint) & 0xffffff);
    SB_ASSIGN_OR_RETURN(
        settings.relabel,
        model::RelabelRules::Create(write.write_relabel_configs, model::NameValidation::kUtf8));
    all.push_back(std::move(settings));
  }
  return all;
}

// A destination is the same after a restart if its name is, or, without one, its URL.
std::string RemoteOut::PositionFile(const DestinationSettings& settings) const {
  const std::string key =
      !settings.config.name.empty() ? "name " + settings.config.name : "url " + settings.config.url;
  return base::JoinPath(parts_.folder, fmt::format("{:016x}", encoding::Hash64Of(key)) +
                                           std::string(kPositionSuffix));
}

base::Status RemoteOut::OpenLog() {
  {
    base::ReaderLock lock(mutex_);
    if (log_ != nullptr) {
      return base::OkStatus();
    }
  }
  QueueLog::Options options;
  options.folder = parts_.folder;
  options.bytes_max = parts_.bytes_max;
  options.labels_of = parts_.labels_of;
  SB_ASSIGN_OR_RETURN(std::shared_ptr<QueueLog> log,
                      QueueLog::Open(parts_.env, std::move(options), parts_.losses));
  pool_ = std::make_unique<base::ThreadPool>(
      base::ThreadPool::Options{.name = "remote-out", .threads = kThreads, .queue_max = 10'000});
  upkeep_ = std::make_unique<base::TaskRunner>(*pool_);
  upkeep_->PostEvery(kSyncCheck, [log = log.get()] {
    if (const base::Status status = log->SyncIfDue(); !status.ok()) {
      SB_LOG_EVERY(60, kError, "the remote write queue cannot be synced",
                   {"error", status.ToString()});
    }
  });
  upkeep_->PostEvery(kRemoveInterval, [log = log.get()] {
    if (const base::Status status = log->RemoveConsumed(); !status.ok()) {
      SB_LOG_EVERY(60, kError, "sent parts of the remote write queue cannot be removed",
                   {"error", status.ToString()});
    }
  });
  handles_.push_back(parts_.registry.AddCallback(
      base::InstrumentKind::kGauge, "prometheus_remote_storage_highest_timestamp_in_seconds",
      "Time of the newest sample that came into the queue.", {},
      [log = log.get()] { return static_cast<double>(log->newest_time_ms()) / 1000; }));
  handles_.push_back(parts_.registry.AddCallback(
      base::InstrumentKind::kGauge, "signalbox_remote_write_queue_bytes",
      "Bytes on disk of what remote write has still to send.", {},
      [log = log.get()] { return static_cast<double>(log->total_bytes()); }));
  base::WriterLock lock(mutex_);
  log_ = std::move(log);
  return base::OkStatus();
}

base::Status RemoteOut::Apply(std::vector<DestinationSettings> settings) {
  if (settings.empty() && destinations_.empty()) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(OpenLog().WithPrefix("remote write queue"));
  std::shared_ptr<QueueLog> log;
  {
    base::WriterLock lock(mutex_);
    active_ = !settings.empty();
    log = log_;
  }
  std::vector<std::shared_ptr<Destination>> old = std::exchange(destinations_, {});
  std::vector<DestinationSettings> fresh;
  for (DestinationSettings& wanted : settings) {
    const auto same = std::find_if(old.begin(), old.end(), [&](const auto& one) {
      return one != nullptr && one->fingerprint() == wanted.fingerprint;
    });
    if (same != old.end()) {
      (*same)->SetHttp(wanted.config.http);
      destinations_.push_back(std::move(*same));
    } else {
      fresh.push_back(wanted);
    }
  }
  for (const auto& gone : old) {
    if (gone != nullptr) {
      gone->Stop();  // first: a changed one goes on from the position that this saves
    }
  }
  RemoveOldPositions(settings);
  for (DestinationSettings& wanted : fresh) {
    const std::string file = PositionFile(wanted);
    auto destination = std::make_shared<Destination>(
        Destination::Parts{parts_.env, *pool_, parts_.client, parts_.registry, parts_.losses, log,
                           [this] { return Metadata(); }, file},
        std::move(wanted));
    destination->Start();
    destinations_.push_back(std::move(destination));
  }
  return base::OkStatus();
}

// A destination that was taken out and comes back later begins at the end.
void RemoteOut::RemoveOldPositions(const std::vector<DestinationSettings>& settings) {
  const auto names = parts_.env.files().List(parts_.folder);
  if (!names.ok()) {
    return;
  }
  for (const std::string& name : *names) {
    const std::string path = base::JoinPath(parts_.folder, name);
    const bool wanted = std::any_of(settings.begin(), settings.end(),
                                    [&](const auto& one) { return PositionFile(one) == path; });
    if (name.ends_with(kPositionSuffix) && !wanted) {
      (void)parts_.env.files().Remove(path);  // at worst it is found again and used
    }
  }
}

MetadataByName RemoteOut::Metadata() const {
  MetadataByName all;
  for (store::NamedMetadata& named : parts_.metadata()) {
    if (!named.metadata.empty()) {
      all.emplace(std::move(named.metric), std::move(named.metadata.front()));
    }
  }
  return all;
}

void RemoteOut::Stop() {
  for (const auto& destination : destinations_) {
    destination->Stop();
  }
  destinations_.clear();
  upkeep_.reset();
  handles_.clear();
  base::WriterLock lock(mutex_);
  if (log_ != nullptr) {
    if (const base::Status status = log_->Sync(); !status.ok()) {
      SB_LOG(kError, "the remote write queue could not be synced at the end",
             {"error", status.ToString()});
    }
  }
}

}  // namespace sb::remote_out
