// SPDX-License-Identifier: Apache-2.0
#include "discovery/target_group.h"

#include <utility>

#include "config/json_reader.h"
#include "config/yaml_reader.h"

namespace sb::discovery {

TargetGroup MakeTargetGroup(std::string source, const StaticConfig& config) {
  TargetGroup group;
  group.source = std::move(source);
  group.labels = config.labels;
  for (const std::string& address : config.targets) {
    group.targets.push_back({{std::string(kAddressLabel), address}});
  }
  return group;
}

base::Result<std::vector<StaticConfig>> ParseTargetGroups(std::string_view text,
                                                          const std::string& name,
                                                          GroupFormat format) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr root, format == GroupFormat::kJson
                                                      ? config::ParseJson(text, name)
                                                      : config::ParseYaml(text, name));
  config::ErrorList errors(name);
  std::vector<StaticConfig> groups;
  config::OptionInfo info;
  info.null_item = "nil target group item found";
  config::Codec<std::vector<StaticConfig>>::Read(*root, info, &groups, errors);
  SB_RETURN_IF_ERROR(errors.ToStatus());
  return groups;
}

}  // namespace sb::discovery
