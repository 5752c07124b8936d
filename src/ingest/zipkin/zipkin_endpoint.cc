// SPDX-License-Identifier: Apache-2.0
#include "ingest/zipkin/zipkin_endpoint.h"

#include <vector>

#include "wire/zipkin/json_spans.h"
#include "wire/zipkin/proto_spans.h"
#include "wire/zipkin/zipkin_to_otlp.h"

namespace sb::ingest {
namespace {

constexpr const char* kRetryAfterSeconds = "5";

base::Status Read(ZipkinFormat format, std::string_view body,
                  std::vector<wire::ZipkinSpan>* spans) {
  switch (format) {
    case ZipkinFormat::kV1Json:
      return wire::ReadZipkinV1Json(body, spans);
    case ZipkinFormat::kV2Json:
      return wire::ReadZipkinV2Json(body, spans);
    case ZipkinFormat::kV2Proto:
      return wire::ReadZipkinProto(body, spans);
  }
  return base::Internal("unknown format");
}

}  // namespace

ZipkinEndpoint::ZipkinEndpoint(SpanSink* sink, base::Env* env, LossCounters* losses,
                               base::Registry* registry)
    : sink_(sink),
      clock_(env->clock()),
      losses_(losses),
      requests_(
          &registry->AddCounter("signalbox_zipkin_requests_total", "Zipkin requests received.")) {}

SpanWriteResult ZipkinEndpoint::Write(ZipkinFormat format, std::string_view body) {
  requests_->Add();
  std::vector<wire::ZipkinSpan> spans;
  const base::Status read = Read(format, body, &spans);
  if (!read.ok()) {
    losses_->Add(LossReason::kMalformedRequest);
    return {base::InvalidArgument(std::string(read.message())), 0, 0, ""};
  }
  std::string request;
  wire::ZipkinToOtlp(spans, static_cast<uint64_t>(clock_.Now().Value()), &request);
  SpanWriteResult result = sink_->Write(request);
  if (result.status.code() == base::StatusCode::kInvalidArgument) {
    losses_->Add(LossReason::kMalformedRequest);
  }
  return result;
}

net::HttpResponse ZipkinEndpoint::Reply(bool version_one, const net::HttpRequest& request) {
  const std::string type = request.MediaType();
  const bool proto = type == "application/x-protobuf" || type == "application/protobuf";
  if ((proto && version_one) || (!proto && type != "application/json" && !type.empty())) {
    return net::PlainTextResponse(
        415, "the content type must be application/json" +
                 std::string(version_one ? "" : " or application/x-protobuf") + ", not \"" + type +
                 "\"");
  }
  const ZipkinFormat format = version_one ? ZipkinFormat::kV1Json
                              : proto     ? ZipkinFormat::kV2Proto
                                          : ZipkinFormat::kV2Json;
  const SpanWriteResult result = Write(format, request.body);
  if (result.status.ok()) {
    return net::HttpResponse(202);
  }
  if (result.status.code() == base::StatusCode::kInvalidArgument) {
    return net::PlainTextResponse(400, result.status.message());
  }
  net::HttpResponse busy = net::PlainTextResponse(503, result.status.message());
  busy.headers.Add("Retry-After", kRetryAfterSeconds);
  return busy;
}

void ZipkinEndpoint::AddRoutes(const std::string& prefix, net::Router* router) {
  net::RouteOptions options;
  options.max_body_bytes = kZipkinBodyBytesMax;
  options.max_decoded_body_bytes = kZipkinBodyBytesMax;
  options.pool = "ingest";
  for (const bool version_one : {false, true}) {
    router->Handle(
        "POST", prefix + (version_one ? "/api/v1/spans" : "/api/v2/spans"),
        [this, version_one](const net::HttpRequest& request, net::ResponseWriter& writer) {
          writer.Send(Reply(version_one, request));
        },
        options);
  }
}

}  // namespace sb::ingest
