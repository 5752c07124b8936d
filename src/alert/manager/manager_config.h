// SPDX-License-Identifier: Apache-2.0
//
// ManagerConfig is an alertmanager.yml: strict, with the reference's messages.
//
//   SB_ASSIGN_OR_RETURN(auto config, ParseManagerConfig(text, "alertmanager.yml", options));
//
// kInvalidArgument lists everything that is wrong, one "file:line:column: message" a line. No file
// that the configuration names (templates, secrets) is opened. ToYaml() shows it again with
// defaults filled in and secrets as <secret>.
//
// Threads: immutable once parsed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "alert/manager/matcher.h"
#include "alert/manager/route.h"
#include "alert/manager/time_interval.h"
#include "alert/notify/notifier.h"
#include "base/env.h"

namespace sb::alert {

struct InhibitRule {
  std::string name;
  AlertMatchers source;
  AlertMatchers target;
  std::vector<std::string> equal;
};

struct Integration {
  const notify::ReceiverType* type = nullptr;
  notify::Sheet sheet;
  size_t index = 0;  // among those of the type in the receiver
  bool send_resolved() const { return sheet.Bool("send_resolved"); }
};

struct Receiver {
  std::string name;
  notify::TextMap labels;
  std::vector<Integration> integrations;
};

struct ManagerConfig {
  std::string file;
  MatcherMode mode = MatcherMode::kFallback;
  notify::Sheet global{&notify::GlobalSpec()};
  std::vector<std::string> templates;
  std::unique_ptr<Route> route;
  std::vector<const Route*> all_routes;  // by index
  std::vector<InhibitRule> inhibit_rules;
  std::vector<Receiver> receivers;
  std::vector<NamedTimeInterval> time_intervals;
  config::NodePtr source;
  // What is read but not done, "file:line:column: what, and what to do" each.
  std::vector<std::string> warnings;

  base::DurationMs resolve_timeout() const { return global.Duration("resolve_timeout"); }
  const Receiver* FindReceiver(std::string_view name) const;
  const NamedTimeInterval* FindInterval(std::string_view name) const;
  std::string ToYaml() const;
};

struct ManagerConfigOptions {
  MatcherMode mode = MatcherMode::kFallback;
  base::FileSystem* files = nullptr;  // for time zones; null: the machine's
  std::string folder;                 // relative file names are relative to it; "" leaves them
};

base::Result<std::shared_ptr<const ManagerConfig>> ParseManagerConfig(
    std::string_view text, const std::string& file, const ManagerConfigOptions& options);

// What is in force when the user gives no file: a route to a receiver that tells nobody.
std::string_view DefaultManagerConfig();

// One section, for tests.
std::vector<InhibitRule> ReadInhibitRules(const config::Node& node, MatcherMode mode,
                                          config::ErrorList& errors);

}  // namespace sb::alert
