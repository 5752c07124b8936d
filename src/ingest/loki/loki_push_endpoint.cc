// SPDX-License-Identifier: Apache-2.0
#include "ingest/loki/loki_push_endpoint.h"

#include <utility>

#include "base/trim.h"
#include "encoding/compress.h"
#include "net/http_message.h"
#include "wire/loki/push_reader.h"

namespace sb::ingest {
namespace {

// How many faults an answer names.
constexpr uint64_t kFaultsNamed = 10;

// The media type; kInvalidArgument if a parameter is no name=value.
base::Result<std::string_view> MediaTypeOf(std::string_view content_type) {
  size_t at = content_type.find(';');
  const std::string_view media_type = base::Trim(content_type.substr(0, at));
  while (at != std::string_view::npos) {
    content_type.remove_prefix(at + 1);
    at = content_type.find(';');
    const std::string_view parameter = base::Trim(content_type.substr(0, at));
    if (!parameter.empty() && parameter.find('=') == std::string_view::npos) {
      return base::InvalidArgument("malformed parameter of the content type: " +
                                   std::string(parameter));
    }
  }
  return media_type;
}

// Puts what the reader shows into the batch.
class BatchVisitor : public wire::LokiPushVisitor {
 public:
  explicit BatchVisitor(LogBatch* batch) : batch_(batch) {}

  base::Status OnStream(const std::vector<wire::LokiLabel>& labels) override {
    is_skipping_ = labels.empty();
    if (is_skipping_) {
      return OnBadStream(
          base::InvalidArgument("error at least one label pair is required per stream"));
    }
    ++streams_;
    std::vector<LogField> fields;
    fields.reserve(labels.size() + 1);
    for (const wire::LokiLabel& label : labels) {
      fields.push_back({label.name, label.value});
    }
    stream_ = batch_->Stream(std::move(fields));
    return base::OkStatus();
  }

  base::Status OnEntry(const wire::LokiEntry& entry) override {
    if (is_skipping_) {
      return base::OkStatus();
    }
    record_.time_ns = entry.time_ns;
    record_.line = entry.line;
    record_.metadata.clear();
    for (const wire::LokiLabel& pair : entry.metadata) {
      record_.metadata.push_back({pair.name, pair.value});
    }
    batch_->Add(stream_, record_);
    return base::OkStatus();
  }

  base::Status OnBadStream(const base::Status& why) override {
    ++streams_;
    ++bad_streams_;
    Name(why);
    return base::OkStatus();
  }

  base::Status OnBadEntry(const base::Status& why) override {
    if (!is_skipping_) {
      ++bad_entries_;
      Name(why);
    }
    return base::OkStatus();
  }

  uint64_t streams() const { return streams_; }
  uint64_t bad_streams() const { return bad_streams_; }
  uint64_t bad_entries() const { return bad_entries_; }

  // kInvalidArgument with what was left out, if anything was.
  base::Status Faults() const {
    const uint64_t count = bad_streams_ + bad_entries_;
    if (count == 0) {
      return base::OkStatus();
    }
    std::string text = faults_;
    if (count > kFaultsNamed) {
      text += "\nand " + std::to_string(count - kFaultsNamed) + " more";
    }
    if (batch_->line_count() > 0) {
      text += "\nThe other entries, " + std::to_string(batch_->line_count()) + ", were stored.";
    }
    return base::InvalidArgument(std::move(text));
  }

 private:
  void Name(const base::Status& why) {
    if (bad_streams_ + bad_entries_ <= kFaultsNamed) {
      faults_.append(faults_.empty() ? "" : "\n").append(why.message());
    }
  }

  LogBatch* const batch_;
  LogBatch::StreamId stream_ = 0;
  LogRecordView record_;
  uint64_t streams_ = 0;
  bool is_skipping_ = false;
  uint64_t bad_streams_ = 0;
  uint64_t bad_entries_ = 0;
  std::string faults_;
};

base::Status ReadRequest(const LokiPushRequest& request, BatchVisitor* visitor) {
  SB_ASSIGN_OR_RETURN(const std::string_view media_type, MediaTypeOf(request.content_type));
  if (net::EqualsIgnoreCase(media_type, "application/json")) {
    if (!request.content_encoding.empty()) {
      return base::InvalidArgument("Content-Encoding not supported for JSON: " +
                                   std::string(request.content_encoding));
    }
    return request.is_legacy ? wire::ReadLokiLegacyJson(request.body, visitor)
                             : wire::ReadLokiJson(request.body, visitor);
  }
  if (!request.content_encoding.empty() &&
      !net::EqualsIgnoreCase(request.content_encoding, "snappy")) {
    return base::InvalidArgument("Content-Encoding not supported: " +
                                 std::string(request.content_encoding));
  }
  std::string bytes;
  SB_RETURN_IF_ERROR(encoding::Decompress(encoding::Compression::kSnappyBlock, request.body,
                                          kLokiBodyBytesMax, &bytes));
  return wire::ReadLokiProtobuf(bytes, visitor);
}

}  // namespace

LokiPushEndpoint::LokiPushEndpoint(LogWriter* writer, base::Registry* registry)
    : writer_(writer),
      requests_(&registry->AddCounter("signalbox_loki_push_requests_total",
                                      "Loki push requests received.")) {}

base::Status LokiPushEndpoint::Push(const LokiPushRequest& request) {
  requests_->Add();
  LogBatch batch = writer_->NewBatch();
  BatchVisitor visitor(&batch);
  const base::Status read = ReadRequest(request, &visitor);
  if (!read.ok()) {
    writer_->losses()->Add(read.code() == base::StatusCode::kResourceExhausted
                               ? LossReason::kDecodedSizeLimit
                               : LossReason::kMalformedRequest);
    return base::InvalidArgument(std::string(read.message()));
  }
  if (visitor.streams() == 0) {
    writer_->losses()->Add(LossReason::kMalformedRequest);
    return base::FailedPrecondition("the request has no streams");
  }
  const base::Status faults = visitor.Faults();
  SB_RETURN_IF_ERROR(writer_->Write(std::move(batch)));
  if (visitor.bad_streams() > 0) {
    writer_->losses()->Add(LossReason::kMalformedRequest);
  }
  writer_->losses()->Add(LossReason::kLogMalformed, visitor.bad_entries());
  return faults;
}

}  // namespace sb::ingest
