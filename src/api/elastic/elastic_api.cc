// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/elastic_api.h"

#include <re2/re2.h>

#include <utility>

#include "api/elastic/index_pattern.h"
#include "api/http/json_writer.h"
#include "config/json_reader.h"
#include "ingest/elastic/elastic_bulk_endpoint.h"
#include "ingest/elastic/elastic_handler.h"
#include "query/engine/query_context.h"

namespace sb::api {
namespace {

using ingest::ElasticReply;

struct Fault {
  int http_status;
  const char* type;
};

Fault FaultOf(const base::Status& status) {
  switch (status.code()) {
    case base::StatusCode::kInvalidArgument:
      return {400, "parsing_exception"};
    case base::StatusCode::kNotFound:
      return {404, "index_not_found_exception"};
    case base::StatusCode::kResourceExhausted:
      return {400, "too_many_buckets_exception"};
    case base::StatusCode::kDeadlineExceeded:
      return {504, "timeout_exception"};
    default:
      return {503, "search_phase_execution_exception"};
  }
}

// An error with its status: a whole reply, or an item of _msearch.
std::string FaultJson(const base::Status& status) {
  const Fault fault = FaultOf(status);
  return ingest::ElasticError(fault.http_status, fault.type, status.message());
}

net::HttpResponse Refuse(const net::HttpRequest& request, const base::Status& status) {
  return ElasticReply(request, FaultOf(status).http_status, FaultJson(status));
}

// Null for an empty body.
base::Result<config::NodePtr> BodyOf(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return config::NodePtr(config::MakeMapping({}));
  }
  return config::ParseJson(text, "body");
}

query::QueryContext::Options ContextOptions(int64_t timeout_ms) {
  query::QueryContext::Options options;
  options.timeout_ms = timeout_ms;
  options.stage = "search";
  return options;
}

// `q`, `size`, `from` of the URL stand in for what the body does not say.
config::NodePtr WithUrlParameters(const net::HttpRequest& request, config::NodePtr body) {
  std::vector<std::pair<std::string, config::NodePtr>> members;
  for (const config::Node::Entry& entry : body->entries) {
    members.emplace_back(entry.key->text, entry.value);
  }
  const std::string_view q = request.query.Get("q");
  if (!q.empty() && body->Find("query") == nullptr) {
    members.emplace_back(
        "query", config::MakeMapping(
                     {{"query_string",
                       config::MakeMapping({{"query", config::MakeString(std::string(q))}})}}));
  }
  for (const char* name : {"size", "from"}) {
    const std::string_view value = request.query.Get(name);
    if (!value.empty() && body->Find(name) == nullptr) {
      members.emplace_back(name, config::MakePlain(std::string(value)));
    }
  }
  return config::MakeMapping(std::move(members));
}

std::string_view TakeLine(std::string_view* rest) {
  const size_t end = rest->find('\n');
  const std::string_view line = rest->substr(0, end);
  rest->remove_prefix(end == std::string_view::npos ? rest->size() : end + 1);
  return line;
}

// "a" or ["a","b"].
std::string IndexOfHeader(const config::Node& header, std::string_view fallback) {
  const config::Node* index = header.Find("index");
  if (index == nullptr || index->IsNull()) {
    return std::string(fallback);
  }
  if (!index->IsSequence()) {
    return index->text;
  }
  std::string joined;
  for (const config::NodePtr& item : index->items) {
    joined += (joined.empty() ? "" : ",") + item->text;
  }
  return joined;
}

bool MemberIs(const config::Node& node, std::string_view name, std::string_view text) {
  const config::Node* const found = node.Find(name);
  return found != nullptr && found->text == text;
}

}  // namespace

base::Status ElasticApi::CheckIndices(const store::ReadContext& context,
                                      const net::HttpRequest& request,
                                      std::string_view index) const {
  return request.query.Get("ignore_unavailable") == "true" ? base::OkStatus()
                                                           : CheckIndices(context, index);
}

base::Status ElasticApi::CheckIndices(const store::ReadContext& context,
                                      std::string_view expression) const {
  const IndexPattern pattern(expression);
  for (const std::string& name : pattern.includes()) {
    if (name.find('*') != std::string::npos || name.empty() || name == "_all" ||
        name == kDefaultIndex) {
      continue;
    }
    SB_ASSIGN_OR_RETURN(const auto found, searcher_.Indices(context, name));
    if (found.empty()) {
      return base::NotFound("no such index [" + name + "]");
    }
  }
  return base::OkStatus();
}

