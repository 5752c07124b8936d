// SPDX-License-Identifier: Apache-2.0
//
// Jira: one issue per group, found again by the label ALERT{hash}: created, updated, resolved and
// reopened by transitions.
#include <algorithm>

#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "alert/notify/templated_tree.h"
#include "config/json_reader.h"
#include "config/quote.h"
#include "discovery/http_client_yaml.h"
#include "template/go_json.h"

namespace sb::notify {
namespace {

using gotemplate::Value;

constexpr size_t kSummaryRunesMax = 255;
constexpr size_t kDescriptionRunesMax = 32'767;

std::string Child(const config::Node* node, std::string_view key) {
  const config::Node* value = node == nullptr ? nullptr : node->Find(key);
  return value == nullptr ? "" : value->text;
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos
             ? std::string_view{}
             : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// A JSON document as it is, without the white space between its tokens.
class RawJson : public gotemplate::Object {
 public:
  explicit RawJson(std::string_view text) {
    bool inside = false;
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (inside && c == '\\' && i + 1 < text.size()) {
        text_ += c;
        text_ += text[++i];
        continue;
      }
      inside = c == '"' ? !inside : inside;
      if (inside && (c == '<' || c == '>' || c == '&')) {
        text_ += c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : "\\u0026";
      } else if (inside || (c != ' ' && c != '\t' && c != '\r' && c != '\n')) {
        text_ += c;
      }
    }
  }
  Shape shape() const override { return Shape::kScalar; }
  std::string TypeName() const override { return "json.RawMessage"; }
  std::optional<std::string> Json() const override { return text_; }

 private:
  std::string text_;
};

struct Issue {
  std::string key;
  bool has_status = false;
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
    const bool create = issue.key.empty();
    if (create && !message.Firing()) {
      return {};  // no new issue for what is over
    }
    Request request =
        MakeRequest(create ? "POST" : "PUT", Url(create ? "issue" : "issue/" + issue.key),
                    JsonFields().Put("fields", Fields(render, label, create)).Take());
    if (!render.status().ok()) {
      return {render.status(), false, 0};
    }
    result = Exchange(std::move(request), message.timeout_ms);
    if (!result.status.ok() || create || !issue.has_status || message.Firing() != issue.done) {
      return result;
    }
    const std::string& transition =
        sheet().Text(message.Firing() ? "reopen_transition" : "resolve_transition");
    return transition.empty() ? result : Transition(message, issue.key, transition);
  }

 protected:
  base::Status Build(const Message&, Renderer&, Request*) override { return base::OkStatus(); }

 private:
  std::string Url(const std::string& path) const { return JoinUrl(sheet().Text("api_url"), path); }

  static Request MakeRequest(std::string method, std::string url, const Value& body) {
    Request request;
    request.method = std::move(method);
    request.url = std::move(url);
    request.body = body.IsNil() ? "" : JsonFields::Body(body);
    request.headers.emplace_back("Accept-Language", "en");
    return request;
  }

  // Cloud has only the newer search; data centers have only the older one.
  std::string SearchUrl() const {
    const std::string& type = sheet().Text("api_type");
    const bool atlassian =
        discovery::SplitUrl(sheet().Text("api_url")).host.ends_with("atlassian.net");
    if (type != "cloud" && !(type == "auto" && atlassian)) {
      return Url("search");
    }
    std::string url = Url("search/jql");
    constexpr std::string_view kOld = "/rest/api/2/";
    if (const size_t at = url.find(kOld); at != std::string::npos) {
      url.replace(at, kOld.size(), "/rest/api/3/");
    }
    return url;
  }

  // Unresolved issues of the group; while it fires also those that may be reopened.
  std::string Jql(const Message& message, const std::string& project,
                  const std::string& label) const {
    std::string jql;
    if (const std::string& wont_fix = sheet().Text("wont_fix_resolution"); !wont_fix.empty()) {
      jql += "(resolution is EMPTY or resolution != " + config::GoQuote(wont_fix) + ") and ";
    }
    const int64_t minutes = sheet().Duration("reopen_duration").Value() / 60'000;
    if (message.Firing() && sheet().Has("reopen_transition") && minutes > 0) {
      jql +=
          "(resolutiondate is EMPTY OR resolutiondate >= -" + std::to_string(minutes) + "m) and ";
    } else {
      jql += "statusCategory != Done and ";
    }
    return jql + "project=" + config::GoQuote(project) + " and labels=" + config::GoQuote(label) +
           " order by status ASC,resolutiondate DESC";
  }

  SendResult Find(const Message& message, Renderer& render, const std::string& label,
                  Issue* issue) {
    const std::string project = render.Text(sheet().Text("project"));
    if (!render.status().ok()) {
      return {render.status(), false, 0};
    }
    net::ClientResponse reply;
    SendResult result =
        Exchange(MakeRequest("POST", SearchUrl(),
                             JsonFields()
                                 .Put("fields", gotemplate::ListObject::Strings({"status"}))
                                 .Put("jql", Jql(message, project, label))
                                 .Put("maxResults", 2)
                                 .Take()),
                 message.timeout_ms, &reply);
    if (!result.status.ok()) {
      return result;
    }
    const auto json = config::ParseJson(reply.body, "reply");
    if (!json.ok()) {
      return {base::Unavailable("Jira's search: " + std::string(json.status().message())), false,
              0};
    }
    const config::Node* issues = (*json)->Find("issues");
    if (issues != nullptr && !issues->items.empty()) {
      const config::Node* first = issues->items.front().get();
      issue->key = Child(first, "key");
      const config::Node* fields = first->Find("fields");
      const config::Node* status = fields == nullptr ? nullptr : fields->Find("status");
      issue->has_status = status != nullptr && status->IsMapping();
      issue->done = issue->has_status && Child(status->Find("statusCategory"), "key") == "done";
    }
    return result;
  }

