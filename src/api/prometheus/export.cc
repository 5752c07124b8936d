// SPDX-License-Identifier: Apache-2.0
//
// GET and POST /api/v1/export: every sample of the series that fit a match[], as JSON lines that
// /api/v1/import takes:
//
//   {"metric":{"__name__":"up","job":"a"},"values":[1,0],"timestamps":[1700000000000,…]}
//
// Parameters: match[] (at least one), start and end (inclusive; default everything up to now),
// max_rows_per_line. The reply is streamed: one series is in memory at a time. Values that JSON has
// no number for are null (NaN, staleness) and "Infinity"; native histograms have no form in this
// format and are left out. An error after the first byte ends the body with a line
// {"error":"…"}, which an import refuses by its number.
//
// Source: https://docs.victoriametrics.com/#how-to-export-data-in-json-line-format.
//
// /api/v1/export/csv gives the same samples as CSV with the columns of `format`
// (__name__,job,__value__,__timestamp__:unix_ms); NaN and infinities are NaN, +Inf and -Inf.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "api/prometheus/endpoints.h"
#include "api/prometheus/export_series.h"
#include "encoding/iso_time.h"
#include "encoding/json_cursor.h"
#include "wire/prometheus/float_text.h"

namespace sb::api {

namespace {

constexpr size_t kPieceBytes = 64U << 10;

void AppendValue(double value, std::string* out) {
  if (std::isnan(value)) {
    out->append("null");
  } else if (std::isinf(value)) {
    out->append(value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
  } else {
    wire::AppendFloatText(out, value);
  }
}

// A column of CSV: the value, the time in some form, or a label.
struct CsvColumn {
  enum class Kind : uint8_t { kLabel, kValue, kSeconds, kMilliseconds, kNanoseconds, kRfc3339 };
  Kind kind = Kind::kLabel;
  std::string label;
};

// `__name__,job,__value__,__timestamp__:unix_s`.
base::Result<std::vector<CsvColumn>> ParseCsvColumns(std::string_view text) {
  constexpr std::pair<std::string_view, CsvColumn::Kind> kKinds[] = {
      {"__value__", CsvColumn::Kind::kValue},
      {"__timestamp__", CsvColumn::Kind::kSeconds},
      {"__timestamp__:unix_s", CsvColumn::Kind::kSeconds},
      {"__timestamp__:unix_ms", CsvColumn::Kind::kMilliseconds},
      {"__timestamp__:unix_ns", CsvColumn::Kind::kNanoseconds},
      {"__timestamp__:rfc3339", CsvColumn::Kind::kRfc3339}};
  std::vector<CsvColumn> columns;
  while (!text.empty()) {
    const std::string_view name = text.substr(0, text.find(','));
    text.remove_prefix(std::min(name.size() + 1, text.size()));
    CsvColumn column{CsvColumn::Kind::kLabel, std::string(name)};
    for (const auto& [known, kind] : kKinds) {
      column.kind = name == known ? kind : column.kind;
    }
    if (name.empty() ||
        (column.kind == CsvColumn::Kind::kLabel && name.starts_with("__timestamp__"))) {
      return base::InvalidArgument(
          "invalid parameter \"format\": a column is a label, __value__, or __timestamp__ with "
          ":unix_s, :unix_ms, :unix_ns or :rfc3339: " +
          std::string(name));
    }
    columns.push_back(std::move(column));
  }
  if (columns.empty()) {
    return base::InvalidArgument("no format parameter provided");
  }
  return columns;
}

void AppendCsvText(std::string_view text, std::string* out) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out->append(text);
    return;
  }
  out->push_back('"');
  for (const char c : text) {
    out->append(c == '"' ? 2 : 1, c);
  }
  out->push_back('"');
}

void AppendCsvTime(CsvColumn::Kind kind, int64_t time_ms, std::string* out) {
  switch (kind) {
    case CsvColumn::Kind::kMilliseconds:
      out->append(std::to_string(time_ms));
      break;
    case CsvColumn::Kind::kNanoseconds:
      out->append(std::to_string(time_ms)).append(time_ms == 0 ? "" : "000000");
      break;
    case CsvColumn::Kind::kRfc3339:
      out->append(encoding::FormatIsoTimeMs(time_ms));
      break;
    default: {
      char text[40];
      const int size = std::snprintf(text, sizeof(text), time_ms % 1000 == 0 ? "%.0f" : "%.3f",
                                     static_cast<double>(time_ms) / 1000);
      out->append(text, static_cast<size_t>(size));
      break;
    }
  }
}

// Puts series as lines into a reply that starts with the first piece.
class ExportStream {
 public:
  // `columns` are of CSV; empty: lines of JSON.
  ExportStream(net::ResponseWriter* writer, size_t rows_per_line, std::vector<CsvColumn> columns)
      : writer_(writer), rows_per_line_(rows_per_line), columns_(std::move(columns)) {}