net::HttpResponse ElasticApi::Search(const net::HttpRequest& request) const {
  const query::QueryContext context(*parts_.clock, ContextOptions(parts_.timeout_ms));
  const auto body = BodyOf(request.body);
  if (!body.ok()) {
    return Refuse(request, body.status());
  }
  const config::NodePtr whole = WithUrlParameters(request, *body);
  const std::string_view index = request.path_params.Get("index");
  if (const base::Status known = CheckIndices(context, request, index); !known.ok()) {
    return Refuse(request, known);
  }
  const auto members = searcher_.Search(context, index, whole.get());
  return members.ok() ? ElasticReply(request, 200, "{" + *members + "}")
                      : Refuse(request, members.status());
}

net::HttpResponse ElasticApi::MultiSearch(const net::HttpRequest& request) const {
  const query::QueryContext context(*parts_.clock, ContextOptions(parts_.timeout_ms));
  const int64_t began_ns = parts_.clock->MonotonicNs();
  std::string responses;
  std::string_view rest = request.body;
  while (!rest.empty()) {
    const std::string_view header_text = TakeLine(&rest);
    if (header_text.find_first_not_of(" \t\r") == std::string_view::npos && rest.empty()) {
      break;
    }
    const auto header = BodyOf(header_text);
    const auto body = BodyOf(TakeLine(&rest));
    if (!header.ok() || !body.ok()) {
      return Refuse(request, header.ok() ? body.status() : header.status());
    }
    const std::string index = IndexOfHeader(**header, request.path_params.Get("index"));
    const bool ignores = MemberIs(**header, "ignore_unavailable", "true");
    const base::Status known = ignores ? base::OkStatus() : CheckIndices(context, index);
    const auto members = known.ok() ? searcher_.Search(context, index, body->get())
                                    : base::Result<std::string>(known);
    responses += responses.empty() ? "" : ",";
    if (members.ok()) {
      responses += "{" + *members + ",\"status\":200}";
    } else {
      responses += FaultJson(members.status());
    }
  }
  const int64_t took_ms = (parts_.clock->MonotonicNs() - began_ns) / 1'000'000;
  return ElasticReply(
      request, 200, "{\"took\":" + std::to_string(took_ms) + ",\"responses\":[" + responses + "]}");
}

net::HttpResponse ElasticApi::Count(const net::HttpRequest& request) const {
  const query::QueryContext context(*parts_.clock, ContextOptions(parts_.timeout_ms));
  const auto body = BodyOf(request.body);
  if (!body.ok()) {
    return Refuse(request, body.status());
  }
  const config::NodePtr whole = WithUrlParameters(request, *body);
  const std::string_view index = request.path_params.Get("index");
  if (const base::Status known = CheckIndices(context, request, index); !known.ok()) {
    return Refuse(request, known);
  }
  const auto count = searcher_.Count(context, index, whole->Find("query"));
  if (!count.ok()) {
    return Refuse(request, count.status());
  }
  return ElasticReply(request, 200,
                      "{\"count\":" + std::to_string(*count) +
                          ",\"_shards\":{\"total\":1,\"successful\":1,\"skipped\":0,"
                          "\"failed\":0}}");
}

net::HttpResponse ElasticApi::Mapping(const net::HttpRequest& request) const {
  const query::QueryContext context(*parts_.clock, ContextOptions(parts_.timeout_ms));
  const std::string_view index = request.path_params.Get("index");
  const auto fields = searcher_.Fields(context, index);
  const auto indices = searcher_.Indices(context, index);
  if (!fields.ok() || !indices.ok()) {
    return Refuse(request, fields.ok() ? indices.status() : fields.status());
  }
  JsonWriter json;
  json.BeginObject();
  for (const ElasticSearcher::IndexInfo& info : *indices) {
    json.Key(info.name).BeginObject().Key("mappings").BeginObject();
    json.Key("properties").BeginObject();
    for (const ElasticSearcher::Field& field : *fields) {
      json.Key(field.name).BeginObject().Key("type").String(field.type).EndObject();
    }
    json.EndObject().EndObject().EndObject();
  }
  json.EndObject();
  return ElasticReply(request, 200, std::move(json).Take());
}

net::HttpResponse ElasticApi::FieldCaps(const net::HttpRequest& request) const {
  const query::QueryContext context(*parts_.clock, ContextOptions(parts_.timeout_ms));
  const std::string_view index = request.path_params.Get("index");
  const auto fields = searcher_.Fields(context, index);
  const auto indices = searcher_.Indices(context, index);
  if (!fields.ok() || !indices.ok()) {
    return Refuse(request, fields.ok() ? indices.status() : fields.status());
  }
  JsonWriter json;
  json.BeginObject().Key("indices").BeginArray();
  for (const ElasticSearcher::IndexInfo& info : *indices) {
    json.String(info.name);
  }
  json.EndArray().Key("fields").BeginObject();
  for (const ElasticSearcher::Field& field : *fields) {
    json.Key(field.name).BeginObject().Key(field.type).BeginObject();
    json.Key("type").String(field.type).Key("metadata_field").Bool(false);
    json.Key("searchable").Bool(true).Key("aggregatable").Bool(field.type != "text");
    json.EndObject().EndObject();
  }
  json.EndObject().EndObject();
  return ElasticReply(request, 200, std::move(json).Take());
}

