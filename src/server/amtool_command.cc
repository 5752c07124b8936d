// SPDX-License-Identifier: Apache-2.0
//
// `signalbox amtool check-config FILE…` and `signalbox amtool config routes show|test`: amtool's
// commands that need no server, with the same output. Its other commands work against this program
// with the real amtool.
#include <algorithm>
#include <cstdio>

#include "alert/manager/manager_config.h"
#include "alert/notify/templates.h"
#include "base/env.h"
#include "server/commands.h"

namespace sb::server {
namespace {

using alert::ManagerConfig;
using alert::Route;

base::Result<std::shared_ptr<const ManagerConfig>> Load(const std::string& path) {
  SB_ASSIGN_OR_RETURN(const std::string text, base::Env::Real().files().ReadFile(path));
  return alert::ParseManagerConfig(text, path, {});
}

// The first complaint without "file:line:column: ".
std::string FirstComplaint(const base::Status& status, const std::string& path) {
  std::string line(status.message().substr(0, status.message().find('\n')));
  if (line.starts_with(path + ":")) {
    const size_t end = line.find(": ");
    line = end == std::string::npos ? line : line.substr(end + 2);
  }
  return line;
}

bool CheckOne(const std::string& path) {
  std::printf("Checking '%s'", path.c_str());
  const auto config = Load(path);
  if (!config.ok()) {
    std::printf("  FAILED: %s\n\n", FirstComplaint(config.status(), path).c_str());
    return false;
  }
  std::printf("  SUCCESS\nFound:\n - global config\n - route\n");
  std::printf(" - %zu inhibit rules\n - %zu receivers\n - %zu templates\n",
              (*config)->inhibit_rules.size(), (*config)->receivers.size(),
              (*config)->templates.size());
  for (const std::string& warning : (*config)->warnings) {
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
  }
  bool good = true;
  if (!(*config)->templates.empty()) {
    const auto templates = notify::Templates::Load(base::Env::Real(), (*config)->templates);
    good = templates.ok();
    std::printf("%s\n", good ? "  SUCCESS"
                             : ("  FAILED: " + std::string(templates.status().message())).c_str());
  }
  std::printf("\n");
  return good;
}

int RunCheckConfig(const Arguments& arguments) {
  size_t failed = 0;
  for (const std::string& path : arguments.positional()) {
    failed += CheckOne(path) ? 0 : 1;
  }
  if (failed > 0) {
    std::fflush(stdout);
    std::fprintf(stderr, "amtool: error: failed to validate %zu file(s)\n\n", failed);
    return kExitFailed;
  }
  return kExitOk;
}

struct Tree {
  std::string text;
  std::vector<Tree> children;
};

std::string Describe(const Route& route, bool with_continue, bool with_receiver) {
  std::string text = route.matchers.empty() ? "default-route" : ToString(route.matchers);
  text += with_continue && route.goes_on ? "  continue: true" : "";
  return text + (with_receiver ? "  receiver: " + route.receiver : "");
}

Tree WholeTree(const Route& route) {
  Tree tree{Describe(route, true, true), {}};
  for (const auto& child : route.routes) {
    tree.children.push_back(WholeTree(*child));
  }
  return tree;
}

Tree MatchingTree(const Route& route, const model::LabelSet& labels) {
  Tree tree{Describe(route, false, false), {}};
  for (const auto& child : route.routes) {
    if (MatchAll(child->matchers, labels)) {
      tree.children.push_back(MatchingTree(*child, labels));
      if (!child->goes_on) {
        break;
      }
    }
  }
  if (tree.children.empty()) {
    tree.text = Describe(route, false, true);
  }
  return tree;
}

void PrintTree(const Tree& tree, const std::string& indent, bool last) {
  std::printf("%s%s %s\n", indent.c_str(), last ? "└──" : "├──", tree.text.c_str());
  for (size_t i = 0; i < tree.children.size(); ++i) {
    PrintTree(tree.children[i], indent + (last ? "    " : "│   "), i + 1 == tree.children.size());
  }
}

base::Result<std::shared_ptr<const ManagerConfig>> LoadFlag(const Arguments& arguments) {
  std::fputs("Warning: --config.file flag overrides the --alertmanager.url.\n", stderr);
  return Load(arguments.Get("config.file"));
}

int RunRoutesShow(const Arguments& arguments) {
  const auto config = LoadFlag(arguments);
  if (!config.ok()) {
    std::fprintf(stderr, "amtool: error: %s\n", std::string(config.status().message()).c_str());
    return kExitFailed;
  }
  std::printf("Routing tree:\n.\n");
  PrintTree(WholeTree(*(*config)->route), "", true);
  std::printf("\n");
  return kExitOk;
}

int RunRoutesTest(const Arguments& arguments) {
  const auto config = LoadFlag(arguments);
  if (!config.ok()) {
    std::fprintf(stderr, "amtool: error: %s\n", std::string(config.status().message()).c_str());
    return kExitFailed;
  }
  std::vector<model::Label> pairs;
  for (const std::string& word : arguments.positional()) {
    const size_t equal = word.find('=');
    if (equal == std::string::npos) {
      std::fprintf(stderr, "amtool: error: no label: %s\n", word.c_str());
      return kExitFailed;
    }
    std::string_view value = std::string_view(word).substr(equal + 1);
    if (value.size() > 1 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    pairs.push_back({std::string_view(word).substr(0, equal), value});
  }
  const model::LabelSet labels = model::LabelSet::FromLabels(std::move(pairs));
  if (arguments.Has("tree")) {
    std::printf("Matching routes:\n.\n");
    PrintTree(MatchingTree(*(*config)->route, labels), "", true);
    std::printf("\n\n");
  }
  std::vector<const Route*> routes;
  (*config)->route->Match(labels, &routes);
  std::string receivers;
  for (const Route* route : routes) {
    receivers += (receivers.empty() ? "" : ",") + route->receiver;
  }
  std::printf("%s\n", receivers.c_str());
  if (arguments.Has("verify.receivers") && arguments.Get("verify.receivers") != receivers) {
    std::printf("WARNING: Expected receivers did not match resolved receivers.\n");
    return kExitFailed;
  }
  return kExitOk;
}

}  // namespace

Command AmtoolCommand() {
  const Flag file{.name = "config.file",
                  .value_name = "FILE",
                  .sentence = "An alertmanager.yml.",
                  .required = true};
  Command show;
  show.name = "show";
  show.summary = "Shows the tree of routes.";
  show.flags = {file};
  show.run = RunRoutesShow;
  Command test;
  test.name = "test";
  test.summary = "Shows which receivers an alert with these labels reaches.";
  test.positional = "LABEL=VALUE…";
  test.flags = {
      file,
      {.name = "verify.receivers",
       .value_name = "NAMES",
       .sentence = "Fail unless exactly these are reached, in this order."},
      {.name = "tree", .value_name = "", .sentence = "Show the way through the routes as well."}};
  test.run = RunRoutesTest;
  Command routes;
  routes.name = "routes";
  routes.summary = "Routes of an alertmanager.yml.";
  routes.subcommands = {show, test};
  Command config;
  config.name = "config";
  config.summary = "Questions to an alertmanager.yml.";
  config.subcommands = {routes};
  Command check;
  check.name = "check-config";
  check.summary = "Checks alertmanager.yml files and their templates.";
  check.positional = "FILE…";
  check.run = RunCheckConfig;
  Command command;
  command.name = "amtool";
  command.summary = "amtool's commands that need no server, with its output.";
  command.subcommands = {check, config};
  command.examples = {"signalbox amtool check-config alertmanager.yml",
                      "signalbox amtool config routes test --config.file=alertmanager.yml a=b"};
  return command;
}

}  // namespace sb::server
