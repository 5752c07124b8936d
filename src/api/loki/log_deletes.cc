// SPDX-License-Identifier: Apache-2.0
#include "api/loki/log_deletes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "api/http/json_writer.h"
#include "base/log.h"
#include "config/json_reader.h"
#include "query/logql/parser.h"
#include "query/logql/pipeline.h"
#include "query/logql/scan_plan.h"

namespace sb::api::loki {
namespace {

constexpr size_t kQueryBytesMax = 64 << 10;

constexpr catalog::CollectionSpec kRequests{
    .name = "log_deletes",
    .documents_max = LogDeletes::kPendingMax + LogDeletes::kProcessedMax + 1};

// What is meant, for the store and for the reader.
base::Result<HiddenRows> RowsOf(const LogDelete& request) {
  SB_ASSIGN_OR_RETURN(const auto log, logql::ParseLogQuery(request.query));
  SB_RETURN_IF_ERROR(logql::CheckStages(*log));
  logql::ScanPlan plan = logql::PlanScan(*log);
  if (!plan.stages.empty()) {
    return base::InvalidArgument(
        "a delete takes a stream selector and line filters only, without parsers and label "
        "filters");
  }
  return HiddenRows{
      {request.start_ns, request.end_ns + 1}, std::move(plan.matchers), std::move(plan.filter)};
}

std::string BodyOf(const LogDelete& request) {
  JsonWriter json;
  json.BeginObject().Key("query").String(request.query);
  json.Key("start_ns").Int(request.start_ns).Key("end_ns").Int(request.end_ns);
  json.Key("created_ms").Int(request.created_ms);
  json.Key("status").String(StateText(request.state)).EndObject();
  return std::move(json).Take();
}

base::Result<LogDelete> FromDocument(const catalog::Document& document) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr body, config::ParseJson(document.body, document.id));
  LogDelete request;
  request.id = document.id;
  const auto text = [&body](std::string_view name) {
    const config::Node* const node = body->Find(name);
    return node == nullptr ? std::string() : node->text;
  };
  const auto number = [&text](std::string_view name) {
    const std::string digits = text(name);
    int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  };
  request.query = text("query");
  request.start_ns = number("start_ns");
  request.end_ns = number("end_ns");
  request.created_ms = number("created_ms");
  request.state = text("status") == StateText(DeleteState::kProcessed) ? DeleteState::kProcessed
                                                                       : DeleteState::kReceived;
  return request;
}

}  // namespace

std::string_view StateText(DeleteState state) {
  return state == DeleteState::kProcessed ? "processed" : "received";
}

base::Status LogDeletes::Load() {
  SB_ASSIGN_OR_RETURN(const std::vector<catalog::Document> documents,
                      with_.catalog.List(kRequests));
  const base::MutexLock lock(mutex_);
  requests_.clear();
  for (const catalog::Document& document : documents) {
    SB_ASSIGN_OR_RETURN(LogDelete request, FromDocument(document));
    requests_.push_back(std::move(request));
  }
  UpdateHidden();
  return base::OkStatus();
}

void LogDeletes::SetCancelPeriod(base::DurationMs period) {
  const base::MutexLock lock(mutex_);
  cancel_period_ = period;
}

base::Result<std::string> LogDeletes::Add(LogDelete request) {
  if (request.query.size() > kQueryBytesMax) {
    return base::InvalidArgument("the query is longer than 64 KiB");
  }
  SB_ASSIGN_OR_RETURN(const HiddenRows rows, RowsOf(request));
  request.id = fmt::format("{:08x}", static_cast<uint32_t>(with_.env.random().Next64()));
  request.created_ms = with_.env.clock().NowMs().Value();
  request.state = DeleteState::kReceived;
  bool at_once = false;
  {
    const base::MutexLock lock(mutex_);
    const auto pending = std::count_if(requests_.begin(), requests_.end(), [](const LogDelete& r) {
      return r.state == DeleteState::kReceived;
    });
    if (static_cast<size_t>(pending) >= kPendingMax) {
      return base::ResourceExhausted(fmt::format(
          "{} delete requests wait to be processed; wait for them, or cancel some", pending));
    }
    SB_RETURN_IF_ERROR(Save(request));
    requests_.push_back(request);
    UpdateHidden();
    at_once = cancel_period_.Value() == 0 || !CanHide(rows.matchers);
  }
  if (at_once) {
    SB_RETURN_IF_ERROR(Process(request.id));
  }
  return request.id;
}

std::vector<LogDelete> LogDeletes::List() const {
  const base::MutexLock lock(mutex_);
  return requests_;
}

