// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/otlp_logs_endpoint.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

#include "encoding/hex.h"
#include "wire/otlp/envelope_reader.h"
#include "wire/otlp/json_to_proto.h"
#include "wire/otlp/log_record_reader.h"

namespace sb::ingest {
namespace {

// Reads one request into one batch.
class LogsTranslator {
 public:
  LogsTranslator(const OtlpLogsOptions& options, int64_t now_ns, LogBatch* batch)
      : options_(options), now_ns_(now_ns), batch_(batch) {}

  base::Status Run(std::string_view request) {
    wire::EnvelopeReader in(request);
    while (in.NextResource()) {
      SB_RETURN_IF_ERROR(BeginResource(in.resource()));
      while (in.NextScope()) {
        SB_RETURN_IF_ERROR(BeginScope(in.scope()));
        std::string_view item;
        while (in.NextItem(&item)) {
          ++records_;
          if (const base::Status status = Record(item); !status.ok()) {
            Refuse(status);
          }
        }
      }
    }
    return in.status();
  }

  const wire::OtlpPartialSuccess& partial() const { return partial_; }

 private:
  using Fields = std::vector<LogField>;

  void Refuse(const base::Status& why) {
    if (partial_.rejected++ == 0) {
      partial_.message =
          "log record " + std::to_string(records_) + ": " + std::string(why.message());
    }
  }

  std::string_view Hold(std::string text, std::deque<std::string>* store) {
    store->push_back(std::move(text));
    return store->back();
  }

  // Names repeat from record to record.
  std::string_view NameOf(std::string_view key) {
    const auto found = names_.find(std::string(key));
    if (found != names_.end()) {
      return found->second;
    }
    return names_.emplace(std::string(key), OtlpLabelName(key)).first->second;
  }

  base::Status AddAttribute(const wire::KeyValue& attribute, std::deque<std::string>* store,
                            Fields* fields) {
    base::Status status;
    const base::Status walked =
        wire::FlattenAttribute(attribute, [&](std::string_view name, const wire::AnyValue& value) {
          std::string_view text = value.bytes;
          if (value.kind != wire::AnyValue::Kind::kString) {
            std::string owned;
            if (const base::Status made = wire::AppendAnyValueText(value, &owned); !made.ok()) {
              status = made;
              return;
            }
            text = Hold(std::move(owned), store);
          }
          fields->push_back({NameOf(name), text});
        });
    return walked.ok() ? status : walked;
  }

  base::Status BeginResource(const wire::OtlpResource& resource) {
    held_resource_.clear();
    resource_fields_.clear();
    labels_.clear();
    stream_.reset();
    for (const wire::KeyValue& attribute : resource.attributes) {
      const bool is_label =
          std::find(options_.label_attributes.begin(), options_.label_attributes.end(),
                    attribute.key) != options_.label_attributes.end();
      SB_RETURN_IF_ERROR(
          AddAttribute(attribute, &held_resource_, is_label ? &labels_ : &resource_fields_));
    }
    return base::OkStatus();
  }

  base::Status BeginScope(const wire::OtlpScope& scope) {
    held_scope_.clear();
    scope_fields_.clear();
    if (!scope.name.empty()) {
      scope_fields_.push_back({"scope_name", scope.name});
    }
    if (!scope.version.empty()) {
      scope_fields_.push_back({"scope_version", scope.version});
    }
    for (const wire::KeyValue& attribute : scope.attributes) {
      SB_RETURN_IF_ERROR(AddAttribute(attribute, &held_scope_, &scope_fields_));
    }
    return base::OkStatus();
  }

  LogBatch::StreamId StreamFor(const wire::OtlpLogRecord& record) {
    if (options_.severity_text_as_label && !record.severity_text.empty()) {
      Fields labels = labels_;
      labels.push_back({"severity_text", record.severity_text});
      return batch_->Stream(std::move(labels));
    }
    if (!stream_.has_value()) {
      stream_ = batch_->Stream(labels_);
    }
    return *stream_;
  }

  void AddNumber(std::string_view name, int64_t value) {
    if (value != 0) {
      out_.metadata.push_back({name, Hold(std::to_string(value), &held_record_)});
    }
  }

  void AddText(std::string_view name, std::string_view value) {
    if (!value.empty()) {
      out_.metadata.push_back({name, value});
    }
  }

