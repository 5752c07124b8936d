// SPDX-License-Identifier: Apache-2.0
//
// GET and POST /api/v1/export/native: every sample of the series that fit a match[], bit for bit,
// with native histograms, start timestamps and staleness markers, and the metadata of their
// metrics; wire/prometheus/native_stream.h says how. /api/v1/import/native takes it. The parameters
// are those of /api/v1/export. A reply that breaks off has no end, which the import notices.
#include <algorithm>
#include <unordered_map>

#include "api/prometheus/endpoints.h"
#include "api/prometheus/export_series.h"
#include "wire/prometheus/native_stream.h"
#include "wire/prometheus/remote_write_v2.h"

namespace sb::api {

namespace {

constexpr size_t kFrameSamples = 8'192;
constexpr size_t kFrameSeries = 1'000;
// A histogram is counted as so many samples: frames stay well below their limit.
constexpr size_t kSamplesPerHistogram = 16;

class NativeStream {
 public:
  NativeStream(net::ResponseWriter* writer, const std::vector<store::NamedMetadata>& metadata)
      : writer_(writer) {
    for (const store::NamedMetadata& named : metadata) {
      if (!named.metadata.empty()) {
        metadata_.emplace(named.metric, named.metadata.front());
      }
    }
    buffer_ = wire::kNativeMagic;
  }

  base::Status Add(const model::LabelSet& labels, const model::SampleColumns& columns) {
    for (size_t i = 0; i < columns.size(); ++i) {
      const model::Sample sample = columns.At(i);
      if (sample.histogram != nullptr) {
        histograms_.push_back({sample.time_ms, sample.start_time_ms, *sample.histogram});
      } else {
        floats_.push_back({sample.time_ms, sample.value, sample.start_time_ms});
      }
      samples_ += sample.histogram != nullptr ? kSamplesPerHistogram : 1;
      if (samples_ >= kFrameSamples) {
        SB_RETURN_IF_ERROR(EndFrame(labels));
      }
    }
    EndSeries(labels);
    return series_ >= kFrameSeries ? EndFrame(labels) : base::OkStatus();
  }

  // Nothing that was put into the stream has gone out yet.
  bool has_started() const { return has_started_; }

  void Finish(const base::Status& status) {
    if (status.ok()) {
      if (series_ > 0) {
        request_.clear();
        frame_.Finish(&request_);
        wire::AppendNativeFrame(request_, &buffer_);
      }
      wire::AppendNativeEnd(&buffer_);
    }
    Send();
    writer_->Finish();
  }

 private:
  void EndSeries(const model::LabelSet& labels) {
    if (floats_.empty() && histograms_.empty()) {
      return;
    }
    wire::WriteMetadata metadata;
    const auto known = metadata_.find(std::string(labels.metric_name()));
    if (known != metadata_.end()) {
      metadata = {{}, known->second.type, known->second.help, known->second.unit};
    }
    frame_.AddSeries(labels, floats_, histograms_, {},
                     known != metadata_.end() ? &metadata : nullptr);
    floats_.clear();
    histograms_.clear();
    ++series_;
  }

  base::Status EndFrame(const model::LabelSet& labels) {
    EndSeries(labels);
    request_.clear();
    frame_.Finish(&request_);
    wire::AppendNativeFrame(request_, &buffer_);
    series_ = 0;
    samples_ = 0;
    return Send() ? base::OkStatus() : base::Cancelled("the client went away");
  }

  bool Send() {
    if (!has_started_) {
      has_started_ = true;
      writer_->Start(net::HttpResponse(200, "", "application/octet-stream"));
    }
    const bool is_sent = writer_->Write(buffer_);
    buffer_.clear();
    return is_sent;
  }

  net::ResponseWriter* const writer_;
  std::unordered_map<std::string, model::MetricMetadata> metadata_;
  wire::WriteRequestV2Writer frame_;
  std::vector<wire::WriteSample> floats_;
  std::vector<wire::WriteHistogram> histograms_;
  size_t samples_ = 0;  // of the frame
  size_t series_ = 0;
  std::string request_;
  std::string buffer_;
  bool has_started_ = false;
};

}  // namespace

void HandleExportNative(const ApiContext& api, const net::HttpRequest& request,
                        net::ResponseWriter& writer) {
  const auto parsed = ReadExportRequest(api, request);
  if (!parsed.ok()) {
    return writer.Send(net::PlainTextResponse(400, parsed.status().message()));
  }
  const auto context = StartQuery(api, 0, writer);
  NativeStream out(&writer, api.with.status.Metadata());
  const base::Status status =
      ForEachExported(api, *parsed, *context,
                      [&](const auto& labels, auto* columns) { return out.Add(labels, *columns); });
  if (!status.ok() && !out.has_started()) {
    return writer.Send(net::PlainTextResponse(500, status.message()));
  }
  out.Finish(status);
}

}  // namespace sb::api
