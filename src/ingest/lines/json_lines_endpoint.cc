// SPDX-License-Identifier: Apache-2.0
#include "ingest/lines/json_lines_endpoint.h"

#include <algorithm>
#include <deque>

#include "encoding/json_cursor.h"
#include "ingest/pipeline/log_time.h"

namespace sb::ingest {
namespace {

constexpr std::string_view kMessages[] = {"message", "msg", "log", "_msg"};
constexpr std::string_view kTimes[] = {"time", "@timestamp", "timestamp", "ts", "_time"};

std::string MetadataName(std::string_view field) {
  std::string name;
  for (const char c : field) {
    const bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name.push_back(keep ? c : '_');
  }
  return name;
}

// Reads the lines of one request.
class LinesReader {
 public:
  LinesReader(const JsonLinesRequest& request, int64_t now_ns, LossCounters* losses,
              LogBatch* batch, JsonLinesOutcome* outcome)
      : request_(request), now_ns_(now_ns), losses_(losses), batch_(batch), outcome_(outcome) {}

  void Run() {
    std::string_view rest = request_.body;
    for (size_t number = 1; !rest.empty(); ++number) {
      const size_t end = rest.find('\n');
      std::string_view line = rest.substr(0, end);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      if (line.ends_with('\r')) {
        line.remove_suffix(1);
      }
      if (!line.empty()) {
        Line(line, number);
      }
    }
  }

 private:
  void Fault(size_t number, std::string what) {
    if (outcome_->fault_count++ < JsonLinesEndpoint::kFaultsShown) {
      outcome_->faults.push_back({number, std::move(what)});
    }
  }

  void Line(std::string_view line, size_t number) {
    held_.clear();
    record_.Clear();
    labels_.clear();
    for (const auto& [name, value] : request_.labels) {
      labels_.push_back({name, value});
    }
    record_.line = line;
    record_.time_ns = now_ns_ + static_cast<int64_t>(number);  // in their order
    const size_t first = line.find_first_not_of(" \t");
    if (first != std::string_view::npos && line[first] == '{' && !Object(line, number)) {
      return;
    }
    batch_->Add(batch_->Stream(labels_), record_);
    ++outcome_->stored;
  }

  bool IsOneOf(std::string_view name, const std::string& wanted,
               std::span<const std::string_view> usual) const {
    return wanted.empty() ? std::find(usual.begin(), usual.end(), name) != usual.end()
                          : name == wanted;
  }

  std::string_view Hold(std::string_view text) {
    held_.emplace_back(text);
    return held_.back();
  }

  bool Object(std::string_view line, size_t number) {
    encoding::JsonCursor in(line);
    std::string scratch;
    std::string value_scratch;
    std::string_view key;
    std::string_view value;
    in.EnterObject();
    while (in.NextKey(&key, &scratch)) {
      const std::string_view name = Hold(key);
      if (!in.ReadAsText(&value, &value_scratch)) {
        break;
      }
      value = Hold(value);
      if (IsOneOf(name, request_.message_field, kMessages) && record_.line.data() == line.data()) {
        record_.line = value;
      } else if (IsOneOf(name, request_.time_field, kTimes)) {
        if (!ParseLogTime(value, &record_.time_ns)) {
          losses_->Add(LossReason::kLogInvalidTime);
          record_.metadata.push_back({Hold(MetadataName(name)), value});
          Fault(number,
                "no time, stored with that of its arrival: " + std::string(value.substr(0, 64)));
        }
      } else if (std::find(request_.label_fields.begin(), request_.label_fields.end(), name) !=
                 request_.label_fields.end()) {
        labels_.push_back({Hold(MetadataName(name)), value});
      } else {
        record_.metadata.push_back({Hold(MetadataName(name)), value});
      }
    }
    if (in.ExpectEnd()) {
      return true;
    }
    losses_->Add(LossReason::kLogMalformed);
    Fault(number, std::string(in.status().message()));
    return false;
  }

  const JsonLinesRequest& request_;
  const int64_t now_ns_;
  LossCounters* const losses_;
  LogBatch* const batch_;
  JsonLinesOutcome* const outcome_;
  LogRecordView record_;
  std::vector<LogField> labels_;
  std::deque<std::string> held_;
};

}  // namespace

JsonLinesOutcome JsonLinesEndpoint::Push(const JsonLinesRequest& request) {
  JsonLinesOutcome outcome;
  LogBatch batch = writer_->NewBatch();
  LinesReader(request, env_->clock().Now().Value(), writer_->losses(), &batch, &outcome).Run();
  outcome.status = writer_->Write(std::move(batch));
  if (!outcome.status.ok()) {
    outcome.stored = 0;
  }
  return outcome;
}

}  // namespace sb::ingest
