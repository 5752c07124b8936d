// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include "alert/provisioning/alerting_api.h"
#include "alert/provisioning/api_reply.h"
#include "alert/provisioning/node_read.h"

namespace sb::provisioning {
namespace {

using config::MakeString;
using config::Node;
using config::NodePtr;

constexpr std::string_view kRedacted = "[REDACTED]";

struct SecretRow {
  std::string_view type;
  std::string_view setting;
};
constexpr SecretRow kSecrets[] = {{"slack", "url"},
                                  {"slack", "token"},
                                  {"pagerduty", "integrationKey"},
                                  {"opsgenie", "apiKey"},
                                  {"webhook", "password"},
                                  {"webhook", "authorization_credentials"},
                                  {"telegram", "bottoken"},
                                  {"pushover", "userKey"},
                                  {"pushover", "apiToken"},
                                  {"discord", "url"},
                                  {"victorops", "url"},
                                  {"webex", "bot_token"},
                                  {"sensugo", "apikey"},
                                  {"threema", "api_secret"},
                                  {"line", "token"},
                                  {"googlechat", "url"},
                                  {"teams", "url"},
                                  {"wecom", "url"},
                                  {"kafka", "password"},
                                  {"sns", "secret_key"},
                                  {"jira", "password"},
                                  {"prometheus-alertmanager", "basicAuthPassword"}};

bool IsSecret(const std::string& type, const std::string& setting) {
  return std::any_of(std::begin(kSecrets), std::end(kSecrets), [&](const SecretRow& row) {
    return row.type == type && row.setting == setting;
  });
}

// With secrets hidden, or, given what is stored, with hidden ones put back.
NodePtr Settings(const Node& point, const Node* stored) {
  const Node* settings = point.Find("settings");
  if (settings == nullptr) {
    return config::MakeMapping({});
  }
  auto copy = std::make_shared<Node>(*settings);
  const std::string type = TextAt(point, "type");
  for (Node::Entry& entry : copy->entries) {
    if (!IsSecret(type, entry.key->text)) {
      continue;
    }
    if (stored == nullptr) {
      entry.value = MakeString(std::string(kRedacted));
    } else if (entry.value->text == kRedacted) {
      const Node* before = stored->Find("settings");
      entry.value = MakeString(before != nullptr ? TextAt(*before, entry.key->text) : "");
    }
  }
  return copy;
}

NodePtr Hidden(const Document& document) {
  return With(*Shown(document), "settings", Settings(*document.body, nullptr));
}

}  // namespace

void AlertingApi::ListContactPoints(const Request& request, Writer& writer) const {
  const auto documents = store_.List("contact-point");
  if (!documents.ok()) {
    return SendProblem(writer, documents.status());
  }
  const std::string_view name = request.query.Get("name");
  std::vector<NodePtr> points;
  for (const Document& document : *documents) {
    if (name.empty() || TextAt(*document.body, "name") == name) {
      points.push_back(Hidden(document));
    }
  }
  SendJson(writer, 200, *config::MakeSequence(std::move(points)));
}

void AlertingApi::PutContactPoint(const Request& request, Writer& writer) const {
  const auto body = ReadBody(request);
  if (!body.ok()) {
    return SendProblem(writer, body.status());
  }
  if (TextAt(**body, "name").empty() || TextAt(**body, "type").empty()) {
    return SendMessage(writer, 400, "a contact point needs name and type");
  }
  std::string uid(request.path_params.Get("uid"));
  NodePtr point = *body;
  if (uid.empty()) {
    uid = TextAt(*point, "uid").empty() ? store_.NewUid() : TextAt(*point, "uid");
  } else {
    const auto known = store_.Get("contact-point", uid);
    if (!known.ok()) {
      return SendMessage(writer, 404, "contact point not found");
    }
    if (const base::Status writable = CheckWritable(*known); !writable.ok()) {
      return SendProblem(writer, writable);
    }
    point = With(*point, "settings", Settings(*point, known->body.get()));
  }
  const Document document{uid, ProvenanceOf(request), With(*point, "uid", MakeString(uid))};
  if (const base::Status put = store_.Put("contact-point", document); !put.ok()) {
    return SendProblem(writer, put);
  }
  changed_("contact-point");
  SendJson(writer, 202, *Hidden(document));
}

void AlertingApi::DeleteContactPoint(const Request& request, Writer& writer) const {
  const base::Status deleted =
      store_.Delete("contact-point", std::string(request.path_params.Get("uid")));
  if (!deleted.ok() && deleted.code() != base::StatusCode::kNotFound) {
    return SendProblem(writer, deleted);
  }
  changed_("contact-point");
  SendMessage(writer, 202, "contactpoint deleted");
}

void AlertingApi::AddContactRoutes(net::Router* router) const {
  using Method = void (AlertingApi::*)(const Request&, Writer&) const;
  const std::string base = "/api/v1/provisioning/contact-points";
  const auto add = [&](const char* method, const std::string& path, Method handler) {
    router->Handle(method, path,
                   [this, handler](const Request& r, Writer& w) { (this->*handler)(r, w); });
  };
  add("GET", base, &AlertingApi::ListContactPoints);
  add("POST", base, &AlertingApi::PutContactPoint);
  add("PUT", base + "/{uid}", &AlertingApi::PutContactPoint);
  add("DELETE", base + "/{uid}", &AlertingApi::DeleteContactPoint);
}

void AlertingApi::AddNamedRoutes(net::Router* router) const {
  const std::string base = "/api/v1/provisioning";
  router->Handle("GET", base + "/policies", [this](const Request&, Writer& writer) {
    const auto policies = store_.List("policy");
    if (!policies.ok()) {
      return SendProblem(writer, policies.status());
    }
    if (policies->empty()) {
      return SendJson(writer, 200,
                      *config::MakeMapping({{"receiver", MakeString("grafana-default-email")}}));
    }
    SendJson(writer, 200, *Shown(policies->back()));
  });
  router->Handle("PUT", base + "/policies", [this](const Request& request, Writer& writer) {
    const auto body = ReadBody(request);
    const base::Status put = body.ok() ? store_.Put("policy", {"policy", ProvenanceOf(request),
                                                               With(**body, "provenance", nullptr)})
                                       : body.status();
    if (!put.ok()) {
      return SendProblem(writer, put);
    }
    changed_("policy");
    SendMessage(writer, 202, "policies updated");
  });
  router->Handle("DELETE", base + "/policies", [this](const Request&, Writer& writer) {
    (void)store_.Delete("policy", "policy");  // none: the default holds already
    changed_("policy");
    SendJson(writer, 202, *config::MakeMapping({}));
  });
  for (const auto& [path, kind] :
       {std::pair<std::string, std::string>("/mute-timings", "mute-timing"),
        {"/templates", "template"}}) {
    const auto put = [this, kind = kind](const Request& request, Writer& writer, int status) {
      const auto body = ReadBody(request);
      if (!body.ok()) {
        return SendProblem(writer, body.status());
      }
      std::string name(request.path_params.Get("name"));
      name = name.empty() ? TextAt(**body, "name") : name;
      const Document document{name, ProvenanceOf(request), With(**body, "name", MakeString(name))};
      const base::Status stored =
          name.empty() ? base::InvalidArgument("a name is needed") : store_.Put(kind, document);
      if (!stored.ok()) {
        return SendProblem(writer, stored);
      }
      changed_(kind);
      SendJson(writer, status, *Shown(document));
    };
    router->Handle("GET", base + path, [this, kind = kind](const Request&, Writer& writer) {
      const auto documents = store_.List(kind);
      if (!documents.ok()) {
        return SendProblem(writer, documents.status());
      }
      std::vector<NodePtr> shown;
      std::transform(documents->begin(), documents->end(), std::back_inserter(shown), &Shown);
      SendJson(writer, 200, *config::MakeSequence(std::move(shown)));
    });
    router->Handle("POST", base + path, [put](const Request& r, Writer& w) { put(r, w, 201); });
    router->Handle("PUT", base + path + "/{name}",
                   [put](const Request& r, Writer& w) { put(r, w, 202); });
    router->Handle("GET", base + path + "/{name}",
                   [this, kind = kind](const Request& request, Writer& writer) {
                     const auto one =
                         store_.Get(kind, std::string(request.path_params.Get("name")));
                     if (!one.ok()) {
                       return SendMessage(writer, 404, "not found");
                     }
                     SendJson(writer, 200, *Shown(*one));
                   });
    router->Handle("DELETE", base + path + "/{name}",
                   [this, kind = kind](const Request& request, Writer& writer) {
                     (void)store_.Delete(kind, std::string(request.path_params.Get("name")));
                     changed_(kind);
                     writer.Send(net::HttpResponse(204));
                   });
  }
}

}  // namespace sb::provisioning
