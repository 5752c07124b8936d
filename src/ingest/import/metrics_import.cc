// SPDX-License-Identifier: Apache-2.0
#include "ingest/import/metrics_import.h"

#include <utility>

#include "wire/prometheus/text_parser.h"

namespace sb::ingest {

ImportSession::ImportSession(ImportFormat format, int64_t default_time_ms, base::Counter* samples,
                             store::AppenderFactory* store, LossCounters* losses,
                             const MetricLimits& limits, base::TimestampMs now)
    : format_(format),
      default_time_ms_(default_time_ms != 0 ? default_time_ms : now.Value()),
      samples_(samples),
      lines_(store, losses, limits, now) {}

base::Status ImportSession::Take(std::string_view bytes) {
  for (size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    if (rest_.empty()) {
      Line(bytes.substr(0, end));
    } else {
      rest_.append(bytes.substr(0, end));
      Line(rest_);
      rest_.clear();
    }
    bytes.remove_prefix(end + 1);
    unflushed_bytes_ += end + 1;
    if (unflushed_bytes_ >= kFlushBytes) {
      unflushed_bytes_ = 0;
      SB_RETURN_IF_ERROR(lines_.Flush());
    }
  }
  if (rest_.size() + bytes.size() > kLineBytesMax) {
    lines_.Fault(line_number_ + 1, "the line is longer than 64 MiB; what follows was not read");
    rest_.clear();
    is_abandoned_ = true;
    return base::ResourceExhausted("a line is too long");
  }
  rest_.append(bytes);
  return base::OkStatus();
}

MetricLinesReply ImportSession::Finish() {
  if (!rest_.empty() && !is_abandoned_) {
    Line(rest_);
  }
  MetricLinesReply reply = lines_.Finish();
  samples_->Add(reply.stored);
  return reply;
}

void ImportSession::Line(std::string_view line) {
  ++line_number_;
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (line.find_first_not_of(" \t") == std::string_view::npos || lines_.failed()) {
    return;
  }
  switch (format_) {
    case ImportFormat::kJsonLines:
      return JsonLine(line);
    case ImportFormat::kPrometheusText:
      return TextLine(line);
    case ImportFormat::kCsv:
      return CsvLine(line);
    case ImportFormat::kGraphite:
      return GraphiteText(line);
  }
}

void ImportSession::CsvLine(std::string_view line) {
  const base::Status read = csv_format_.Read(line, &csv_);
  if (!read.ok()) {
    return lines_.Fault(line_number_, read.message());
  }
  for (const auto& [metric, value] : csv_.values) {
    labels_.assign(1, {model::kMetricName, metric});
    for (const auto& [name, text] : csv_.labels) {
      labels_.push_back({name, text});
    }
    lines_.Add(&labels_, csv_.has_time ? csv_.time_ms : default_time_ms_, value);
  }
}

void ImportSession::GraphiteText(std::string_view line) {
  const base::Status read = wire::ReadGraphiteLine(line, &graphite_);
  if (!read.ok()) {
    return lines_.Fault(line_number_, read.message());
  }
  labels_.assign(1, {model::kMetricName, graphite_.metric});
  for (const auto& [name, value] : graphite_.tags) {
    labels_.push_back({name, value});
  }
  lines_.Add(&labels_, graphite_.has_time ? graphite_.time_ms : default_time_ms_, graphite_.value);
}

void ImportSession::JsonLine(std::string_view line) {
  const base::Status read = ReadJsonSeries(line, &series_);
  if (!read.ok()) {
    return lines_.Fault(line_number_, read.message());
  }
  labels_.clear();
  for (const auto& [name, value] : series_.labels) {
    labels_.push_back({name, value});
  }
  const uint32_t series = lines_.Series(&labels_, series_.values.size());
  for (size_t i = 0; series != MetricLines::kNoSeries && i < series_.values.size(); ++i) {
    lines_.AddTo(series, series_.times_ms[i], series_.values[i]);
  }
}

// Each line is a text of its own, so that a bad one ends only itself.
void ImportSession::TextLine(std::string_view line) {
  const std::string text = std::string(line) + "\n";
  wire::TextParser parser(text);
  const wire::EntryKind kind = parser.Next();
  if (kind != wire::EntryKind::kSeries && kind != wire::EntryKind::kInvalid) {
    return;  // a comment, or metadata
  }
  base::Status read = parser.status();
  if (read.ok()) {
    read = parser.ReadLabels(&labels_);
  }
  if (!read.ok()) {
    std::string_view what = read.message();
    constexpr std::string_view kItsLine = "line 1: ";
    what.remove_prefix(what.starts_with(kItsLine) ? kItsLine.size() : 0);
    return lines_.Fault(line_number_, what);
  }
  lines_.Add(&labels_, parser.has_time() ? parser.time_ms() : default_time_ms_, parser.value());
}

MetricsImport::MetricsImport(store::AppenderFactory* store, base::Env* env, LossCounters* losses,
                             base::Registry* registry, MetricLimits limits)
    : store_(store),
      env_(env),
      losses_(losses),
      limits_(limits),
      samples_(&registry->AddCounter("signalbox_import_samples_total",
                                     "Samples stored from imports over HTTP.", {})) {}

std::unique_ptr<ImportSession> MetricsImport::Start(ImportFormat format, int64_t default_time_ms,
                                                    MetricLines::ExtraLabels extra_labels) {
  // Not make_unique: the constructor is private.
  std::unique_ptr<ImportSession> session(new ImportSession(  // tidy: new because private
      format, default_time_ms, samples_, store_, losses_, limits_, env_->clock().NowMs()));
  session->lines_.SetExtraLabels(std::move(extra_labels));
  return session;
}

}  // namespace sb::ingest
