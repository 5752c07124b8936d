// SPDX-License-Identifier: Apache-2.0
//
// `signalbox rules backfill FILE…`: gives new recording rules a past, as
// `promtool tsdb create-blocks-from rules` does.
#include <fmt/format.h>

#include <cstdio>

#include "alert/rules/rule_file.h"
#include "base/env.h"
#include "config/json_reader.h"
#include "net/http_client.h"
#include "net/url_params.h"
#include "server/commands.h"

namespace sb::server {
namespace {

constexpr int64_t kTimeoutMs = 3'600'000;

std::string TextOf(const config::Node* node, std::string_view key) {
  const config::Node* found = node == nullptr ? nullptr : node->Find(key);
  return found == nullptr ? "" : found->text;
}

// One group; what it wrote, or why not.
base::Result<std::string> Fill(net::HttpClient& client, const Arguments& arguments,
                               const rules::RuleGroupSpec& group) {
  const std::string url = arguments.ServerUrl("http://127.0.0.1:3000");
  net::UrlParams params;
  for (const char* name : {"start", "end", "step", "language"}) {
    if (arguments.Has(name)) {
      params.Add(name, arguments.Get(name));
    }
  }
  net::ClientRequest request;
  request.method = "POST";
  request.url = url + "/api/signalbox/v1/rules/backfill?" + params.Encode();
  request.headers.Add("Content-Type", "application/yaml");
  request.body = rules::PrintRuleGroup(group);
  request.timeout_ms = kTimeoutMs;
  SB_ASSIGN_OR_RETURN(const net::ClientResponse reply, client.Fetch(std::move(request)));
  SB_ASSIGN_OR_RETURN(const config::NodePtr root, config::ParseJson(reply.body, "reply"));
  if (reply.status != 200) {
    return base::InvalidArgument(TextOf(root.get(), "error"));
  }
  const config::Node* data = root->Find("data");
  std::string text =
      fmt::format("{}: {} samples of {} series from {} evaluations", group.name,
                  TextOf(data, "samples"), TextOf(data, "series"), TextOf(data, "evaluations"));
  const config::Node* errors = data == nullptr ? nullptr : data->Find("errors");
  for (size_t i = 0; errors != nullptr && i < errors->items.size(); ++i) {
    text += "\n  " + errors->items[i]->text;
  }
  return text;
}

bool HasRecordingRules(const rules::RuleGroupSpec& group) {
  for (const rules::RuleSpec& rule : group.rules) {
    if (!rule.record.empty()) {
      return true;
    }
  }
  return false;
}

int RunBackfill(const Arguments& arguments) {
  if (arguments.positional().empty() || !arguments.Has("start")) {
    std::fputs("signalbox rules backfill: give --start and at least one rule file\n", stderr);
    return kExitUsage;
  }
  net::HttpClient client;
  bool failed = false;
  for (const std::string& path : arguments.positional()) {
    const auto text = base::Env::Real().files().ReadFile(path);
    const auto file = text.ok() ? rules::ParseRuleFile(*text, path, {})
                                : base::Result<rules::RuleFile>(text.status());
    if (!file.ok()) {
      std::fprintf(stderr, "%s\n", std::string(file.status().message()).c_str());
      failed = true;
      continue;
    }
    for (const rules::RuleGroupSpec& group : file->groups) {
      if (!HasRecordingRules(group)) {
        continue;
      }
      const base::Result<std::string> done = Fill(client, arguments, group);
      if (done.ok()) {
        std::printf("%s\n", done->c_str());
      } else {
        std::fprintf(stderr, "%s: %s: %s\n", path.c_str(), group.name.c_str(),
                     std::string(done.status().message()).c_str());
        failed = true;
      }
    }
  }
  return failed ? kExitFailed : kExitOk;
}

Command BackfillCommand() {
  Command command;
  command.name = "backfill";
  command.summary = "Gives new recording rules a past.";
  command.description =
      "Evaluates the recording rules of the files over the past on a running server, and stores\n"
      "the results. Times are Unix seconds or RFC 3339. What is there already is replaced.";
  command.positional = "FILE…";
  command.flags = {{"url", "URL", "The server's main door (default http://127.0.0.1:3000)."},
                   {"start", "TIME", "From here."},
                   {"end", "TIME", "To here, inclusive (default now)."},
                   {"step", "DURATION", "Distance of evaluations (default the group's interval)."},
                   {"language", "NAME", "Of the rules: promql (default), logql, traceql."}};
  command.examples = {
      "signalbox rules backfill --start 2026-11-01T00:00:00Z rules/new.yml",
      "signalbox rules backfill --language logql --start 2026-11-26T00:00:00Z rules/logs.yml"};
  command.run = RunBackfill;
  return command;
}

}  // namespace

Command RulesCommand() {
  Command command;
  command.name = "rules";
  command.summary = "Works on rules of a running server.";
  command.subcommands = {BackfillCommand()};
  return command;
}

}  // namespace sb::server
