// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "alert/provisioning/alerting_api.h"
#include "alert/provisioning/api_reply.h"
#include "alert/provisioning/node_read.h"

namespace sb::provisioning {
namespace {

using config::MakePlain;
using config::MakeString;
using config::Node;
using config::NodePtr;

constexpr char kSeparator = '\x1f';

// What the API adds to a rule that it was given.
NodePtr Completed(const Node& rule, const std::string& uid, const std::string& folder,
                  const std::string& group, const std::string& now) {
  NodePtr body = With(rule, "uid", MakeString(uid));
  body = With(*body, "folderUID", MakeString(folder));
  body = With(*body, "ruleGroup", MakeString(group));
  body = With(*body, "provenance", nullptr);
  body = With(*body, "updated", MakeString(now));
  if (TextAt(*body, "id").empty()) {
    body = With(*body, "id", MakePlain("1"));
  }
  return body;
}

}  // namespace

void AlertingApi::ListRules(Writer& writer) const {
  const auto documents = store_.List("rule");
  if (!documents.ok()) {
    return SendProblem(writer, documents.status());
  }
  std::vector<NodePtr> rules;
  for (const Document& document : *documents) {
    rules.push_back(Shown(document));
  }
  SendJson(writer, 200, *config::MakeSequence(std::move(rules)));
}

void AlertingApi::GetRule(const Request& request, Writer& writer) const {
  const auto document = store_.Get("rule", std::string(request.path_params.Get("uid")));
  if (!document.ok()) {
    return SendMessage(writer, 404, "alert rule not found");
  }
  SendJson(writer, 200, *Shown(*document));
}

void AlertingApi::PutRule(const Request& request, Writer& writer) const {
  const auto body = ReadBody(request);
  if (!body.ok()) {
    return SendProblem(writer, body.status());
  }
  std::string uid(request.path_params.Get("uid"));
  const bool fresh = uid.empty();
  if (fresh) {
    uid = TextAt(**body, "uid").empty() ? store_.NewUid() : TextAt(**body, "uid");
  } else if (const auto known = store_.Get("rule", uid); !known.ok()) {
    return SendMessage(writer, 404, "alert rule not found");
  } else if (const base::Status writable = CheckWritable(*known); !writable.ok()) {
    return SendProblem(writer, writable);
  }
  const Document document{uid, ProvenanceOf(request),
                          Completed(**body, uid, TextAt(**body, "folderUID"),
                                    TextAt(**body, "ruleGroup"), store_.NowText())};
  base::Status status = ReadGrafanaRule(*document.body).status();
  status = status.ok() ? store_.Put("rule", document) : status;
  if (!status.ok()) {
    return SendProblem(writer, status);
  }
  changed_("rule");
  SendJson(writer, fresh ? 201 : 200, *Shown(document));
}

void AlertingApi::DeleteRule(const Request& request, Writer& writer) const {
  const base::Status deleted = store_.Delete("rule", std::string(request.path_params.Get("uid")));
  // Terraform deletes what may be gone with its folder: that is no error.
  if (!deleted.ok() && deleted.code() != base::StatusCode::kNotFound) {
    return SendProblem(writer, deleted);
  }
  changed_("rule");
  writer.Send(net::HttpResponse(204));
}

base::Result<NodePtr> AlertingApi::GroupNode(const std::string& folder,
                                             const std::string& group) const {
  SB_ASSIGN_OR_RETURN(const auto documents, store_.List("rule"));
  std::vector<NodePtr> rules;
  for (const Document& document : documents) {
    if (TextAt(*document.body, "folderUID") == folder &&
        TextAt(*document.body, "ruleGroup") == group) {
      rules.push_back(Shown(document));
    }
  }
  if (rules.empty()) {
    return base::NotFound("rule group does not exist");
  }
  return config::MakeMapping(
      {{"title", MakeString(group)},
       {"folderUid", MakeString(folder)},
       {"interval", MakePlain(std::to_string(store_.IntervalOf(folder, group)))},
       {"rules", config::MakeSequence(std::move(rules))}});
}

void AlertingApi::GetGroup(const Request& request, Writer& writer) const {
  const auto node = GroupNode(std::string(request.path_params.Get("folder")),
                              std::string(request.path_params.Get("group")));
  if (!node.ok()) {
    return SendProblem(writer, node.status());
  }
  SendJson(writer, 200, **node);
}

void AlertingApi::PutGroup(const Request& request, Writer& writer) const {
  const std::string folder(request.path_params.Get("folder"));
  const std::string group(request.path_params.Get("group"));
  const auto body = ReadBody(request);
  const Node* list = body.ok() ? (*body)->Find("rules") : nullptr;
  if (list == nullptr) {
    return SendProblem(writer,
                       body.ok() ? base::InvalidArgument("a group needs rules") : body.status());
  }
  // Everything is checked before anything is changed.
  std::vector<Document> fresh;
  std::set<std::string> uids;
  for (const NodePtr& rule : list->items) {
    const std::string own = TextAt(*rule, "uid");
    const std::string uid = own.empty() ? store_.NewUid() : own;
    fresh.push_back(
        {uid, ProvenanceOf(request), Completed(*rule, uid, folder, group, store_.NowText())});
    uids.insert(uid);
    const auto read = ReadGrafanaRule(*fresh.back().body);
    if (!read.ok()) {
      return SendProblem(writer, read.status());
    }
  }
  const auto before = store_.List("rule");
  if (!before.ok()) {
    return SendProblem(writer, before.status());
  }
  for (const Document& document : *before) {
    const bool here = TextAt(*document.body, "folderUID") == folder &&
                      TextAt(*document.body, "ruleGroup") == group;
    if (here && document.provenance == "file") {
      return SendProblem(writer, CheckWritable(document));
    }
    if (here && !uids.contains(document.id)) {
      (void)store_.Delete("rule", document.id);  // gone already: what was wanted
    }
  }
  base::Status status = store_.Put(
      "group", {folder + kSeparator + group, "api",
                config::MakeMapping(
                    {{"interval", MakePlain(std::to_string(IntAt(**body, "interval", 60)))}})});
  for (const Document& document : fresh) {
    status = status.ok() ? store_.Put("rule", document) : status;
  }
  const auto shown = status.ok() ? GroupNode(folder, group) : base::Result<NodePtr>(status);
  changed_("rule");
  if (!shown.ok()) {
    return SendProblem(writer, shown.status());
  }
  SendJson(writer, 200, **shown);
}

void AlertingApi::DeleteGroup(const Request& request, Writer& writer) const {
  const std::string folder(request.path_params.Get("folder"));
  const std::string group(request.path_params.Get("group"));
  const auto documents = store_.List("rule");
  for (size_t i = 0; documents.ok() && i < documents->size(); ++i) {
    const Document& document = (*documents)[i];
    if (TextAt(*document.body, "folderUID") == folder &&
        TextAt(*document.body, "ruleGroup") == group && document.provenance != "file") {
      (void)store_.Delete("rule", document.id);
    }
  }
  changed_("rule");
  writer.Send(net::HttpResponse(204));
}

uint64_t AlertingApi::RulesIn(const std::string& folder) const {
  const auto documents = store_.List("rule");
  return documents.ok()
             ? static_cast<uint64_t>(std::count_if(documents->begin(), documents->end(),
                                                   [&folder](const Document& document) {
                                                     return TextAt(*document.body, "folderUID") ==
                                                            folder;
                                                   }))
             : 0;
}

base::Status AlertingApi::DeleteRulesIn(const std::string& folder) const {
  SB_ASSIGN_OR_RETURN(const auto documents, store_.List("rule"));
  for (const Document& document : documents) {
    if (TextAt(*document.body, "folderUID") == folder) {
      SB_RETURN_IF_ERROR(CheckWritable(document));
      SB_RETURN_IF_ERROR(store_.Delete("rule", document.id));
    }
  }
  changed_("rule");
  return base::OkStatus();
}

void AlertingApi::AddRuleRoutes(net::Router* router) const {
  using Method = void (AlertingApi::*)(const Request&, Writer&) const;
  const std::string base = "/api/v1/provisioning";
  const auto add = [&](const char* method, const std::string& path, Method handler) {
    router->Handle(method, base + path,
                   [this, handler](const Request& r, Writer& w) { (this->*handler)(r, w); });
  };
  router->Handle("GET", base + "/alert-rules", [this](const Request&, Writer& w) { ListRules(w); });
  add("POST", "/alert-rules", &AlertingApi::PutRule);
  add("GET", "/alert-rules/{uid}", &AlertingApi::GetRule);
  add("PUT", "/alert-rules/{uid}", &AlertingApi::PutRule);
  add("DELETE", "/alert-rules/{uid}", &AlertingApi::DeleteRule);
  add("GET", "/folder/{folder}/rule-groups/{group}", &AlertingApi::GetGroup);
  add("PUT", "/folder/{folder}/rule-groups/{group}", &AlertingApi::PutGroup);
  add("DELETE", "/folder/{folder}/rule-groups/{group}", &AlertingApi::DeleteGroup);
}

void AlertingApi::AddRoutes(net::Router* router) const {
  AddRuleRoutes(router);
  AddContactRoutes(router);
  AddNamedRoutes(router);
}

}  // namespace sb::provisioning
