// SPDX-License-Identifier: Apache-2.0
//
// OpsGenie: Alert API v2; one alert per group, closed when all of it has resolved.
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"

namespace sb::notify {
namespace {

constexpr size_t kMessageRunesMax = 130;

std::string Lower(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 0x20 : c);
  }
  return text;
}

std::string Child(const config::Node& node, std::string_view key) {
  const config::Node* value = node.Find(key);
  return value == nullptr ? "" : value->text;
}

class OpsGenie : public HttpNotifier {
 public:
  OpsGenie(const Sheet& sheet, const NotifierContext& context) : HttpNotifier(sheet, context) {
    retry_429_ = true;
  }

  SendResult Send(const Message& message) override {
    SendResult result = HttpNotifier::Send(message);
    if (!result.status.ok() || !message.Firing() || !sheet().Bool("update_alerts")) {
      return result;
    }
    for (const char* field : {"message", "description"}) {
      Renderer render(templates(), message);
      Request request;
      request.method = "PUT";
      request.url =
          Url("v2/alerts/" + KeyHash(message.group_key) + "/" + field + "?identifierType=alias");
      std::string text = render.Text(sheet().Text(field));
      text = field[0] == 'm' ? TruncateRunes(text, kMessageRunesMax) : text;
      request.body = JsonFields::Body(JsonFields().Put(field, text).Take());
      base::Status status = AddKey(render, &request);
      if (!status.ok()) {
        return {std::move(status), false, 0};
      }
      result = Exchange(std::move(request), message.timeout_ms);
      if (!result.status.ok()) {
        return result;
      }
    }
    return result;
  }

 protected:
  base::Status Build(const Message& message, Renderer& render, Request* request) override {
    const std::string alias = KeyHash(message.group_key);
    SB_RETURN_IF_ERROR(AddKey(render, request));
    const std::string source = render.Text(sheet().Text("source"));
    if (!message.Firing()) {
      request->url = Url("v2/alerts/" + alias + "/close?identifierType=alias");
      request->body = JsonFields::Body(JsonFields().Put("source", source).Take());
      return base::OkStatus();
    }
    request->url = Url("v2/alerts");
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    TextMap details = render.data().common_labels;
    for (const auto& [name, value] : sheet().Map("details")) {
      details[name] = render.Text(value);
    }
    JsonFields json;
    json.Put("alias", alias)
        .Put("message", TruncateRunes(text("message"), kMessageRunesMax))
        .PutUnlessEmpty("description", text("description"))
        .Put("details", gotemplate::MapObject::Strings(details))
        .Put("source", source);
    PutResponders(render, &json);
    PutList("tags", text("tags"), &json);
    json.PutUnlessEmpty("note", text("note"))
        .PutUnlessEmpty("priority", text("priority"))
        .PutUnlessEmpty("entity", text("entity"));
    PutList("actions", text("actions"), &json);
    request->body = JsonFields::Body(json.Take());
    return base::OkStatus();
  }

 private:
  std::string Url(const std::string& path) const { return JoinUrl(sheet().Text("api_url"), path); }

  base::Status AddKey(Renderer& render, Request* request) const {
    SB_ASSIGN_OR_RETURN(const std::string key, Secret("api_key"));
    request->headers.emplace_back("Authorization", "GenieKey " + render.Text(key));
    return base::OkStatus();
  }

  static void PutList(const char* name, const std::string& text, JsonFields* json) {
    const std::vector<std::string> items = SplitList(text);
    if (!items.empty()) {
      json->Put(name, gotemplate::ListObject::Strings(items));
    }
  }

  void PutResponders(Renderer& render, JsonFields* json) const {
    const config::Node* tree = sheet().Tree("responders");
    if (tree == nullptr || tree->items.empty()) {
      return;
    }
    std::vector<gotemplate::Value> responders;
    for (const config::NodePtr& item : tree->items) {
      const std::string type = Lower(render.Text(Child(*item, "type")));
      const auto add = [&](const std::string& name, const std::string& as) {
        JsonFields fields;
        fields.PutUnlessEmpty("id", render.Text(Child(*item, "id")))
            .PutUnlessEmpty("name", name)
            .PutUnlessEmpty("username", render.Text(Child(*item, "username")))
            .Put("type", as);
        responders.push_back(fields.Take());
      };
      if (type == "teams") {
        for (const std::string& name : SplitList(render.Text(Child(*item, "name")))) {
          add(name, "team");
        }
      } else {
        add(render.Text(Child(*item, "name")), type);
      }
    }
    json->Put("responders", gotemplate::ListObject::Any(std::move(responders)));
  }
};

std::string CheckResponders(const Sheet& sheet) {
  const config::Node* tree = sheet.Tree("responders");
  for (const config::NodePtr& item :
       tree == nullptr ? std::vector<config::NodePtr>{} : tree->items) {
    if (Child(*item, "id").empty() && Child(*item, "username").empty() &&
        Child(*item, "name").empty()) {
      return "opsGenieConfig responder has to have at least one of id, username or name specified";
    }
    const std::string type = Child(*item, "type");
    const std::string lower = Lower(type);
    if (type.find("{{") != std::string::npos) {
      continue;
    }
    if (lower != "team" && lower != "teams" && lower != "user" && lower != "escalation" &&
        lower != "schedule") {
      return "opsGenieConfig responder type does not match valid options "
             "team, user, escalation, schedule, teams: " +
             type;
    }
  }
  return "";
}

}  // namespace

const ReceiverType& OpsGenieType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "opsgenie",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"api_key", kSecret},
                {"api_key_file"},
                {"api_url", kUrl},
                {"message", kText, R"({{ template "opsgenie.default.message" . }})"},
                {"description", kText, R"({{ template "opsgenie.default.description" . }})"},
                {"source", kText, R"({{ template "opsgenie.default.source" . }})"},
                {"details", kTextMap},
                {"entity"},
                {"responders", kTree},
                {"actions"},
                {"tags"},
                {"note"},
                {"priority"},
                {"update_alerts", kBool}}},
      .null_is_empty = true,
      .complete = [](const Sheet& global, Sheet* sheet) -> std::string {
        if (std::string error = OneOf(*sheet, "api_key"); !error.empty()) {
          return error;
        }
        if (std::string error = CheckResponders(*sheet); !error.empty()) {
          return error;
        }
        Inherit(global, "opsgenie_api_url", sheet, "api_url");
        if (!sheet->Has("api_key") && !sheet->Has("api_key_file")) {
          Inherit(global, "opsgenie_api_key", sheet, "api_key");
          Inherit(global, "opsgenie_api_key_file", sheet, "api_key_file");
        }
        return sheet->Has("api_key") || sheet->Has("api_key_file")
                   ? ""
                   : "no global OpsGenie API Key set either inline or in a file";
      },
      .make = Make<OpsGenie>};
  return type;
}

}  // namespace sb::notify