  base::Status Add(const model::LabelSet& labels, const model::SampleColumns& columns) {
    times_.clear();
    values_.clear();
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns.histograms.empty() || columns.histograms[i] == nullptr) {
        times_.push_back(columns.times[i]);
        values_.push_back(columns.values[i]);
      }
    }
    for (size_t begin = 0; begin < times_.size(); begin += rows_per_line_) {
      const size_t end = std::min(begin + rows_per_line_, times_.size());
      columns_.empty() ? Line(labels, begin, end) : Rows(labels, begin, end);
      if (buffer_.size() >= kPieceBytes && !Send()) {
        return base::Cancelled("the client went away");
      }
    }
    return base::OkStatus();
  }

  bool has_started() const { return has_started_; }
  void Finish(const base::Status& status) {
    if (!status.ok() && !columns_.empty()) {
      buffer_.append("error: ").append(status.message()).append("\n");
    } else if (!status.ok()) {
      buffer_ += "{\"error\":";
      encoding::AppendJsonQuoted(status.message(), &buffer_);
      buffer_ += "}\n";
    }
    Send();
    writer_->Finish();
  }

 private:
  void Line(const model::LabelSet& labels, size_t begin, size_t end) {
    buffer_ += "{\"metric\":{";
    const char* comma = "";
    for (const model::Label& label : labels) {
      buffer_ += comma;
      encoding::AppendJsonQuoted(label.name, &buffer_);
      buffer_ += ":";
      encoding::AppendJsonQuoted(label.value, &buffer_);
      comma = ",";
    }
    buffer_ += "},\"values\":[";
    for (size_t i = begin; i < end; ++i) {
      buffer_ += i == begin ? "" : ",";
      AppendValue(values_[i], &buffer_);
    }
    buffer_ += "],\"timestamps\":[";
    for (size_t i = begin; i < end; ++i) {
      buffer_ += i == begin ? "" : ",";
      buffer_ += std::to_string(times_[i]);
    }
    buffer_ += "]}\n";
  }

  void Rows(const model::LabelSet& labels, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const char* comma = "";
      for (const CsvColumn& column : columns_) {
        buffer_ += comma;
        comma = ",";
        if (column.kind == CsvColumn::Kind::kLabel) {
          AppendCsvText(labels.Get(column.label), &buffer_);
        } else if (column.kind == CsvColumn::Kind::kValue) {
          wire::AppendFloatText(&buffer_, values_[i]);
        } else {
          AppendCsvTime(column.kind, times_[i], &buffer_);
        }
      }
      buffer_ += "\n";
    }
  }

  bool Send() {
    if (!has_started_) {
      has_started_ = true;
      writer_->Start(net::HttpResponse(
          200, "",
          columns_.empty() ? "application/stream+json; charset=utf-8" : "text/csv; charset=utf-8"));
    }
    const bool is_sent = buffer_.empty() || writer_->Write(buffer_);
    buffer_.clear();
    return is_sent;
  }

  net::ResponseWriter* const writer_;
  const size_t rows_per_line_;
  const std::vector<CsvColumn> columns_;
  bool has_started_ = false;
  std::string buffer_;
  std::vector<int64_t> times_;
  std::vector<double> values_;
};

void Reply(const ApiContext& api, const net::HttpRequest& request, std::vector<CsvColumn> columns,
           net::ResponseWriter& writer) {
  const auto parsed = ReadExportRequest(api, request);
  if (!parsed.ok()) {
    return writer.Send(net::PlainTextResponse(400, parsed.status().message()));
  }
  const auto context = StartQuery(api, 0, writer);
  ExportStream out(&writer, parsed->rows_per_line, std::move(columns));
  const base::Status status =
      ForEachExported(api, *parsed, *context,
                      [&](const auto& labels, auto* samples) { return out.Add(labels, *samples); });
  if (!status.ok() && !out.has_started()) {
    return writer.Send(net::PlainTextResponse(500, status.message()));
  }
  out.Finish(status);
}

}  // namespace

void HandleExportCsv(const ApiContext& api, const net::HttpRequest& request,
                     net::ResponseWriter& writer) {
  const auto params = request.FormParams();
  auto columns = ParseCsvColumns(params.ok() ? params->Get("format") : "");
  if (!columns.ok()) {
    return writer.Send(net::PlainTextResponse(400, columns.status().message()));
  }
  Reply(api, request, std::move(columns).value(), writer);
}

void HandleExport(const ApiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer) {
  Reply(api, request, {}, writer);
}

}  // namespace sb::api
