// SPDX-License-Identifier: Apache-2.0
#include "alert/provisioning/merged_routing.h"

#include <set>

#include "alert/provisioning/node_read.h"
#include "config/yaml_reader.h"
#include "config/yaml_writer.h"

namespace sb::provisioning {
namespace {

using config::MakeMapping;
using config::MakeSequence;
using config::MakeString;
using config::Node;
using config::NodePtr;

constexpr std::string_view kPrefix = "grafana/";

std::set<std::string> NamesIn(const Node* list) {
  std::set<std::string> names;
  for (size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
    names.insert(TextAt(*list->items[i], "name"));
  }
  return names;
}

// Names that both files give get a prefix in Grafana's.
struct Renames {
  std::set<std::string> taken;
  std::string operator()(const std::string& name) const {
    return taken.contains(name) ? std::string(kPrefix) + name : name;
  }
};

NodePtr RenamedList(const Node& list, const Renames& rename) {
  std::vector<NodePtr> items;
  for (const NodePtr& item : list.items) {
    items.push_back(MakeString(rename(item->text)));
  }
  return MakeSequence(std::move(items));
}

NodePtr RenamedRoute(const Node& route, const Renames& receivers, const Renames& intervals) {
  NodePtr out = std::make_shared<Node>(route);
  if (const Node* receiver = route.Find("receiver"); receiver != nullptr) {
    out = With(*out, "receiver", MakeString(receivers(receiver->text)));
  }
  for (const char* key : {"mute_time_intervals", "active_time_intervals"}) {
    if (const Node* list = route.Find(key); list != nullptr) {
      out = With(*out, key, RenamedList(*list, intervals));
    }
  }
  if (const Node* children = route.Find("routes"); children != nullptr) {
    std::vector<NodePtr> items;
    for (const NodePtr& child : children->items) {
      items.push_back(RenamedRoute(*child, receivers, intervals));
    }
    out = With(*out, "routes", MakeSequence(std::move(items)));
  }
  return out;
}

// Both lists, Grafana's names changed where they are taken.
NodePtr Joined(const Node* own, const Node* theirs, const Renames& rename) {
  std::vector<NodePtr> items = own == nullptr ? std::vector<NodePtr>{} : own->items;
  for (size_t i = 0; theirs != nullptr && i < theirs->items.size(); ++i) {
    const Node& item = *theirs->items[i];
    items.push_back(With(item, "name", MakeString(rename(TextAt(item, "name")))));
  }
  return MakeSequence(std::move(items));
}

}  // namespace

base::Result<std::string> MergedRouting(std::string_view own_text, const std::string& own_file,
                                        std::string_view grafana_text) {
  SB_ASSIGN_OR_RETURN(const NodePtr own, config::ParseYaml(own_text, own_file));
  SB_ASSIGN_OR_RETURN(const NodePtr grafana, config::ParseYaml(grafana_text, "contact points"));
  const Node* route = own->Find("route");
  const Node* their_route = grafana->Find("route");
  if (route == nullptr || their_route == nullptr) {
    return base::InvalidArgument("no routes provided in " + own_file);
  }
  Renames receivers{NamesIn(own->Find("receivers"))};
  Renames intervals{NamesIn(own->Find("time_intervals"))};
  intervals.taken.merge(NamesIn(own->Find("mute_time_intervals")));
  const NodePtr policy = With(
      *RenamedRoute(*their_route, receivers, intervals), "matchers",
      MakeSequence({MakeString(std::string(kGrafanaFolderLabel) + "!=\"\"")}));
  std::vector<NodePtr> children{policy};
  if (const Node* routes = route->Find("routes"); routes != nullptr) {
    children.insert(children.end(), routes->items.begin(), routes->items.end());
  }
  NodePtr merged = With(*own, "route", With(*route, "routes", MakeSequence(std::move(children))));
  merged = With(*merged, "receivers",
                Joined(own->Find("receivers"), grafana->Find("receivers"), receivers));
  if (const Node* theirs = grafana->Find("time_intervals"); theirs != nullptr) {
    merged =
        With(*merged, "time_intervals", Joined(own->Find("time_intervals"), theirs, intervals));
  }
  return config::WriteYaml(*merged);
}

}  // namespace sb::provisioning
