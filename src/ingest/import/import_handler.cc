// SPDX-License-Identifier: Apache-2.0
#include "ingest/import/import_handler.h"

#include <string>
#include <utility>

#include "net/content_coding.h"
#include "wire/prometheus/float_text.h"

namespace sb::ingest {
namespace {

constexpr size_t kBodyBytesMax = 1ULL << 40;
constexpr size_t kCodedBytesMax = 64U << 20;
constexpr size_t kDecodedBytesMax = 512U << 20;

struct ImportParameters {
  int64_t time_ms = 0;
  MetricLines::ExtraLabels labels;
};

base::Result<ImportParameters> ReadParameters(const net::HttpRequest& request) {
  ImportParameters out;
  SB_RETURN_IF_ERROR(request.query_error);
  const std::string_view time = request.query.Get("timestamp");
  if (!time.empty() && !wire::ParseInt64Text(time, &out.time_ms)) {
    return base::InvalidArgument("timestamp must be Unix milliseconds: " + std::string(time));
  }
  for (const std::string_view text : request.query.GetAll("extra_label")) {
    std::pair<std::string, std::string> label;
    if (!ParseExtraLabel(text, &label)) {
      return base::InvalidArgument("extra_label must be NAME=VALUE: " + std::string(text));
    }
    out.labels.push_back(std::move(label));
  }
  return out;
}

base::Result<std::string> ReadCoded(net::BodyReader* body, std::string_view coding) {
  std::string coded;
  for (;;) {
    SB_ASSIGN_OR_RETURN(const std::string bytes, body->Read());
    if (bytes.empty()) {
      return net::DecodeContent(coding, coded, kDecodedBytesMax);
    }
    coded += bytes;
    if (coded.size() > kCodedBytesMax) {
      return base::InvalidArgument(
          "a compressed body may have 64 MiB; send it in parts, or not compressed");
    }
  }
}

// An error of the connection or the body; what the store says is in the session.
template <typename Session>
base::Status TakeBody(const net::HttpRequest& request, Session* session) {
  const std::string_view coding = request.headers.Get("Content-Encoding");
  if (!coding.empty() && coding != "identity") {
    SB_ASSIGN_OR_RETURN(const std::string decoded, ReadCoded(request.body_reader.get(), coding));
    (void)session->Take(decoded);
    return base::OkStatus();
  }
  for (;;) {
    SB_ASSIGN_OR_RETURN(const std::string bytes, request.body_reader->Read());
    if (bytes.empty() || !session->Take(bytes).ok()) {
      return base::OkStatus();
    }
  }
}

net::HttpResponse ReplyOf(const MetricLinesReply& outcome) {
  if (outcome.status == 204) {
    return net::HttpResponse(204);
  }
  net::HttpResponse reply = net::PlainTextResponse(
      outcome.status, outcome.message + "\nstored=" + std::to_string(outcome.stored) +
                          " refused=" + std::to_string(outcome.refused));
  if (outcome.status != 400) {
    reply.headers.Add("Retry-After", "5");
  }
  return reply;
}

net::Handler ImportHandler(MetricsImport* import, ImportFormat format) {
  return [import, format](const net::HttpRequest& request, net::ResponseWriter& writer) {
    auto parameters = ReadParameters(request);
    if (!parameters.ok()) {
      return writer.Send(net::PlainTextResponse(400, parameters.status().message()));
    }
    const auto session = import->Start(format, parameters->time_ms, std::move(parameters->labels));
    if (format == ImportFormat::kCsv) {
      auto columns = CsvFormat::Parse(request.query.Get("format"));
      if (!columns.ok()) {
        return writer.Send(net::PlainTextResponse(400, columns.status().message()));
      }
      session->SetCsvFormat(std::move(columns).value());
    }
    const base::Status taken = TakeBody(request, session.get());
    const MetricLinesReply outcome = session->Finish();
    writer.Send(taken.ok() ? ReplyOf(outcome) : net::PlainTextResponse(400, taken.message()));
  };
}

net::Handler NativeImportHandler(const NativeImport::Parts* parts) {
  return [parts](const net::HttpRequest& request, net::ResponseWriter& writer) {
    auto parameters = ReadParameters(request);
    if (!parameters.ok()) {
      return writer.Send(net::PlainTextResponse(400, parameters.status().message()));
    }
    NativeImport session(parts, std::move(parameters->labels));
    const base::Status taken = TakeBody(request, &session);
    const MetricLinesReply outcome = session.Finish();
    writer.Send(taken.ok() ? ReplyOf(outcome) : net::PlainTextResponse(400, taken.message()));
  };
}

net::RouteOptions ImportRouteOptions() {
  net::RouteOptions options;
  options.streaming_body = true;
  options.max_body_bytes = kBodyBytesMax;
  options.pool = "ingest";
  return options;
}

}  // namespace

void AddNativeImportRoute(const NativeImport::Parts* parts, std::string_view prefix,
                          net::Router* router) {
  router->Handle("POST", std::string(prefix) + "/import/native", NativeImportHandler(parts),
                 ImportRouteOptions());
}

void AddImportRoutes(MetricsImport* import, std::string_view prefix, net::Router* router) {
  const net::RouteOptions options = ImportRouteOptions();
  const std::string root(prefix);
  router->Handle("POST", root + "/import", ImportHandler(import, ImportFormat::kJsonLines),
                 options);
  router->Handle("POST", root + "/import/csv", ImportHandler(import, ImportFormat::kCsv), options);
  router->Handle("POST", root + "/import/prometheus",
                 ImportHandler(import, ImportFormat::kPrometheusText), options);
}

}  // namespace sb::ingest
