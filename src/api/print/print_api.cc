// SPDX-License-Identifier: Apache-2.0
#include "api/print/print_api.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "api/http/json_writer.h"
#include "api/print/child_process.h"
#include "base/log.h"

namespace sb::print {
namespace {

constexpr size_t kQueryBytesMax = 64U << 10;

net::HttpResponse MessageReply(int status, const std::string& message) {
  api::JsonWriter json;
  json.BeginObject();
  json.Key("message").String(message);
  json.EndObject();
  return {status, std::move(json).Take(), "application/json"};
}

// A name that every system takes; the browser shows the title of the document.
std::string FileName(const PrintJob& job) {
  std::string name;
  for (const char c : job.uid) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_';
    name += plain ? c : '_';
  }
  return name + (job.format == Format::kPdf ? ".pdf" : ".svg");
}

std::string MissingText(const std::string& program, int error) {
  return fmt::format(
      "cannot draw dashboards: {}: {}. The program is built with the web UI where libnode-dev is "
      "installed (tools/setup build), and stands beside signalbox",
      program, std::strerror(error));
}

}  // namespace

PrintApi::PrintApi(PrintApiOptions options, base::Env& env, base::ThreadPool& pool,
                   base::Registry& registry)
    : options_(std::move(options)), env_(env), pool_(pool), registry_(registry) {}

net::HttpResponse PrintApi::Failed(const char* result, int status, const std::string& message) {
  registry_
      .AddCounter("signalbox_print_requests_total",
                  "Dashboards and panels that were drawn for files, by how it ended.",
                  {{"result", result}})
      .Add();
  if (status >= 500 && status != 503) {
    SB_LOG(kWarn, "a dashboard was not drawn", {"result", result}, {"why", message});
  }
  return MessageReply(status, message);
}

net::HttpResponse PrintApi::Print(const PrintJob& job, const std::atomic<bool>& cancelled) {
  ChildResult got = RunChild({.program = options_.program,
                              .input = JobJson(job, options_.server_url()),
                              .timeout_ms = options_.timeout_ms,
                              .output_bytes_max = options_.document_bytes_max,
                              .cancelled = &cancelled});
  switch (got.end) {
    case ChildEnd::kNotStarted:
      return Failed("missing", 501, MissingText(options_.program, got.code));
    case ChildEnd::kTimedOut:
      return Failed(
          "timeout", 504,
          fmt::format("the dashboard was not drawn within {} s: choose a shorter range, or "
                      "one row or panel",
                      options_.timeout_ms / 1000));
    case ChildEnd::kTooLong:
      return Failed("too_long", 502,
                    fmt::format("the document is larger than {} MiB: choose a shorter range",
                                options_.document_bytes_max >> 20));
    case ChildEnd::kCancelled:
      return Failed("cancelled", 499, "nobody waits for the dashboard any more");
    case ChildEnd::kSignalled:
      return Failed(
          "crashed", 502,
          fmt::format("the renderer was ended by signal {} ({}); above its memory it ends "
                      "itself: choose a shorter range. {}",
                      got.code, strsignal(got.code), got.errors));
    case ChildEnd::kExited:
      break;
  }
  base::Result<PrintAnswer> answer = ReadAnswer(std::move(got.output));
  if (!answer.ok()) {
    return Failed("failed", 502, std::string(answer.status().message()) + ". " + got.errors);
  }
  if (answer->status != 200) {
    return Failed(answer->status < 500 ? "refused" : "failed", answer->status, answer->message);
  }
  registry_
      .AddCounter("signalbox_print_requests_total",
                  "Dashboards and panels that were drawn for files, by how it ended.",
                  {{"result", "ok"}})
      .Add();
  net::HttpResponse reply(
      200, std::move(answer->document),
      job.format == Format::kPdf ? "application/pdf" : "image/svg+xml; charset=utf-8");
  reply.headers.Set("Content-Disposition", "inline; filename=\"" + FileName(job) + "\"");
  reply.headers.Set("Cache-Control", "no-store");
  reply.headers.Set("X-Content-Type-Options", "nosniff");
  // What a dashboard says must not run as a page of ours.
  reply.headers.Set("Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  return reply;
}

void PrintApi::Queue(Format format, const net::HttpRequest& request, net::ResponseWriter& writer) {
  const base::Result<std::string> zone = TimeZoneOf(request.query);
  const base::Status bad = !request.query_error.ok() ? request.query_error : zone.status();
  if (!bad.ok() || request.raw_query.size() > kQueryBytesMax) {
    return writer.Send(Failed(
        "refused", 400, bad.ok() ? "the query is longer than 64 KiB" : std::string(bad.message())));
  }
  PrintJob job{.format = format,
               .uid = std::string(request.path_params.Get("uid")),
               .query = request.raw_query,
               .headers = ForwardedHeaders(request.headers),
               .time_zone = *zone,
               .now_ms = env_.clock().NowMs().Value()};
  if (request.path_params.Has("panel")) {
    job.query =
        "panelId=" + net::PercentEncodeQuery(request.path_params.Get("panel")) + "&" + job.query;
  }
  const std::shared_ptr<net::ResponseWriter> kept = writer.Detach();
  const auto cancelled = std::make_shared<std::atomic<bool>>(false);
  kept->OnCancel([cancelled] { cancelled->store(true); });
  const base::Status queued = pool_.Post(
      [this, kept, cancelled, job = std::move(job)] { kept->Send(Print(job, *cancelled)); });
  if (!queued.ok()) {
    net::HttpResponse reply = Failed("busy", 503, "too many dashboards are being drawn: try again");
    reply.headers.Set("Retry-After", "5");
    kept->Send(std::move(reply));
  }
}

void PrintApi::AddRoutes(net::Router* router) {
  const auto add = [&](const char* pattern, Format format) {
    router->Handle("GET", pattern,
                   [this, format](const net::HttpRequest& request, net::ResponseWriter& writer) {
                     Queue(format, request, writer);
                   });
  };
  add("/api/signalbox/v1/dashboards/{uid}/pdf", Format::kPdf);
  add("/api/signalbox/v1/dashboards/{uid}/panels/{panel}/svg", Format::kSvg);
  for (const char* rest : {"", "/{slug}"}) {
    add((std::string("/render/d/{uid}") + rest).c_str(), Format::kPdf);
    add((std::string("/render/d-solo/{uid}") + rest).c_str(), Format::kSvg);
  }
}

}  // namespace sb::print
