// SPDX-License-Identifier: Apache-2.0
//
// `signalbox dashboard export`: a dashboard of a running server as a file.
#include <rapidjson/document.h>

#include <cstdio>
#include <string>

#include "base/env.h"
#include "net/http_client.h"
#include "server/answer_json.h"
#include "server/commands.h"

namespace sb::server {
namespace {

int Fail(const std::string& text, int code = kExitFailed) {
  std::fprintf(stderr, "signalbox dashboard export: %s\n", text.c_str());
  return code;
}

// What the address of the page has as well.
std::string QueryOf(const Arguments& arguments) {
  net::UrlParams params;
  for (const char* name :
       {"from", "to", "tz", "theme", "paper", "orientation", "rows", "width", "height"}) {
    if (arguments.Has(name)) {
      params.Add(name, arguments.Get(name));
    }
  }
  for (const std::string& one : arguments.GetAll("var")) {
    const size_t equals = std::min(one.find('='), one.size());
    params.Add("var-" + one.substr(0, equals), one.substr(std::min(equals + 1, one.size())));
  }
  return params.Encode();
}

std::string MessageOf(const net::ClientResponse& reply) {
  rapidjson::Document answer;
  answer.Parse(reply.body.data(), reply.body.size());
  const rapidjson::Value* message =
      answer.HasParseError() ? nullptr : JsonMember(answer, "message");
  return "the server answers " + std::to_string(reply.status) + ": " +
         (message != nullptr ? std::string(JsonText(*message)) : reply.body.substr(0, 200));
}

base::Status WriteDocument(const std::string& path, const std::string& bytes) {
  if (path == "-") {
    return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size()
               ? base::OkStatus()
               : base::Unavailable("standard output cannot be written");
  }
  return base::WriteFileAtomically(base::Env::Real().files(), path, bytes);
}

int RunExport(const Arguments& arguments) {
  if (arguments.positional().size() != 1) {
    return Fail("give the uid of one dashboard (it stands in its address: /d/UID)", kExitUsage);
  }
  const std::string& uid = arguments.positional()[0];
  const std::string panel = arguments.Get("panel");
  const std::string out = arguments.Get("out", uid + (panel.empty() ? ".pdf" : ".svg"));
  std::string url = arguments.ServerUrl("http://127.0.0.1:3000");
  url += "/api/signalbox/v1/dashboards/" + net::PercentEncodePathSegment(uid);
  url += panel.empty() ? "/pdf" : "/panels/" + net::PercentEncodePathSegment(panel) + "/svg";
  const std::string query = QueryOf(arguments);
  net::ClientRequest request;
  request.url = query.empty() ? url : url + "?" + query;
  for (const std::string& header : arguments.GetAll("header")) {
    const size_t colon = header.find(':');
    if (colon == std::string::npos) {
      return Fail("--header: expected NAME: VALUE: " + header, kExitUsage);
    }
    const size_t value = header.find_first_not_of(' ', colon + 1);
    request.headers.Add(header.substr(0, colon),
                        value == std::string::npos ? "" : header.substr(value));
  }
  request.timeout_ms = 90'000;
  request.max_response_bytes = size_t{128} << 20;
  net::HttpClient client;
  const base::Result<net::ClientResponse> reply = client.Fetch(std::move(request));
  if (!reply.ok()) {
    return Fail(std::string(reply.status().message()));
  }
  if (reply->status != 200) {
    return Fail(MessageOf(*reply));
  }
  const base::Status written = WriteDocument(out, reply->body);
  return written.ok() ? kExitOk : Fail(std::string(written.message()));
}

}  // namespace

Command DashboardCommand() {
  Command export_command;
  export_command.name = "export";
  export_command.summary = "Saves a dashboard as PDF, or one of its panels as SVG.";
  export_command.description =
      "The server draws what its page shows, without a browser. Without --from and --to the range\n"
      "is the one that the dashboard was saved with.";
  export_command.positional = "UID";
  export_command.flags = {
      {"out", "FILE", "The file (default UID.pdf or UID.svg; - for standard output)."},
      {"panel", "ID", "Only this panel, as SVG."},
      {"from", "TIME", "Start: now-6h, milliseconds, or 2026-11-27T08:00:00Z."},
      {"to", "TIME", "End (default now)."},
      {"tz", "ZONE", "Time zone of what is written: utc (default), Europe/Berlin."},
      {"var", "NAME=VALUE", "A variable; repeated for several values.", true},
      {"theme", "THEME", "light (default) or dark."},
      {"paper", "PAPER", "a4 (default), a3 or letter."},
      {"orientation", "WAY", "landscape (default) or portrait."},
      {"rows", "ROWS", "open: with the panels of folded rows."},
      {"width", "PIXELS", "Of a panel (default 1000)."},
      {"height", "PIXELS", "Of a panel (default 500)."},
      {"header", "NAME: VALUE", "Sent to the server, such as Authorization; may be repeated.",
       true},
      {"url", "URL", "The server (default http://127.0.0.1:3000)."}};
  export_command.examples = {
      "signalbox dashboard export --from now-7d --out week.pdf signalbox-slo",
      "signalbox dashboard export --panel 2 --theme dark --out - signalbox-apm > requests.svg"};
  export_command.run = RunExport;
  Command command;
  command.name = "dashboard";
  command.summary = "Works with the dashboards of a running server.";
  command.subcommands = {export_command};
  return command;
}

}  // namespace sb::server
