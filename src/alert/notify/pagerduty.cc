// SPDX-License-Identifier: Apache-2.0
//
// PagerDuty: Events API v2 (routing_key) and v1 (service_key).
#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "alert/notify/templated_tree.h"

namespace sb::notify {
namespace {

constexpr size_t kSummaryRunesMax = 1024;
constexpr size_t kBodyBytesMax = 512'000;
constexpr std::string_view kV1Url =
    "https://events.pagerduty.com/generic/2010-04-15/create_event.json";

gotemplate::Value ListOf(Renderer& render, const config::Node* tree,
                         std::initializer_list<const char*> names) {
  std::vector<gotemplate::Value> items;
  for (const config::NodePtr& item : tree->items) {
    JsonFields fields;
    for (const char* name : names) {
      const config::Node* value = item->Find(name);
      fields.PutUnlessEmpty(name, render.Text(value == nullptr ? "" : value->text));
    }
    items.push_back(fields.Take());
  }
  return gotemplate::ListObject::Any(std::move(items));
}

using Details = gotemplate::MapObject::Entries;

constexpr std::pair<const char*, const char*> kDefaultDetails[] = {
    {"firing", R"({{ template "pagerduty.default.instances" .Alerts.Firing }})"},
    {"resolved", R"({{ template "pagerduty.default.instances" .Alerts.Resolved }})"},
    {"num_firing", "{{ .Alerts.Firing | len }}"},
    {"num_resolved", "{{ .Alerts.Resolved | len }}"}};

// Texts stay texts, also "3"; lists and mappings become JSON.
gotemplate::Value Detail(const config::Node& node, Renderer& render) {
  return node.IsScalar() ? gotemplate::Value(render.Text(node.text)) : TemplatedTree(node, render);
}

class PagerDuty : public HttpNotifier {
 public:
  using HttpNotifier::HttpNotifier;

 protected:
  // v1 says 403 when there are too many requests.
  bool RetriesOn(int status) const override { return status == (IsV1() ? 403 : 429); }

  base::Status Build(const Message& message, Renderer& render, Request* request) override {
    Details details = RenderDetails(render);
    if (IsV1()) {
      SB_ASSIGN_OR_RETURN(const std::string key, Secret("service_key"));
      request->url = kV1Url;
      request->body = V1(message, render, render.Text(key), details);
      return base::OkStatus();
    }
    SB_ASSIGN_OR_RETURN(const std::string key, Secret("routing_key"));
    request->url = sheet().Text("url");
    request->body = V2(message, render, render.Text(key), details);
    if (request->body.size() > kBodyBytesMax) {
      details = {{"error",
                  "Custom details have been removed because the original event exceeds "
                  "the maximum size of 512KB"}};
      request->body = V2(message, render, render.Text(key), details);
    }
    return base::OkStatus();
  }

 private:
  bool IsV1() const { return sheet().Has("service_key") || sheet().Has("service_key_file"); }

  Details RenderDetails(Renderer& render) const {
    Details details;
    const config::Node* own = sheet().Tree("details");
    for (const auto& [name, text] : kDefaultDetails) {
      if (own == nullptr || own->Find(name) == nullptr) {
        details.emplace(name, render.Text(text));
      }
    }
    for (const config::Node::Entry& entry :
         own == nullptr ? std::vector<config::Node::Entry>{} : own->entries) {
      details[entry.key->text] = Detail(*entry.value, render);
    }
    return details;
  }

  std::string V1(const Message& message, Renderer& render, const std::string& key,
                 const Details& details) const {
    JsonFields json;
    json.PutUnlessEmpty("service_key", key)
        .Put("incident_key", KeyHash(message.group_key))
        .Put("event_type", message.Firing() ? "trigger" : "resolve")
        .PutUnlessEmpty("description",
                        TruncateRunes(render.Text(sheet().Text("description")), kSummaryRunesMax))
        .Put("event_action", "")
        .Put("payload", gotemplate::Value());
    if (message.Firing()) {
      json.PutUnlessEmpty("client", render.Text(sheet().Text("client")))
          .PutUnlessEmpty("client_url", render.Text(sheet().Text("client_url")));
    }
    json.Put("details", gotemplate::MapObject::Any(details));
    return JsonFields::Body(json.Take());
  }

  std::string V2(const Message& message, Renderer& render, const std::string& key,
                 const Details& details) const {
    const auto text = [&](std::string_view name) { return render.Text(sheet().Text(name)); };
    const std::string severity = text("severity");
    JsonFields payload;
    payload.Put("summary", TruncateRunes(text("description"), kSummaryRunesMax))
        .Put("source", text("source"))
        .Put("severity", severity.empty() ? "error" : severity)
        .PutUnlessEmpty("class", text("class"))
        .PutUnlessEmpty("component", text("component"))
        .PutUnlessEmpty("group", text("group"));
    payload.Put("custom_details", gotemplate::MapObject::Any(details));
    JsonFields json;
    json.PutUnlessEmpty("routing_key", key)
        .Put("dedup_key", KeyHash(message.group_key))
        .Put("event_action", message.Firing() ? "trigger" : "resolve")
        .Put("payload", payload.Take())
        .PutUnlessEmpty("client", text("client"))
        .PutUnlessEmpty("client_url", text("client_url"));
    if (const config::Node* images = sheet().Tree("images"); images != nullptr) {
      json.Put("images", ListOf(render, images, {"href", "src", "alt"}));
    }
    if (const config::Node* links = sheet().Tree("links"); links != nullptr) {
      json.Put("links", ListOf(render, links, {"href", "text"}));
    }
    return JsonFields::Body(json.Take());
  }
};

}  // namespace

const ReceiverType& PagerDutyType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "pagerduty",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "true"},
                {"service_key", kSecret},
                {"service_key_file"},
                {"routing_key", kSecret},
                {"routing_key_file"},
                {"url", kUrl},
                {"client", kText, R"({{ template "pagerduty.default.client" . }})"},
                {"client_url", kText, R"({{ template "pagerduty.default.clientURL" . }})"},
                {"description", kText, R"({{ template "pagerduty.default.description" . }})"},
                {"details", kTree},
                {"images", kTree},
                {"links", kTree},
                {"source"},
                {"severity"},
                {"class"},
                {"component"},
                {"group"},
                {"timeout", kDuration}}},
      .complete = [](const Sheet& global, Sheet* sheet) -> std::string {
        const bool routing = sheet->Has("routing_key") || sheet->Has("routing_key_file");
        const bool service = sheet->Has("service_key") || sheet->Has("service_key_file");
        if (!routing && !service) {
          return "missing service or routing key in PagerDuty config";
        }
        for (const char* name : {"routing_key", "service_key"}) {
          if (std::string error = OneOf(*sheet, name); !error.empty()) {
            return error;
          }
        }
        Inherit(global, "pagerduty_url", sheet, "url");
        if (!sheet->Has("source")) {
          sheet->Set("source", sheet->Text("client"));
        }
        return "";
      },
      .make = Make<PagerDuty>};
  return type;
}

}  // namespace sb::notify
