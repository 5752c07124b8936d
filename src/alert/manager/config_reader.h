// SPDX-License-Identifier: Apache-2.0
//
// Reading of routes and inhibition rules. Internal to manager_config.h.
#pragma once

#include <memory>
#include <string>

#include "alert/manager/manager_config.h"

namespace sb::alert {

class RouteReader {
 public:
  RouteReader(ManagerConfig* config, config::ErrorList& errors)
      : config_(config), errors_(errors) {}
  std::unique_ptr<Route> Read(const config::Node& root);

 private:
  std::unique_ptr<Route> ReadRoute(const config::Node& node, const Route* parent, int depth);
  void ReadOption(const config::Node& key, const config::Node& value, Route* route);
  void ReadGroupBy(const config::Node& value, Route* route);
  void CheckNames(const config::Node& node, const Route& route);
  void CheckRoot(const config::Node& node);

  ManagerConfig* config_;
  config::ErrorList& errors_;
};

// `match`, `match_re` and `matchers` (or with a prefix, "source_match"…), sorted.
AlertMatchers ReadMatchers(const config::Node& node, const std::string& prefix, MatcherMode mode,
                           config::ErrorList& errors);
config::NodePtr WriteRoute(const Route& route);

}  // namespace sb::alert
