// SPDX-License-Identifier: Apache-2.0
#include "command_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace sb::load {
namespace {

using rapidjson::Document;
using rapidjson::Value;

enum class Kind : uint8_t { kNumber, kDuration, kText, kSwitch, kList, kIgnoredText, kIgnored };

struct Flag {
  std::string_view name;
  char letter;
  Kind kind;
  const char* option;       // the name in the options' JSON
  const char* environment;  // or null
};
constexpr std::array kFlags = {
    Flag{"vus", 'u', Kind::kNumber, "vus", "K6_VUS"},
    Flag{"duration", 'd', Kind::kDuration, "duration", "K6_DURATION"},
    Flag{"iterations", 'i', Kind::kNumber, "iterations", "K6_ITERATIONS"},
    Flag{"rps", 0, Kind::kNumber, "rps", "K6_RPS"},
    Flag{"batch", 0, Kind::kNumber, "batch", "K6_BATCH"},
    Flag{"batch-per-host", 0, Kind::kNumber, "batchPerHost", "K6_BATCH_PER_HOST"},
    Flag{"max-redirects", 0, Kind::kNumber, "maxRedirects", "K6_MAX_REDIRECTS"},
    Flag{"user-agent", 0, Kind::kText, "userAgent", "K6_USER_AGENT"},
    Flag{"min-iteration-duration", 0, Kind::kDuration, "minIterationDuration",
         "K6_MIN_ITERATION_DURATION"},
    Flag{"insecure-skip-tls-verify", 0, Kind::kSwitch, "insecureSkipTLSVerify",
         "K6_INSECURE_SKIP_TLS_VERIFY"},
    Flag{"no-connection-reuse", 0, Kind::kSwitch, "noConnectionReuse", "K6_NO_CONNECTION_REUSE"},
    Flag{"no-vu-connection-reuse", 0, Kind::kSwitch, "noVUConnectionReuse",
         "K6_NO_VU_CONNECTION_REUSE"},
    Flag{"discard-response-bodies", 0, Kind::kSwitch, "discardResponseBodies",
         "K6_DISCARD_RESPONSE_BODIES"},
    Flag{"throw", 'w', Kind::kSwitch, "throw", "K6_THROW"},
    Flag{"no-setup", 0, Kind::kSwitch, "noSetup", "K6_NO_SETUP"},
    Flag{"no-teardown", 0, Kind::kSwitch, "noTeardown", "K6_NO_TEARDOWN"},
    Flag{"no-thresholds", 0, Kind::kSwitch, "noThresholds", "K6_NO_THRESHOLDS"},
    Flag{"no-cookies-reset", 0, Kind::kSwitch, "noCookiesReset", "K6_NO_COOKIES_RESET"},
    Flag{"summary-trend-stats", 0, Kind::kList, "summaryTrendStats", "K6_SUMMARY_TREND_STATS"},
    Flag{"summary-time-unit", 0, Kind::kText, "summaryTimeUnit", "K6_SUMMARY_TIME_UNIT"},
    // Flags of k6 that change nothing here.
    Flag{"verbose", 'v', Kind::kIgnored, "", nullptr},
    Flag{"no-usage-report", 0, Kind::kIgnored, "", nullptr},
    Flag{"include-system-env-vars", 0, Kind::kIgnored, "", nullptr},
    Flag{"linger", 'l', Kind::kIgnored, "", nullptr},
    Flag{"address", 'a', Kind::kIgnoredText, "", nullptr},
    Flag{"log-output", 0, Kind::kIgnoredText, "", nullptr},
    Flag{"log-format", 0, Kind::kIgnoredText, "", nullptr},
    Flag{"console-output", 0, Kind::kIgnoredText, "", nullptr},
    Flag{"dns", 0, Kind::kIgnoredText, "", nullptr},
    Flag{"compatibility-mode", 0, Kind::kIgnoredText, "", nullptr},
    Flag{"system-tags", 0, Kind::kIgnoredText, "", nullptr},
    Flag{"profiling-enabled", 0, Kind::kIgnored, "", nullptr},
};

std::optional<double> NumberOf(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

void Put(Document* layer, const char* name, Value value) {
  layer->RemoveMember(name);
  layer->AddMember(Value(name, layer->GetAllocator()), value, layer->GetAllocator());
}

Value TextValue(Document* layer, std::string_view text) {
  return Value(text.data(), rapidjson::SizeType(text.size()), layer->GetAllocator());
}

base::Status SetOption(const Flag& flag, const std::string& text, Document* layer) {
  switch (flag.kind) {
    case Kind::kNumber: {
      const auto number = NumberOf(text);
      if (!number) {
        return base::InvalidArgument(std::string(flag.name) + " needs a number: " + text);
      }
      Put(layer, flag.option, Value(*number));
      break;
    }
    case Kind::kDuration:
      SB_RETURN_IF_ERROR(ParseDuration(text).status().WithPrefix(flag.name));
      Put(layer, flag.option, TextValue(layer, text));
      break;
    case Kind::kText: Put(layer, flag.option, TextValue(layer, text)); break;
    case Kind::kSwitch: Put(layer, flag.option, Value(text != "false" && text != "0")); break;
    case Kind::kList: {
      Value list(rapidjson::kArrayType);
      for (size_t at = 0; at <= text.size();) {
        const size_t comma = std::min(text.find(',', at), text.size());
        list.PushBack(TextValue(layer, std::string_view(text).substr(at, comma - at)),
                      layer->GetAllocator());
        at = comma + 1;
      }
      Put(layer, flag.option, std::move(list));
      break;
    }
    case Kind::kIgnoredText:
    case Kind::kIgnored: break;
  }
  return base::OkStatus();
}

// "5s:10,10s:0"
base::Status AddStages(const std::string& text, Document* layer) {
  if (!layer->HasMember("stages")) Put(layer, "stages", Value(rapidjson::kArrayType));
  auto& allocator = layer->GetAllocator();
  for (size_t at = 0; at <= text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    const std::string item = text.substr(at, comma - at);
    at = comma + 1;
    const size_t colon = item.find(':');
    std::optional<double> target;
    if (colon != std::string::npos) target = NumberOf(std::string_view(item).substr(colon + 1));
    if (!target || !ParseDuration(item.substr(0, colon)).ok()) {
      return base::InvalidArgument("a stage is DURATION:TARGET, such as 30s:10: " + item);
    }
    Value stage(rapidjson::kObjectType);
    stage.AddMember("duration", TextValue(layer, item.substr(0, colon)), allocator);
    stage.AddMember("target", Value(*target), allocator);
    (*layer)["stages"].PushBack(stage, allocator);
  }
  return base::OkStatus();
}

base::Status AddTag(const std::string& text, Document* layer) {
  const size_t equal = text.find('=');
  if (equal == std::string::npos || equal == 0) {
    return base::InvalidArgument("a tag is NAME=VALUE: " + text);
  }
  if (!layer->HasMember("tags")) Put(layer, "tags", Value(rapidjson::kObjectType));
  (*layer)["tags"].AddMember(TextValue(layer, text.substr(0, equal)),
                             TextValue(layer, text.substr(equal + 1)), layer->GetAllocator());
  return base::OkStatus();
}

// Flags that are not options of the test. False: not one of these.
base::Result<bool> SetOwn(std::string_view name, const std::string& text, CommandLine* line) {
  if (name == "out") line->outputs.push_back(text);
  else if (name == "env") {
    const size_t equal = text.find('=');
    if (equal == std::string::npos) {
      return base::InvalidArgument("-e needs NAME=VALUE: " + text);
    }
    line->env[text.substr(0, equal)] = text.substr(equal + 1);
  } else if (name == "summary-export") line->summary_export = text;
  else if (name == "config") line->config = text;
  else if (name == "summary-mode") {
    if (text != "compact" && text != "full" && text != "disabled" && text != "legacy") {
      return base::InvalidArgument("--summary-mode is compact, full or disabled: " + text);
    }
    line->summary_mode = text;
    if (text == "disabled") line->no_summary = true;
  } else if (name == "stage") SB_RETURN_IF_ERROR(AddStages(text, &line->options));
  else if (name == "tag") SB_RETURN_IF_ERROR(AddTag(text, &line->options));
  else return false;
  return true;
}

bool SetSwitch(std::string_view name, CommandLine* line) {
  if (name == "quiet") line->quiet = true;
  else if (name == "no-color") line->no_color = true;
  else if (name == "no-summary") line->no_summary = true;
  else if (name == "no-trace-context") line->trace_context = false;
  else if (name == "no-system-env-vars") line->system_environment = false;
  else return false;
  return true;
}

std::string LongName(char letter) {
  switch (letter) {
    case 'o': return "out";
    case 'e': return "env";
    case 's': return "stage";
    case 'q': return "quiet";
    case 'c': return "config";
    case 'h': return "help";
    default: break;
  }
  for (const Flag& flag : kFlags) {
    if (flag.letter == letter) return std::string(flag.name);
  }
  return "";
}

const Flag* FindFlag(std::string_view name) {
  const auto it = std::ranges::find(kFlags, name, &Flag::name);
  return it == kFlags.end() ? nullptr : &*it;
}

bool TakesNothing(const std::string& name) {
  CommandLine probe;
  if (SetSwitch(name, &probe)) return true;
  const Flag* flag = FindFlag(name);
  return flag != nullptr && (flag->kind == Kind::kSwitch || flag->kind == Kind::kIgnored);
}

}  // namespace

base::Result<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments) {
  CommandLine line;
  line.options.SetObject();
  size_t i = 0;
  if (arguments.empty() || arguments[0] == "help" || arguments[0] == "--help" ||
      arguments[0] == "-h") {
    line.command = CommandLine::Command::kHelp;
    return line;
  }
  if (arguments[0] == "version" || arguments[0] == "--version") {
    line.command = CommandLine::Command::kVersion;
    return line;
  }
  if (arguments[i] != "run") {
    return base::InvalidArgument("unknown command (run, version, help): " + arguments[i]);
  }
  for (i = 1; i < arguments.size(); i++) {
    const std::string& argument = arguments[i];
    if (argument == "-" || !argument.starts_with('-')) {
      if (!line.script.empty()) return base::InvalidArgument("a second script: " + argument);
      line.script = argument;
      continue;
    }
    std::string name;
    std::optional<std::string> text;
    if (argument.starts_with("--")) {
      const size_t equal = argument.find('=');
      name = argument.substr(2, equal == std::string::npos ? equal : equal - 2);
      if (equal != std::string::npos) text = argument.substr(equal + 1);
    } else {
      name = LongName(argument[1]);
      if (argument.size() > 2) text = argument.substr(argument[2] == '=' ? 3 : 2);
    }
    if (name == "help") {
      line.command = CommandLine::Command::kHelp;
      return line;
    }
    if (TakesNothing(name)) {
      if (SetSwitch(name, &line)) continue;
      SB_RETURN_IF_ERROR(SetOption(*FindFlag(name), text.value_or("true"), &line.options));
      continue;
    }
    const Flag* flag = FindFlag(name);
    const bool own = name == "out" || name == "env" || name == "summary-export" ||
                     name == "config" || name == "summary-mode" || name == "stage" ||
                     name == "tag";
    if (flag == nullptr && !own) return base::InvalidArgument("unknown flag: " + argument);
    if (!text) {
      if (i + 1 >= arguments.size()) return base::InvalidArgument(argument + " needs a value");
      text = arguments[++i];
    }
    if (own) {
      SB_RETURN_IF_ERROR(SetOwn(name, *text, &line).status());
    } else {
      SB_RETURN_IF_ERROR(SetOption(*flag, *text, &line.options));
    }
  }
  if (line.script.empty()) {
    return base::InvalidArgument("no script is named: run [flags] script.js");
  }
  return line;
}

