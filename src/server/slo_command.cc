// SPDX-License-Identifier: Apache-2.0
//
// `signalbox slo generate` and `signalbox slo validate`: what Sloth and Pyrra do with SLO files.
#include <fmt/format.h>

#include <cstdio>

#include "alert/rules/rule_file.h"
#include "base/env.h"
#include "config/duration.h"
#include "config/yaml_writer.h"
#include "server/build_info.h"
#include "server/commands.h"
#include "slo/pyrra_rules.h"
#include "slo/slo_loader.h"
#include "slo/sloth_rules.h"

namespace sb::server {
namespace {

base::Status ReadWindows(const std::string& path, slo::SlothOptions* options) {
  SB_ASSIGN_OR_RETURN(const std::string text, base::Env::Real().files().ReadFile(path));
  SB_ASSIGN_OR_RETURN(const auto documents, slo::ParseDocuments(text, path));
  for (const config::NodePtr& document : documents) {
    SB_ASSIGN_OR_RETURN(const slo::AlertWindows windows, slo::ReadAlertWindows(*document, path));
    options->windows[windows.period.Value()] = windows;
  }
  return base::OkStatus();
}

base::Result<slo::SlothOptions> OptionsOf(const Arguments& arguments) {
  slo::SlothOptions options;
  if (arguments.Has("default-slo-period")) {
    SB_ASSIGN_OR_RETURN(options.period, config::ParseDuration(arguments.Get("default-slo-period")));
  }
  for (const std::string& path : arguments.GetAll("alert-windows")) {
    SB_RETURN_IF_ERROR(ReadWindows(path, &options));
  }
  for (const std::string& label : arguments.GetAll("extra-label")) {
    const size_t equals = label.find('=');
    if (equals == std::string::npos) {
      return base::InvalidArgument("--extra-label: expected NAME=VALUE: " + label);
    }
    options.extra_labels[label.substr(0, equals)] = label.substr(equals + 1);
  }
  return options;
}

base::Result<std::string> Generate(const std::string& path, const slo::SlothOptions& options,
                                   const slo::SlothRuleOptions& rule_options,
                                   const std::string& external_url) {
  SB_ASSIGN_OR_RETURN(const std::string text, base::Env::Real().files().ReadFile(path));
  SB_ASSIGN_OR_RETURN(const auto documents, slo::ParseDocuments(text, path));
  std::vector<slo::SlothSpec> sloth;
  std::vector<slo::Objective> objectives;
  rules::RuleFile plain;
  for (const config::NodePtr& document : documents) {
    if (slo::IsSloth(*document)) {
      SB_ASSIGN_OR_RETURN(slo::SlothSpec spec, slo::ReadSloth(*document, path, options));
      objectives.insert(objectives.end(), spec.objectives.begin(), spec.objectives.end());
      sloth.push_back(std::move(spec));
    } else if (slo::IsPyrra(*document)) {
      SB_ASSIGN_OR_RETURN(const slo::PyrraSpec spec, slo::ReadPyrra(*document, path));
      plain.groups.push_back(slo::PyrraIncreases(spec));
      plain.groups.push_back(slo::PyrraBurnRates(spec, external_url));
      if (auto generic = slo::PyrraGeneric(spec)) {
        plain.groups.push_back(*std::move(generic));
      }
    }
  }
  if (!sloth.empty()) {
    SB_RETURN_IF_ERROR(slo::CheckUniqueIds(objectives));
    return slo::SlothFile(sloth, rule_options);
  }
  if (plain.groups.empty()) {
    SB_ASSIGN_OR_RETURN(const slo::LoadedSlos loaded,
                        slo::LoadSloFiles(base::Env::Real().files(), {path}));
    for (const slo::SloRules& rules : loaded.rules) {
      plain.groups.insert(plain.groups.end(), rules.groups.begin(), rules.groups.end());
    }
  }
  return config::WriteYaml(*config::Codec<rules::RuleFile>::Write(plain));
}

int RunGenerate(const Arguments& arguments, bool print) {
  if (arguments.positional().empty()) {
    std::fputs("signalbox slo: name at least one SLO file\n", stderr);
    return kExitUsage;
  }
  const auto options = OptionsOf(arguments);
  if (!options.ok()) {
    std::fprintf(stderr, "%s\n", std::string(options.status().message()).c_str());
    return kExitUsage;
  }
  slo::SlothRuleOptions rule_options;
  rule_options.version = std::string(Version());
  rule_options.alerts = !arguments.Has("disable-alerts");
  rule_options.recordings = !arguments.Has("disable-recordings");
  int exit_code = kExitOk;
  for (const std::string& path : arguments.positional()) {
    const auto made = Generate(path, *options, rule_options, arguments.Get("external-url"));
    if (!made.ok()) {
      std::fprintf(stderr, "%s\n", std::string(made.status().message()).c_str());
      exit_code = kExitInvalid;
    } else if (print) {
      std::fputs(made->c_str(), stdout);
    } else {
      std::printf("%s: valid\n", path.c_str());
    }
  }
  return exit_code;
}

}  // namespace

Command SloCommand() {
  Command generate;
  generate.name = "generate";
  generate.summary = "Prints the Prometheus rules of SLO files (native, Sloth, Pyrra, OpenSLO).";
  generate.positional = "FILE…";
  generate.flags = {
      {"default-slo-period", "DURATION", "Period of Sloth's SLOs (default 30d)."},
      {"alert-windows", "FILE", "A file of kind AlertWindows; may be repeated.", true},
      {"extra-label", "NAME=VALUE", "A label for all rules; may be repeated.", true},
      {"disable-alerts", "", "Only recording rules."},
      {"disable-recordings", "", "Only alerting rules."},
      {"external-url", "URL", "Of Pyrra, for the links in its alerts."}};
  generate.examples = {"signalbox slo generate slo.yml > rules.yml"};
  generate.run = [](const Arguments& arguments) { return RunGenerate(arguments, true); };
  Command validate = generate;
  validate.name = "validate";
  validate.summary = "Checks SLO files; exit code 3 if one is not valid.";
  validate.examples = {"signalbox slo validate slo/*.yml"};
  validate.run = [](const Arguments& arguments) { return RunGenerate(arguments, false); };
  Command command;
  command.name = "slo";
  command.summary = "Service level objectives.";
  command.subcommands = {generate, validate};
  return command;
}

}  // namespace sb::server
