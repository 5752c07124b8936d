// SPDX-License-Identifier: Apache-2.0
//
// Jira: one issue per group, found again by the label ALERT{hash}: created, updated, resolved and
// reopened by transitions.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "config/json_reader.h"
#include "template/go_json.h"
#include "template/text_escapes.h"

namespace sb::notify {
namespace {

constexpr size_t kSummaryRunesMax = 255;
constexpr size_t kDescriptionRunesMax = 32'767;

std::string Child(const config::Node* node, std::string_view key) {
  const config::Node* value = node == nullptr ? nullptr : node->Find(key);
  return value == nullptr ? "" : value->text;
}

struct Issue {
  std::string key;
  bool done = false;
};

class Jira : public HttpNotifier {
 public:
  Jira(const Sheet& sheet, const NotifierContext& context) : HttpNotifier(sheet, context) {
    retry_429_ = true;
  }

  SendResult Send(const Message& message) override {
    Renderer render(templates(), message);
    const std::string label = "ALERT{" + KeyHash(message.group_key) + "}";
    Issue issue;
    SendResult result = Find(message, render, label, &issue);
    if (!result.status.ok()) {
      return result;
    }
    if (issue.key.empty() && !message.Firing()) {
      return {};
    }
    Request request;
    request.method = issue.key.empty() ? "POST" : "PUT";
    request.url = Url(issue.key.empty() ? "issue" : "issue/" + issue.key);
    request.body = Fields(render, label, issue.key.empty());
    if (!render.status().ok()) {
      return {render.status(), false, 0};
    }
    if (issue.key.empty() || !issue.done || message.Firing()) {
      result = Exchange(std::move(request), message.timeout_ms);
    }
    if (!result.status.ok() || issue.key.empty()) {
      return result;
    }
    const std::string transition = message.Firing() && issue.done     ? "reopen_transition"
                                   : !message.Firing() && !issue.done ? "resolve_transition"
                                                                      : "";
    return transition.empty() || !sheet().Has(transition)
               ? result
               : Transition(message, issue.key, sheet().Text(transition));
  }

 protected:
  base::Status Build(const Message&, Renderer&, Request*) override { return base::OkStatus(); }

 private:
  std::string Url(const std::string& path) const { return JoinUrl(sheet().Text("api_url"), path); }

  SendResult Find(const Message& message, Renderer& render, const std::string& label,
                  Issue* issue) {
    std::string jql =
        "project=\"" + render.Text(sheet().Text("project")) + "\" and labels=\"" + label + "\"";
    if (const std::string& wont_fix = sheet().Text("wont_fix_resolution"); !wont_fix.empty()) {
      jql += " and resolution != \"" + wont_fix + "\"";
    }
    jql += " order by status ASC,resolutiondate DESC";
    Request request;
    request.url = Url("search");
    request.body = JsonFields::Body(JsonFields()
                                        .Put("jql", jql)
                                        .Put("maxResults", 2)
                                        .Put("fields", gotemplate::ListObject::Strings({"status"}))
                                        .Take());
    net::ClientResponse reply;
    SendResult result = Exchange(std::move(request), message.timeout_ms, &reply);
    if (!result.status.ok()) {
      return result;
    }
    const auto json = config::ParseJson(reply.body, "reply");
    const config::Node* issues = json.ok() ? (*json)->Find("issues") : nullptr;
    if (issues != nullptr && !issues->items.empty()) {
      const config::Node* first = issues->items.front().get();
      issue->key = Child(first, "key");
      const config::Node* fields = first->Find("fields");
      const config::Node* status = fields == nullptr ? nullptr : fields->Find("status");
      const config::Node* category = status == nullptr ? nullptr : status->Find("statusCategory");
      issue->done = Child(category, "key") == "done";
    }
    return result;
  }

  // Atlassian's document format for the v3 API: one paragraph.
  gotemplate::Value Description(const std::string& text) const {
    if (sheet().Text("api_url").find("/3") == std::string::npos) {
      return text;
    }
    const auto paragraph =
        JsonFields()
            .Put("type", "paragraph")
            .Put("content", gotemplate::ListObject::Any(
                                {JsonFields().Put("type", "text").Put("text", text).Take()}))
            .Take();
    return JsonFields()
        .Put("version", 1)
        .Put("type", "doc")
        .Put("content", gotemplate::ListObject::Any({paragraph}))
        .Take();
  }

  std::string Fields(Renderer& render, const std::string& label, bool create) const {
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    JsonFields fields;
    fields.Put("summary", TruncateRunes(text("summary"), kSummaryRunesMax));
    const std::string description = TruncateRunes(text("description"), kDescriptionRunesMax);
    if (!description.empty()) {
      fields.Put("description", Description(description));
    }
    std::vector<std::string> labels;
    if (const config::Node* own = sheet().Tree("labels"); own != nullptr) {
      for (const config::NodePtr& item : own->items) {
        labels.push_back(render.Text(item->text));
      }
    }
    labels.push_back(label);
    if (create) {
      fields.Put("project", JsonFields().Put("key", text("project")).Take())
          .Put("issuetype", JsonFields().Put("name", text("issue_type")).Take());
    }
    fields.Put("labels", gotemplate::ListObject::Strings(labels));
    if (const std::string priority = text("priority"); !priority.empty()) {
      fields.Put("priority", JsonFields().Put("name", priority).Take());
    }
    return JsonFields::Body(JsonFields().Put("fields", fields.Take()).Take());
  }

  SendResult Transition(const Message& message, const std::string& key, const std::string& name) {
    Request list;
    list.method = "GET";
    list.url = Url("issue/" + key + "/transitions");
    net::ClientResponse reply;
    SendResult result = Exchange(std::move(list), message.timeout_ms, &reply);
    if (!result.status.ok()) {
      return result;
    }
    const auto json = config::ParseJson(reply.body, "reply");
    const config::Node* transitions = json.ok() ? (*json)->Find("transitions") : nullptr;
    for (const config::NodePtr& item :
         transitions == nullptr ? std::vector<config::NodePtr>{} : transitions->items) {
      if (Child(item.get(), "name") == name) {
        Request request;
        request.url = Url("issue/" + key + "/transitions");
        request.body = JsonFields::Body(
            JsonFields()
                .Put("transition", JsonFields().Put("id", Child(item.get(), "id")).Take())
                .Take());
        return Exchange(std::move(request), message.timeout_ms);
      }
    }
    return {base::NotFound("can't find transition " + name + " for issue " + key), false, 0};
  }
};

}  // namespace

const ReceiverType& JiraType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "jira",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"api_url", kUrl},
                {"api_type"},
                {"project"},
                {"summary", kText, R"({{ template "jira.default.summary" . }})"},
                {"description", kText, R"({{ template "jira.default.description" . }})"},
                {"labels", kTree},
                {"priority", kText, R"({{ template "jira.default.priority" . }})"},
                {"issue_type"},
                {"reopen_transition"},
                {"resolve_transition"},
                {"wont_fix_resolution"},
                {"reopen_duration", kDuration},
                {"fields", kTree}}},
      .complete = [](const Sheet& global, Sheet* sheet) -> std::string {
        if (!sheet->Has("project")) {
          return "missing project in jira_config";
        }
        if (!sheet->Has("issue_type")) {
          return "missing issue_type in jira_config";
        }
        Inherit(global, "jira_api_url", sheet, "api_url");
        return sheet->Has("api_url") ? "" : "no global Jira Cloud URL set";
      },
      .make = Make<Jira>};
  return type;
}

}  // namespace sb::notify