base::Status ReadEnvironment(const std::map<std::string, std::string>& environment,
                             Document* layer, CommandLine* line) {
  layer->SetObject();
  for (const Flag& flag : kFlags) {
    if (flag.environment == nullptr) continue;
    const auto it = environment.find(flag.environment);
    if (it == environment.end() || it->second.empty()) continue;
    SB_RETURN_IF_ERROR(
        SetOption(flag, it->second, layer).WithPrefix(std::string("in ") + flag.environment));
  }
  const auto text = [&](const char* name) {
    const auto it = environment.find(name);
    return it == environment.end() ? std::string() : it->second;
  };
  if (const std::string stages = text("K6_STAGES"); !stages.empty()) {
    SB_RETURN_IF_ERROR(AddStages(stages, layer));
  }
  if (const std::string out = text("K6_OUT"); !out.empty() && line->outputs.empty()) {
    line->outputs.push_back(out);
  }
  if (line->summary_export.empty()) line->summary_export = text("K6_SUMMARY_EXPORT");
  if (text("K6_NO_SUMMARY") == "true") line->no_summary = true;
  if (!text("NO_COLOR").empty() || text("K6_NO_COLOR") == "true") line->no_color = true;
  return base::OkStatus();
}

std::string HelpText() {
  return R"(Runs k6 scripts and keeps their results in Signalbox.

Usage: signalbox load run [flags] script.js      (or: signalbox-load run …)

  -u, --vus N               virtual users
  -d, --duration TIME       how long, such as 30s, 5m
  -i, --iterations N        how many iterations, shared among the users
  -s, --stage TIME:TARGET   a ramp; may stand several times
  -e, --env NAME=VALUE      what the script finds in __ENV
  -o, --out OUTPUT          experimental-prometheus-rw[=URL] (K6_PROMETHEUS_RW_* are obeyed), or
                            signalbox[=URL]: the same, to http://localhost:9090/api/v1/write
      --tag NAME=VALUE      a tag of all samples
      --summary-export FILE the summary as JSON
      --summary-mode MODE   compact, full, disabled
      --summary-trend-stats avg,min,med,max,p(95),…
      --summary-time-unit   s, ms, us
  -q, --quiet               no banner and no progress
      --no-color            plain text
      --no-trace-context    no traceparent header on requests
      --no-setup --no-teardown --no-thresholds --no-summary
      --rps N --batch N --batch-per-host N --max-redirects N --user-agent TEXT
      --insecure-skip-tls-verify --no-connection-reuse --no-vu-connection-reuse
      --discard-response-bodies --throw --min-iteration-duration TIME
  -c, --config FILE         options in JSON

Exit codes are k6's: 0 passed, 99 a threshold was crossed, 104 options, 107 script, 108 aborted.
docs/load-testing.md has the rest.
)";
}

}  // namespace sb::load