  base::Status Record(std::string_view item) {
    SB_RETURN_IF_ERROR(wire::ReadLogRecord(item, &record_));
    held_record_.clear();
    out_.Clear();
    out_.time_ns = record_.time_ns != 0            ? record_.time_ns
                   : record_.observed_time_ns != 0 ? record_.observed_time_ns
                                                   : now_ns_ + static_cast<int64_t>(records_) - 1;
    out_.observed_ns = record_.observed_time_ns;
    out_.severity_number = record_.severity_number;
    out_.trace_id = record_.trace_id;
    out_.span_id = record_.span_id;
    out_.line = record_.body.bytes;
    if (record_.body.kind != wire::AnyValue::Kind::kString) {
      std::string text;
      SB_RETURN_IF_ERROR(wire::AppendAnyValueText(record_.body, &text));
      out_.line = Hold(std::move(text), &held_record_);
    }
    AddText("event_name", record_.event_name);
    AddNumber("observed_timestamp", record_.observed_time_ns);
    AddNumber("severity_number", record_.severity_number);
    AddText("severity_text", record_.severity_text);
    AddNumber("dropped_attributes_count", record_.dropped_attributes);
    AddNumber("flags", record_.flags);
    if (!record_.trace_id.empty()) {
      AddText("trace_id", Hold(encoding::HexOf(record_.trace_id), &held_record_));
    }
    if (!record_.span_id.empty()) {
      AddText("span_id", Hold(encoding::HexOf(record_.span_id), &held_record_));
    }
    for (const wire::KeyValue& attribute : record_.attributes) {
      SB_RETURN_IF_ERROR(AddAttribute(attribute, &held_record_, &out_.metadata));
    }
    out_.metadata.insert(out_.metadata.end(), scope_fields_.begin(), scope_fields_.end());
    out_.metadata.insert(out_.metadata.end(), resource_fields_.begin(), resource_fields_.end());
    batch_->Add(StreamFor(record_), out_);
    return base::OkStatus();
  }

  const OtlpLogsOptions& options_;
  const int64_t now_ns_;
  LogBatch* const batch_;
  uint64_t records_ = 0;
  wire::OtlpPartialSuccess partial_;
  std::unordered_map<std::string, std::string> names_;
  std::deque<std::string> held_resource_;
  std::deque<std::string> held_scope_;
  std::deque<std::string> held_record_;
  Fields labels_;
  Fields resource_fields_;
  Fields scope_fields_;
  std::optional<LogBatch::StreamId> stream_;
  wire::OtlpLogRecord record_;
  LogRecordView out_;
};

}  // namespace

std::string OtlpLabelName(std::string_view key) {
  std::string name;
  name.reserve(key.size() + 1);
  if (!key.empty() && key.front() >= '0' && key.front() <= '9') {
    name.push_back('_');
  }
  for (const char c : key) {
    const bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name.push_back(keep ? c : '_');
  }
  return name;
}

OtlpLogsEndpoint::OtlpLogsEndpoint(LogWriter* writer, base::Env* env, base::Registry* registry,
                                   OtlpLogsOptions options)
    : writer_(writer),
      env_(env),
      requests_(&registry->AddCounter("signalbox_otlp_log_requests_total",
                                      "OTLP logs requests received.")),
      options_(std::move(options)) {}

OtlpOutcome OtlpLogsEndpoint::Export(wire::OtlpEncoding encoding, std::string_view body) {
  requests_->Add();
  std::string request;
  base::Status status;
  if (encoding == wire::OtlpEncoding::kJson) {
    status = wire::JsonToProto(wire::JsonLogsRequest(), body, &request);
    body = request;
  }
  LogBatch batch = writer_->NewBatch();
  LogsTranslator translator(options_, env_->clock().Now().Value(), &batch);
  if (status.ok()) {
    status = translator.Run(body);
  }
  if (!status.ok()) {
    writer_->losses()->Add(LossReason::kMalformedRequest);
    return {status, {}};
  }
  if (const base::Status written = writer_->Write(std::move(batch)); !written.ok()) {
    return {base::Unavailable(std::string(written.message())), {}};
  }
  writer_->losses()->Add(LossReason::kLogMalformed, translator.partial().rejected);
  return {base::OkStatus(), translator.partial()};
}

}  // namespace sb::ingest