  // The v3 API takes Atlassian's document format: what the template gives when that is JSON, else
  // one paragraph.
  Value Description(const std::string& text) const {
    std::string_view url = sheet().Text("api_url");
    while (url.ends_with('/')) {
      url.remove_suffix(1);
    }
    const std::string_view trimmed = Trimmed(text);
    if (!url.ends_with("/3")) {
      return text.empty() ? Value() : Value(text);
    }
    if (trimmed.empty()) {
      return {};
    }
    if (trimmed.front() == '{' && config::ParseJson(trimmed, "description").ok()) {
      return std::make_shared<RawJson>(trimmed);
    }
    const auto paragraph =
        JsonFields()
            .Put("type", "paragraph")
            .Put("content", gotemplate::ListObject::Any(
                                {JsonFields().Put("type", "text").Put("text", trimmed).Take()}))
            .Take();
    return JsonFields()
        .Put("version", 1)
        .Put("type", "doc")
        .Put("content", gotemplate::ListObject::Any({paragraph}))
        .Take();
  }

  static Value Named(const char* key, const std::string& name) {
    return JsonFields().PutUnlessEmpty(key, name).Take();
  }

  Value Fields(Renderer& render, const std::string& label, bool create) const {
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    gotemplate::MapObject::Entries fields;
    if (create || sheet().EnablesUpdate("summary")) {
      fields["summary"] = TruncateRunes(text("summary"), kSummaryRunesMax);
    }
    if (create || sheet().EnablesUpdate("description")) {
      const Value value = Description(TruncateRunes(text("description"), kDescriptionRunesMax));
      if (!value.IsNil()) {
        fields["description"] = value;
      }
    }
    std::vector<std::string> labels = {label};
    const config::Node* own = sheet().Tree("labels");
    for (const config::NodePtr& item :
         own == nullptr ? std::vector<config::NodePtr>{} : own->items) {
      labels.push_back(render.Text(item->text));
    }
    std::sort(labels.begin(), labels.end());
    fields["labels"] = gotemplate::ListObject::Strings(labels);
    fields["project"] = JsonFields().Put("key", text("project")).Take();
    fields["issuetype"] = Named("name", text("issue_type"));
    if (const std::string priority = text("priority"); !priority.empty()) {
      fields["priority"] = Named("name", priority);
    }
    if (const config::Node* custom = sheet().Tree("fields"); custom != nullptr) {
      for (const config::Node::Entry& entry : custom->entries) {
        fields[entry.key->text] = TemplatedTree(*entry.value, render);
      }
    }
    return gotemplate::MapObject::Any(std::move(fields));
  }

  SendResult Transition(const Message& message, const std::string& key, const std::string& name) {
    const std::string url = Url("issue/" + key + "/transitions");
    net::ClientResponse reply;
    SendResult result = Exchange(MakeRequest("GET", url, {}), message.timeout_ms, &reply);
    if (!result.status.ok()) {
      return result;
    }
    const auto json = config::ParseJson(reply.body, "reply");
    const config::Node* transitions = json.ok() ? (*json)->Find("transitions") : nullptr;
    for (const config::NodePtr& item :
         transitions == nullptr ? std::vector<config::NodePtr>{} : transitions->items) {
      if (Child(item.get(), "name") == name) {
        const Value id = Named("id", Child(item.get(), "id"));
        return Exchange(MakeRequest("POST", url, JsonFields().Put("transition", id).Take()),
                        message.timeout_ms);
      }
    }
    return {base::NotFound("can't find transition " + name + " for issue " + key), false, 0};
  }
};

std::string Complete(const Sheet& global, Sheet* sheet) {
  if (!sheet->Has("project")) {
    return "missing project in jira_config";
  }
  if (!sheet->Has("issue_type")) {
    return "missing issue_type in jira_config";
  }
  const std::string& type = sheet->Text("api_type");
  if (type != "auto" && type != "cloud" && type != "datacenter") {
    return "unknown api_type on jira_config, must be auto, cloud or datacenter";
  }
  Inherit(global, "jira_api_url", sheet, "api_url");
  return sheet->Has("api_url") ? "" : "no global Jira Cloud URL set";
}

}  // namespace

const ReceiverType& JiraType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "jira",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"api_url", kUrl},
                {"api_type", kText, "auto", true},
                {"project"},
                {"summary", kUpdatableText, R"({{ template "jira.default.summary" . }})"},
                {"description", kUpdatableText, R"({{ template "jira.default.description" . }})"},
                {"labels", kTree},
                {"priority", kText, R"({{ template "jira.default.priority" . }})"},
                {"issue_type"},
                {"reopen_transition"},
                {"resolve_transition"},
                {"wont_fix_resolution"},
                {"reopen_duration", kDuration},
                {"fields", kTree}}},
      .complete = Complete,
      .make = Make<Jira>};
  return type;
}

}  // namespace sb::notify