base::Status LogDeletes::Cancel(std::string_view id, Force force) {
  const base::MutexLock lock(mutex_);
  const LogDelete* const request = Find(id);
  if (request == nullptr) {
    return base::NotFound("could not find delete request with given id");
  }
  if (request->state == DeleteState::kProcessed || request->id == under_way_) {
    return base::FailedPrecondition(
        "deletion of request which is in process or already processed is not allowed");
  }
  const int64_t now_ms = with_.env.clock().NowMs().Value();
  if (force == Force::kNo && request->created_ms + cancel_period_.Value() < now_ms) {
    return base::FailedPrecondition(fmt::format(
        "Cancellation of partially completed delete request or delete request past the deadline "
        "of {}s since its creation is not allowed. To force, use the ?force query parameter",
        cancel_period_.Value() / 1000));
  }
  SB_RETURN_IF_ERROR(with_.catalog.Delete(kRequests, id));
  requests_.erase(requests_.begin() + (request - requests_.data()));
  UpdateHidden();
  return base::OkStatus();
}

void LogDeletes::RunDue() {
  std::vector<std::string> due;
  {
    const base::MutexLock lock(mutex_);
    const int64_t now_ms = with_.env.clock().NowMs().Value();
    for (const LogDelete& request : requests_) {
      if (request.state == DeleteState::kReceived &&
          request.created_ms + cancel_period_.Value() <= now_ms) {
        due.push_back(request.id);
      }
    }
  }
  for (const std::string& id : due) {
    if (const base::Status status = Process(id); !status.ok()) {
      SB_LOG(kError, "log lines not deleted, trying again", {"request_id", id},
             {"why", status.message()});
    }
  }
}

base::Status LogDeletes::Process(const std::string& id) {
  const base::MutexLock one_at_a_time(run_mutex_);
  LogDelete request;
  {
    const base::MutexLock lock(mutex_);
    const LogDelete* const found = Find(id);
    if (found == nullptr || found->state == DeleteState::kProcessed) {
      return base::OkStatus();  // taken back, or somebody was faster
    }
    request = *found;
    under_way_ = id;
  }
  request.state = DeleteState::kProcessed;
  base::Status status = [&] {
    SB_ASSIGN_OR_RETURN(const HiddenRows rows, RowsOf(request));
    return with_.admin.Delete(rows.range, rows.matchers, rows.filter);
  }();
  const base::MutexLock lock(mutex_);
  under_way_.clear();
  SB_RETURN_IF_ERROR(status);
  SB_RETURN_IF_ERROR(Save(request));
  Find(id)->state = DeleteState::kProcessed;
  UpdateHidden();
  SB_LOG(kInfo, "log lines deleted on request", {"request_id", id}, {"query", request.query});
  return ForgetOld();
}

base::Status LogDeletes::Save(const LogDelete& request) {
  catalog::PutRequest put;
  put.id = request.id;
  put.key = fmt::format("{:020}", request.created_ms);  // lists oldest first
  put.body = BodyOf(request);
  return with_.catalog.Put(kRequests, put).status();
}

LogDelete* LogDeletes::Find(std::string_view id) {
  const auto found = std::find_if(requests_.begin(), requests_.end(),
                                  [id](const LogDelete& request) { return request.id == id; });
  return found == requests_.end() ? nullptr : &*found;
}

void LogDeletes::UpdateHidden() {
  std::vector<HiddenRows> hidden;
  std::map<std::string, HiddenRows> pending;
  for (const LogDelete& request : requests_) {
    if (request.state != DeleteState::kReceived) {
      continue;
    }
    if (const auto known = pending_.find(request.id); known != pending_.end()) {
      pending.insert(pending_.extract(known));
    } else if (auto rows = RowsOf(request); rows.ok()) {  // it was checked when it came
      pending.emplace(request.id, *std::move(rows));
    }
  }
  pending_ = std::move(pending);
  for (const auto& [id, rows] : pending_) {
    if (CanHide(rows.matchers)) {
      hidden.push_back(rows);
    }
  }
  with_.reader.Hide(std::move(hidden));
}

base::Status LogDeletes::ForgetOld() {
  size_t processed = 0;
  for (const LogDelete& request : requests_) {
    processed += request.state == DeleteState::kProcessed ? 1 : 0;
  }
  for (auto it = requests_.begin(); it != requests_.end() && processed > kProcessedMax;) {
    if (it->state != DeleteState::kProcessed) {
      ++it;
      continue;
    }
    SB_RETURN_IF_ERROR(with_.catalog.Delete(kRequests, it->id));
    it = requests_.erase(it);
    --processed;
  }
  return base::OkStatus();
}

}  // namespace sb::api::loki