net::HttpResponse ElasticApi::CatIndices(const net::HttpRequest& request) const {
  const query::QueryContext context(*parts_.clock, ContextOptions(parts_.timeout_ms));
  const auto indices = searcher_.Indices(context, request.path_params.Get("index"));
  if (!indices.ok()) {
    return Refuse(request, indices.status());
  }
  if (request.query.Get("format") == "json") {
    JsonWriter json;
    json.BeginArray();
    for (const ElasticSearcher::IndexInfo& info : *indices) {
      json.BeginObject().Key("health").String("green").Key("status").String("open");
      json.Key("index").String(info.name).Key("pri").String("1").Key("rep").String("0");
      json.Key("docs.count").String(std::to_string(info.documents));
      json.Key("store.size").String(std::to_string(info.bytes) + "b").EndObject();
    }
    json.EndArray();
    return ElasticReply(request, 200, std::move(json).Take());
  }
  std::string text =
      request.query.Has("v") ? "health status index pri rep docs.count store.size\n" : "";
  for (const ElasticSearcher::IndexInfo& info : *indices) {
    text += "green open " + info.name + " 1 0 " + std::to_string(info.documents) + " " +
            std::to_string(info.bytes) + "b\n";
  }
  net::HttpResponse reply(200, std::move(text), "text/plain; charset=UTF-8");
  reply.headers.Add("X-Elastic-Product", "Elasticsearch");
  return reply;
}

// Curators delete by day; a pattern deletes whole indices. Everything at once is refused, as
// Elasticsearch does.
net::HttpResponse ElasticApi::DeleteIndex(const net::HttpRequest& request) const {
  const query::QueryContext context(*parts_.clock, ContextOptions(parts_.timeout_ms));
  const std::string_view expression = request.path_params.Get("index");
  const IndexPattern pattern(expression);
  if (pattern.is_everything() || expression.starts_with('_')) {
    return ElasticReply(request, 400,
                        ingest::ElasticError(400, "illegal_argument_exception",
                                             "wildcard expressions for everything are not "
                                             "allowed: name an index"));
  }
  const auto indices = searcher_.Indices(context, expression);
  if (!indices.ok()) {
    return Refuse(request, indices.status());
  }
  bool found = false;
  for (const std::string& name : pattern.includes()) {
    store::EventRange range;
    std::string_view index;
    const bool is_dated = SplitDatedIndex(name, &index, &range.start_ns, &range.end_ns);
    const IndexPattern one(is_dated ? std::string_view(index) : std::string_view(name));
    for (const ElasticSearcher::IndexInfo& info : *indices) {
      if (info.name == kDefaultIndex || !one.MayMatch(info.name)) {
        continue;
      }
      found = true;
      const base::Status status = parts_.admin->Delete(
          range, {model::Matcher::Equal("index", info.name)}, store::EventFilter::All());
      if (!status.ok()) {
        return Refuse(request, status);
      }
    }
  }
  if (!found) {
    return Refuse(request, base::NotFound("no such index [" + std::string(expression) + "]"));
  }
  return ElasticReply(request, 200, "{\"acknowledged\":true}");
}

void ElasticApi::AddRoutes(net::Router* router) const {
  using Method = net::HttpResponse (ElasticApi::*)(const net::HttpRequest&) const;
  const auto add = [this, router](std::string_view method, std::string_view path, Method handler) {
    net::RouteOptions options;
    options.pool = "query";
    router->Handle(
        method, path,
        [this, handler](const net::HttpRequest& request, net::ResponseWriter& writer) {
          writer.Send((this->*handler)(request));
        },
        options);
  };
  for (const char* method : {"GET", "POST"}) {
    for (const std::string prefix : {"", "/{index}"}) {
      add(method, prefix + "/_search", &ElasticApi::Search);
      add(method, prefix + "/_msearch", &ElasticApi::MultiSearch);
      add(method, prefix + "/_count", &ElasticApi::Count);
      add(method, prefix + "/_field_caps", &ElasticApi::FieldCaps);
    }
  }
  for (const char* path : {"/_mapping", "/{index}/_mapping", "/{index}"}) {
    add("GET", path, &ElasticApi::Mapping);
  }
  for (const char* path : {"/_cat/indices", "/_cat/indices/{index}"}) {
    add("GET", path, &ElasticApi::CatIndices);
  }
  add("DELETE", "/{index}", &ElasticApi::DeleteIndex);
}

}  // namespace sb::api
