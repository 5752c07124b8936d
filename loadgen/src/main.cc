// SPDX-License-Identifier: Apache-2.0
//
// signalbox-load: from the command line to the exit code.
#include <csignal>
#include <cstdio>
#include <unistd.h>

#include <iterator>

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/env.h"
#include "command_line.h"
#include "live_output.h"
#include "module_loader.h"
#include "runner.h"
#include "summary_data.h"
#include "user.h"

extern char** environ;

namespace sb::load {
namespace {

volatile std::sig_atomic_t interrupts = 0;

void OnInterrupt(int) {
  interrupts = interrupts + 1;
  // The second one does not wait.
  if (interrupts > 1) _exit(kExitInterrupted);
}

std::map<std::string, std::string> ProcessEnvironment() {
  std::map<std::string, std::string> out;
  for (char** entry = environ; *entry != nullptr; entry++) {
    const std::string_view text = *entry;
    const size_t equal = text.find('=');
    if (equal != std::string_view::npos) {
      out[std::string(text.substr(0, equal))] = text.substr(equal + 1);
    }
  }
  return out;
}

int Fail(TestState& test, const base::Status& status, int code) {
  test.console.Write("error", status.message(), "");
  return code;
}

base::Status ReadScript(CommandLine& line, TestState* test) {
  auto& files = base::Env::Real().files();
  char folder[4096];
  const std::string here = getcwd(folder, sizeof folder) == nullptr ? "." : folder;
  test->script_path = NormalPath(base::JoinPath(here, line.script == "-" ? "-" : line.script));
  if (line.script != "-") return test->files.Read(test->script_path).status();
  SB_ASSIGN_OR_RETURN(std::string text, files.ReadFile("/dev/stdin"));
  test->files.Put(test->script_path, std::move(text));
  return base::OkStatus();
}

// Options from the weakest to the strongest: file, script, environment, command line.
base::Status MergeOptions(CommandLine& line, const std::string& script_json, TestState* test) {
  rapidjson::Document merged(rapidjson::kObjectType);
  const auto add = [&](const std::string& json, const std::string& what) -> base::Status {
    rapidjson::Document layer;
    layer.Parse(json.c_str());
    if (layer.HasParseError()) return base::InvalidArgument("options are no JSON: " + what);
    MergeLayer(layer, &merged);
    return base::OkStatus();
  };
  if (!line.config.empty()) {
    SB_ASSIGN_OR_RETURN(std::string text, base::Env::Real().files().ReadFile(line.config));
    SB_RETURN_IF_ERROR(add(text, line.config));
  }
  SB_RETURN_IF_ERROR(add(script_json, "the script's"));
  rapidjson::Document environment;
  SB_RETURN_IF_ERROR(ReadEnvironment(ProcessEnvironment(), &environment, &line));
  MergeLayer(environment, &merged);
  MergeLayer(line.options, &merged);
  SB_ASSIGN_OR_RETURN(test->options, ReadOptions(merged));
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  merged.Accept(writer);
  test->options_json = buffer.GetString();
  test->net.hosts = test->options.hosts;
  test->net.insecure_skip_tls_verify = test->options.insecure_skip_tls_verify;
  test->net.no_connection_reuse = test->options.no_connection_reuse;
  return base::OkStatus();
}

base::Result<std::vector<LiveOutputSettings>> ReadOutputs(const CommandLine& line) {
  std::vector<LiveOutputSettings> out;
  for (const std::string& output : line.outputs) {
    const size_t equal = output.find('=');
    const std::string kind = output.substr(0, equal);
    if (kind != "experimental-prometheus-rw" && kind != "signalbox") {
      return base::InvalidArgument(
          "unknown output (signalbox, experimental-prometheus-rw): " + output);
    }
    SB_ASSIGN_OR_RETURN(LiveOutputSettings settings,
                        LiveOutputSettings::FromEnvironment(ProcessEnvironment()));
    if (equal != std::string::npos) settings.url = output.substr(equal + 1);
    Url url;
    if (!ParseUrl(settings.url, &url)) {
      return base::InvalidArgument("no URL for the output: " + settings.url);
    }
    out.push_back(std::move(settings));
  }
  return out;
}

void PrintBanner(const CommandLine& line, const TestState& test) {
  std::string text =
      "\n     execution: local\n        script: " + line.script + "\n        output: ";
  if (line.outputs.empty()) text += "-";
  for (size_t i = 0; i < line.outputs.size(); i++) text += (i > 0 ? ", " : "") + line.outputs[i];
  uint32_t vus = 0;
  Nanos longest = 0;
  for (const Scenario& scenario : test.options.scenarios) {
    vus += scenario.VusMax();
    longest = std::max(longest, scenario.start_time + scenario.RegularDuration() +
                                    scenario.graceful_stop);
  }
  text += fmt::format("\n\n     scenarios: {} scenario{}, {} max VUs, {} max duration (incl. "
                      "graceful stop):\n",
                      test.options.scenarios.size(),
                      test.options.scenarios.size() == 1 ? "" : "s", vus, DurationText(longest));
  for (const Scenario& scenario : test.options.scenarios) {
    text += fmt::format("              * {}: {}\n", scenario.name, scenario.Describe());
  }
  text += "\n\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

// What handleSummary() returned: where to put which text.
void WriteOutputs(TestState& test, const std::string& json) {
  rapidjson::Document outputs;
  outputs.Parse(json.c_str());
  if (!outputs.IsObject()) return;
  for (const auto& output : outputs.GetObject()) {
    const std::string name = output.name.GetString();
    if (!output.value.IsString()) continue;
    const std::string text(output.value.GetString(), output.value.GetStringLength());
    if (name == "stdout" || name == "stderr") {
      std::FILE* to = name == "stdout" ? stdout : stderr;
      std::fwrite(text.data(), 1, text.size(), to);
      std::fflush(to);
      continue;
    }
    const base::Status status =
        base::WriteFileAtomically(base::Env::Real().files(), name, text);
    if (!status.ok()) {
      test.console.Write("error", "handleSummary: " + std::string(status.message()), "");
    }
  }
}

void PrintSummary(const CommandLine& line, TestState& test, User& main_user, Runner& runner,
                  const std::string& setup_json) {
  SummaryView view;
  view.stdout_is_terminal = isatty(STDOUT_FILENO) == 1;
  view.stderr_is_terminal = isatty(STDERR_FILENO) == 1;
  view.setup_json = setup_json;
  const std::string data = SummaryJson(test, runner, view);
  if (!line.summary_export.empty()) {
    const base::Status status =
        base::WriteFileAtomically(base::Env::Real().files(), line.summary_export, data);
    if (!status.ok()) test.console.Write("error", status.message(), "");
  }
  if (line.no_summary) return;
  if (main_user.HasExport("handleSummary")) {
    const CallOutcome outcome = main_user.HandleSummary(data);
    if (outcome.kind == CallOutcome::Kind::kOk) return WriteOutputs(test, outcome.result);
    test.console.Write("error", "handleSummary failed: " + outcome.error, "");
  }
  view.with_values = true;
  const std::string text = main_user.TextSummary(
      SummaryJson(test, runner, view),
      fmt::format("{{\"enableColors\":{},\"full\":{}}}",
                  view.stdout_is_terminal && !line.no_color ? "true" : "false",
                  line.summary_mode == "full" ? "true" : "false"));
  std::fwrite(text.data(), 1, text.size(), stdout);
  const std::string slow = test.trace_context ? SlowestText(runner) : "";
  std::fwrite(slow.data(), 1, slow.size(), stdout);
  std::fflush(stdout);
}

class Session {
 public:
  explicit Session(CommandLine line) : line_(std::move(line)) {}
  int Run();

 private:
  int Prepare();
  int Setup();
  void Execute();
  int Teardown();
  int Outcome(bool crossed);

  CommandLine line_;
  TestState test_;
  std::unique_ptr<IsolateGroup> group_;
  std::unique_ptr<User> main_user_;
  std::unique_ptr<Runner> runner_;
  std::vector<std::unique_ptr<LiveOutput>> outputs_;
  std::string setup_json_;
};

int Session::Prepare() {
  if (line_.system_environment) test_.env = ProcessEnvironment();
  for (const auto& [name, value] : line_.env) test_.env[name] = value;
  test_.trace_context = line_.trace_context;
  if (const base::Status status = ReadScript(line_, &test_); !status.ok()) {
    return Fail(test_, status, kExitScriptException);
  }
  StartV8();
  // Whether series are kept is known before the script is: from flags and environment.
  rapidjson::Document ignored;
  base::Status status = ReadEnvironment(ProcessEnvironment(), &ignored, &line_);
  if (!status.ok()) return Fail(test_, status, kExitInvalidConfig);
  const auto outputs = ReadOutputs(line_);
  if (!outputs.ok()) return Fail(test_, outputs.status(), kExitInvalidConfig);
  test_.keep_series = !outputs->empty();
  group_ = std::make_unique<IsolateGroup>(test_.registry, test_.keep_series);
  main_user_ = std::make_unique<User>(test_, *group_, 0, nullptr);
  status = main_user_->Init();
  if (!status.ok()) return Fail(test_, status, kExitScriptException);
  status = MergeOptions(line_, main_user_->OptionsJson(), &test_);
  if (!status.ok()) return Fail(test_, status, kExitInvalidConfig);
  for (const Scenario& scenario : test_.options.scenarios) {
    if (!main_user_->HasExport(scenario.exec)) {
      return Fail(test_,
                  base::InvalidArgument("scenario " + scenario.name + ": function '" +
                                        scenario.exec + "' not found in exports"),
                  kExitInvalidConfig);
    }
    test_.scenarios.push_back(std::make_unique<ScenarioState>());
    test_.scenarios.back()->scenario = &scenario;
  }
  runner_ = std::make_unique<Runner>(test_, *group_);
  status = runner_->ReadThresholds();
  if (!status.ok()) return Fail(test_, status, kExitInvalidConfig);
  for (const LiveOutputSettings& settings : *outputs) {
    outputs_.push_back(std::make_unique<LiveOutput>(test_, settings, [this] {
      SeriesMap series;
      for (IsolateGroup* group : runner_->groups()) group->results().MergeSeries(&series);
      return series;
    }));
  }
  if (!line_.quiet) PrintBanner(line_, test_);
  status = runner_->Prepare();
  return status.ok() ? kExitOk : Fail(test_, status, kExitScriptException);
}

int Session::Setup() {
  test_.begin = NowNs();
  if (test_.options.no_setup || !main_user_->HasExport("setup")) return kExitOk;
  const CallOutcome outcome =
      main_user_->Call("setup", "", NowNs() + test_.options.setup_timeout);
  setup_json_ = outcome.result;
  if (test_.aborted) return kExitScriptAborted;
  if (outcome.kind == CallOutcome::Kind::kInterrupted) {
    return Fail(test_, base::DeadlineExceeded("setup() execution timed out after " +
                                              DurationText(test_.options.setup_timeout)),
                kExitSetupTimeout);
  }
  if (outcome.kind == CallOutcome::Kind::kThrew) {
    return Fail(test_, base::InvalidArgument(outcome.error), kExitScriptException);
  }
  return kExitOk;
}

void Session::Execute() {
  const bool draw = !line_.quiet && isatty(STDERR_FILENO) == 1;
  for (auto& output : outputs_) output->Start();
  runner_->Run(setup_json_, [&] {
    if (draw) test_.console.SetProgress(runner_->ProgressText());
    if (interrupts > 0 && !test_.stopping) {
      test_.console.Write("warning", "interrupted: iterations may end within their grace; a "
                                     "second interrupt ends at once", "");
      runner_->Stop(NowNs() + 30 * kSecond);
    }
  });
  if (draw) test_.console.SetProgress("");
}

int Session::Teardown() {
  if (test_.options.no_teardown || !main_user_->HasExport("teardown")) return kExitOk;
  const CallOutcome outcome =
      main_user_->Call("teardown", setup_json_, NowNs() + test_.options.teardown_timeout);
  if (outcome.kind == CallOutcome::Kind::kInterrupted && !test_.aborted) {
    return Fail(test_, base::DeadlineExceeded("teardown() execution timed out"),
                kExitTeardownTimeout);
  }
  if (outcome.kind == CallOutcome::Kind::kThrew) {
    return Fail(test_, base::InvalidArgument(outcome.error), kExitScriptException);
  }
  return kExitOk;
}

int Session::Outcome(bool crossed) {
  if (test_.aborted) return kExitScriptAborted;
  if (crossed) {
    std::string names;
    for (const ThresholdSet& set : runner_->thresholds()) {
      for (const Threshold& threshold : set.thresholds) {
        if (!threshold.failed) continue;
        names += (names.empty() ? "" : ", ") + set.metric;
        break;
      }
    }
    if (!runner_->threshold_aborted()) {
      test_.console.Write("error", "thresholds on metrics '" + names + "' have been crossed", "");
    }
    return kExitThresholds;
  }
  if (test_.marked_failed) return kExitMarkedFailed;
  return interrupts > 0 ? kExitInterrupted : kExitOk;
}

int Session::Run() {
  std::signal(SIGPIPE, SIG_IGN);
  if (const int code = Prepare(); code != kExitOk) return code;
  std::signal(SIGINT, OnInterrupt);
  std::signal(SIGTERM, OnInterrupt);
  const int set_up = Setup();
  if (set_up != kExitOk) return set_up;
  Execute();
  const int torn_down = Teardown();
  for (auto& output : outputs_) output->Finish();
  const bool crossed = runner_->EvaluateThresholds();
  PrintSummary(line_, test_, *main_user_, *runner_, setup_json_);
  const int code = Outcome(crossed);
  return code == kExitOk ? torn_down : code;
}

int Main(const std::vector<std::string>& arguments) {
  auto line = ParseCommandLine(arguments);
  if (!line.ok()) {
    std::fprintf(stderr, "error: %s\n", std::string(line.status().message()).c_str());
    return kExitInvalidConfig;
  }
  switch (line->command) {
    case CommandLine::Command::kHelp: std::fputs(HelpText().c_str(), stdout); return kExitOk;
    case CommandLine::Command::kVersion:
      std::fputs("signalbox-load 0.1.0 (k6 scripts on V8)\n", stdout);
      return kExitOk;
    case CommandLine::Command::kRun: break;
  }
  // The main user runs scripts too, and needs the stack for it.
  int code = kExitOk;
  pthread_join(StartUserThread([&] {
                 Session session(std::move(line).value());
                 code = session.Run();
                 // V8's isolates and the users' threads end with the process.
                 std::fflush(stdout);
                 std::fflush(stderr);
                 _exit(code);
               }),
               nullptr);
  return code;
}

}  // namespace
}  // namespace sb::load

int main(int argc, char** argv) {
  return sb::load::Main(std::vector<std::string>(argv + 1, argv + argc));
}
