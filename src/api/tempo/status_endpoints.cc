// SPDX-License-Identifier: Apache-2.0
//
// What clients ask about the server itself.
#include "api/http/json_writer.h"
#include "api/tempo/endpoints.h"

namespace sb::api::tempo {
namespace {

// Grafana turns features on by the version of Tempo: this is the one whose API is spoken here.
constexpr std::string_view kTempoVersion = "3.0.0";

}  // namespace

void HandleEcho(const Context& /*api*/, const net::HttpRequest& /*in*/, net::ResponseWriter& out) {
  net::HttpResponse reply(200, "echo", "text/plain; charset=utf-8");
  out.Send(std::move(reply));
}

void HandleReady(const Context& /*api*/, const net::HttpRequest& /*in*/, net::ResponseWriter& out) {
  out.Send(net::PlainTextResponse(200, "ready"));
}

void HandleBuildInfo(const Context& api, const net::HttpRequest& /*in*/, net::ResponseWriter& out) {
  JsonWriter json;
  json.BeginObject();
  json.Key("version").String(kTempoVersion);
  json.Key("revision").String(api.options.revision);
  json.Key("branch").String("signalbox " + api.options.version);
  json.Key("buildUser").String("");
  json.Key("buildDate").String("");
  json.Key("goVersion").String("");
  json.EndObject();
  SendJson(std::move(json).Take(), {}, out);
}

void HandleStatus(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  const std::string_view page = in.path_params.Get("page");
  if (page == "version" || page.empty()) {
    return out.Send(net::PlainTextResponse(
        200, "signalbox, version " + api.options.version + " (revision: " + api.options.revision +
                 "), speaks Tempo " + std::string(kTempoVersion)));
  }
  if (page == "services") {
    return out.Send(net::PlainTextResponse(200, "traces  Running"));
  }
  if (page == "endpoints" || page == "config") {
    return out.Send(net::PlainTextResponse(200, "see /api/signalbox/v1/status on the main door"));
  }
  out.Send(net::PlainTextResponse(404, "404 page not found"));
}

void HandleOverrides(const Context& /*api*/, const net::HttpRequest& /*in*/,
                     net::ResponseWriter& out) {
  SendJson("{}", {}, out);
}

}  // namespace sb::api::tempo
