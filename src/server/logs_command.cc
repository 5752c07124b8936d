// SPDX-License-Identifier: Apache-2.0
//
// `signalbox logs test-pipeline`: what the stages of a configuration make of lines, without storing
// anything.
#include <cstdio>
#include <string>
#include <utility>

#include "base/env.h"
#include "base/instruments.h"
#include "encoding/json_cursor.h"
#include "ingest/pipeline/log_batch.h"
#include "ingest/pipeline/log_metrics.h"
#include "ingest/pipeline/log_pipeline.h"
#include "server/commands.h"
#include "server/logs_part.h"
#include "server/server_config.h"

namespace sb::server {
namespace {

void AppendPair(std::string_view name, std::string_view value, std::string* json) {
  if (!json->ends_with('{')) {
    json->push_back(',');
  }
  encoding::AppendJsonQuoted(name, json);
  json->push_back(':');
  encoding::AppendJsonQuoted(value, json);
}

// As LogBatch finds it: a level field of the metadata, else what the line says.
ingest::LogLevel LevelOf(const ingest::LogEdit& edit, const ingest::LogIngestOptions& options) {
  for (const ingest::LogField& field : edit.record.metadata) {
    if (options.level_fields.RankOf(field.name) >= 0) {
      return ingest::NormalizeLogLevel(field.value);
    }
  }
  ingest::LogFacts facts;
  ingest::ReadLogFacts(edit.record.line, options.level_fields, &facts);
  return facts.level;
}

// One JSON object a line.
std::string Describe(const ingest::LogEdit& edit, ingest::StageVerdict verdict,
                     const ingest::LogIngestOptions& options) {
  std::string json = "{";
  AppendPair("verdict",
             verdict == ingest::StageVerdict::kKeep      ? "stored"
             : verdict == ingest::StageVerdict::kDropped ? "dropped"
                                                         : "over the limit",
             &json);
  AppendPair("line", edit.record.line, &json);
  AppendPair("time_ns", std::to_string(edit.record.time_ns), &json);
  std::vector<ingest::LogField> labels = edit.labels;
  ingest::NormalizeLabels(options, &labels);
  json += ",\"labels\":{";
  for (const ingest::LogField& label : labels) {
    AppendPair(label.name, label.value, &json);
  }
  json += "},\"metadata\":{";
  for (const ingest::LogField& field : edit.record.metadata) {
    AppendPair(field.name, field.value, &json);
  }
  json += "},";
  std::string level;
  encoding::AppendJsonQuoted(ingest::LogLevelName(LevelOf(edit, options)), &level);
  return json + "\"detected_level\":" + level + "}";
}

base::Result<std::string> ReadLines(const Arguments& arguments) {
  if (!arguments.positional().empty() && arguments.positional()[0] != "-") {
    return base::Env::Real().files().ReadFile(arguments.positional()[0]);
  }
  return base::Env::Real().files().ReadFile("/dev/stdin");
}

base::Status TestPipeline(const Arguments& arguments) {
  SB_ASSIGN_OR_RETURN(
      const ServerConfig config,
      LoadServerConfig(base::Env::Real().files(), arguments.Get("config", "signalbox.yaml")));
  base::Registry registry;
  ingest::LossCounters losses(&registry);
  ingest::LogMetrics metrics(nullptr, &losses);
  SB_ASSIGN_OR_RETURN(const ingest::LogIngestOptions options,
                      LogIngestOptionsOf(config.logs, &base::Env::Real(), &metrics));
  SB_ASSIGN_OR_RETURN(const std::string text, ReadLines(arguments));
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    ingest::LogEdit edit;
    edit.record.line = rest.substr(0, end);
    edit.record.time_ns = base::Env::Real().clock().Now().Value();
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    const std::vector<std::string> labels = arguments.GetAll("label");
    for (const std::string& label : labels) {
      const size_t equals = label.find('=');
      if (equals == std::string::npos) {
        return base::InvalidArgument("--label takes NAME=VALUE, not: " + label);
      }
      const std::string_view view = label;
      edit.labels.push_back({view.substr(0, equals), view.substr(equals + 1)});
    }
    const ingest::StageVerdict verdict =
        options.pipeline == nullptr ? ingest::StageVerdict::kKeep : options.pipeline->Run(&edit);
    std::printf("%s\n", Describe(edit, verdict, options).c_str());
  }
  for (const std::string& line : metrics.Print()) {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  return base::OkStatus();
}

int RunTestPipeline(const Arguments& arguments) {
  const base::Status status = TestPipeline(arguments);
  if (!status.ok()) {
    std::fprintf(stderr, "signalbox logs test-pipeline: %s\n",
                 std::string(status.message()).c_str());
    return kExitInvalid;
  }
  return kExitOk;
}

}  // namespace

Command LogsCommand() {
  Command test;
  test.name = "test-pipeline";
  test.summary = "Shows what the configured stages make of log lines.";
  test.description =
      "Runs the stages of `logs.pipeline` on the lines of a file, or of the standard input, and\n"
      "prints one JSON object a line: verdict, line, labels, metadata. The metrics that the lines\n"
      "made follow on stderr. Nothing is stored.";
  test.positional = "[FILE]";
  test.flags = {{"config", "FILE", "signalbox.yaml with the stages."},
                {"label", "NAME=VALUE", "A stream label of the lines.", true}};
  test.examples = {"signalbox logs test-pipeline --config signalbox.yaml app.log",
                   "tail -n 100 app.log | signalbox logs test-pipeline --label app=shop"};
  test.run = RunTestPipeline;
  Command command;
  command.name = "logs";
  command.summary = "Works with log lines.";
  command.subcommands = {LogsQueryCommand(), test};
  return command;
}

}  // namespace sb::server
