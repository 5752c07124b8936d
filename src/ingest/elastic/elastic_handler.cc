// SPDX-License-Identifier: Apache-2.0
#include "ingest/elastic/elastic_handler.h"

#include <optional>
#include <utility>

#include "encoding/json_cursor.h"

namespace sb::ingest {
namespace {

// What Elasticsearch itself takes at most by default.
constexpr size_t kBodyBytesMax = 100U << 20;
constexpr std::string_view kClusterUuid = "c2lnbmFsYm94LWNsdXN0ZXI";
constexpr std::string_view kNodeId = "c2lnbmFsYm94LW5vZGU";
constexpr std::string_view kVersion = "8.17.0";
constexpr std::string_view kAcknowledged = "{\"acknowledged\":true}";

using Reply = std::function<net::HttpResponse(const net::HttpRequest&)>;

void Add(net::Router* router, std::string_view method, std::string_view path, Reply reply,
         bool is_write = false) {
  net::RouteOptions options;
  options.max_body_bytes = kBodyBytesMax;
  options.max_decoded_body_bytes = kBodyBytesMax;
  options.pool = is_write ? "ingest" : "";
  router->Handle(
      method, path,
      [reply = std::move(reply)](const net::HttpRequest& request, net::ResponseWriter& writer) {
        writer.Send(reply(request));
      },
      options);
}

// The same text for everybody.
Reply Fixed(std::string json, int status = 200) {
  return [json = std::move(json), status](const net::HttpRequest& request) {
    return ElasticReply(request, status, json);
  };
}

std::string Quoted(std::string_view text) {
  std::string out;
  encoding::AppendJsonQuoted(text, &out);
  return out;
}

std::string RootJson() {
  return "{\"name\":\"signalbox\",\"cluster_name\":\"signalbox\",\"cluster_uuid\":" +
         Quoted(kClusterUuid) + ",\"version\":{\"number\":" + Quoted(kVersion) +
         ",\"build_flavor\":\"default\",\"build_type\":\"deb\",\"build_hash\":\"signalbox\","
         "\"build_date\":\"2025-01-01T00:00:00.000000000Z\",\"build_snapshot\":false,"
         "\"lucene_version\":\"9.12.0\",\"minimum_wire_compatibility_version\":\"7.17.0\","
         "\"minimum_index_compatibility_version\":\"7.0.0\"},"
         "\"tagline\":\"You Know, for Search\"}";
}

// One node, at the address that the client has reached us by: Fluentd reconnects to what stands
// here.
std::string NodesJson(const net::HttpRequest& request) {
  std::string address = request.host.empty() ? "127.0.0.1:9200" : request.host;
  if (address.find(':') == std::string::npos) {
    address.append(":9200");
  }
  const std::string quoted = Quoted(address);
  return "{\"_nodes\":{\"total\":1,\"successful\":1,\"failed\":0},\"cluster_name\":\"signalbox\","
         "\"nodes\":{" +
         Quoted(kNodeId) + ":{\"name\":\"signalbox\",\"transport_address\":" + quoted +
         ",\"host\":" + quoted + ",\"ip\":" + quoted + ",\"version\":" + Quoted(kVersion) +
         ",\"build_flavor\":\"default\",\"roles\":[\"data\",\"ingest\",\"master\"],"
         "\"http\":{\"bound_address\":[" +
         quoted + "],\"publish_address\":" + quoted +
         ",\"max_content_length_in_bytes\":" + std::to_string(kBodyBytesMax) + "}}}}";
}

void AddHandshake(net::Router* router) {
  Add(router, "GET", "/", Fixed(RootJson()));
  for (const char* path : {"/_nodes", "/_nodes/http", "/_nodes/_all/http"}) {
    Add(router, "GET", path, [](const net::HttpRequest& request) {
      return ElasticReply(request, 200, NodesJson(request));
    });
  }
  for (const char* path : {"/_license", "/_xpack/license"}) {
    Add(router, "GET", path,
        Fixed("{\"license\":{\"status\":\"active\",\"uid\":\"signalbox\",\"type\":\"basic\","
              "\"mode\":\"basic\",\"issued_to\":\"signalbox\",\"issuer\":\"signalbox\"}}"));
  }
  Add(router, "GET", "/_xpack",
      Fixed("{\"build\":{\"hash\":\"signalbox\"},\"license\":{\"uid\":\"signalbox\",\"type\":"
            "\"basic\",\"mode\":\"basic\",\"status\":\"active\"},\"features\":{\"ilm\":"
            "{\"available\":true,\"enabled\":true}},\"tagline\":\"You know, for X\"}"));
  for (const char* path : {"/_cluster/health", "/_cluster/health/{index}"}) {
    Add(router, "GET", path,
        Fixed("{\"cluster_name\":\"signalbox\",\"status\":\"green\",\"timed_out\":false,"
              "\"number_of_nodes\":1,\"number_of_data_nodes\":1,\"active_primary_shards\":1,"
              "\"active_shards\":1,\"relocating_shards\":0,\"initializing_shards\":0,"
              "\"unassigned_shards\":0,\"delayed_unassigned_shards\":0,"
              "\"number_of_pending_tasks\":0,\"number_of_in_flight_fetch\":0,"
              "\"task_max_waiting_in_queue_millis\":0,"
              "\"active_shards_percent_as_number\":100.0}"));
  }
  for (const char* method : {"GET", "PUT"}) {
    Add(router, method, "/_cluster/settings",
        Fixed("{\"acknowledged\":true,\"persistent\":{},\"transient\":{}}"));
  }
  Add(router, "GET", "/_ilm/status", Fixed("{\"operation_mode\":\"RUNNING\"}"));
}

// How Elasticsearch wraps what was put.
std::string WrapStored(std::string_view kind, std::string_view name, const std::string& text) {
  if (kind == "_index_template") {
    return "{\"index_templates\":[{\"name\":" + Quoted(name) + ",\"index_template\":" + text +
           "}]}";
  }
  if (kind == "_component_template") {
    return "{\"component_templates\":[{\"name\":" + Quoted(name) +
           ",\"component_template\":" + text + "}]}";
  }
  return "{" + Quoted(name) + ":" + text + "}";
}

net::HttpResponse PutStored(ElasticTemplates* templates, const std::string& kind,
                            const net::HttpRequest& request) {
  encoding::JsonCursor check(request.body);
  if (!request.body.empty() && (check.Peek() != encoding::JsonCursor::Kind::kObject ||
                                !check.SkipValue() || !check.ExpectEnd())) {
    return ElasticReply(request, 400,
                        ElasticError(400, "parse_exception", "the body is no JSON object"));
  }
  const base::Status status = templates->Put(kind, request.path_params.Get("name"), request.body);
  return status.ok()
             ? ElasticReply(request, 200, std::string(kAcknowledged))
             : ElasticReply(request, 400,
                            ElasticError(400, "illegal_argument_exception", status.message()));
}

net::HttpResponse GetStored(const ElasticTemplates* templates, const std::string& kind,
                            const net::HttpRequest& request) {
  const std::string_view name = request.path_params.Get("name");
  const std::optional<std::string> text = templates->Get(kind, name);
  if (text.has_value()) {
    return ElasticReply(request, 200, WrapStored(kind, name, *text));
  }
  if (kind == "_template") {
    return ElasticReply(request, 404, "{}");
  }
  return ElasticReply(request, 404,
                      ElasticError(404, "resource_not_found_exception",
                                   kind + " [" + std::string(name) + "] missing"));
}

void AddStored(ElasticTemplates* templates, net::Router* router) {
  const std::pair<std::string, std::string> kinds[] = {
      {"_template", "/_template/{name}"},
      {"_index_template", "/_index_template/{name}"},
      {"_component_template", "/_component_template/{name}"},
      {"_ilm", "/_ilm/policy/{name}"},
      {"_ingest", "/_ingest/pipeline/{name}"},
      {"_alias", "/_alias/{name}"},
      {"_data_stream", "/_data_stream/{name}"}};
  for (const auto& [name, path] : kinds) {
    const std::string kind = name;  // a lambda cannot take a structured binding
    Add(router, "GET", path, [templates, kind](const net::HttpRequest& request) {
      return GetStored(templates, kind, request);
    });
    for (const char* method : {"PUT", "POST"}) {
      Add(router, method, path, [templates, kind](const net::HttpRequest& request) {
        return PutStored(templates, kind, request);
      });
    }
    Add(router, "DELETE", path, [templates, kind](const net::HttpRequest& request) {
      return templates->Remove(kind, request.path_params.Get("name"))
                 ? ElasticReply(request, 200, std::string(kAcknowledged))
                 : ElasticReply(request, 404,
                                ElasticError(404, "resource_not_found_exception",
                                             request.path_params.Get("name")));
    });
  }
  for (const char* method : {"PUT", "POST"}) {
    Add(router, method, "/{index}/_alias/{name}", [templates](const net::HttpRequest& request) {
      const base::Status status =
          templates->Put("_alias", request.path_params.Get("name"), "{\"aliases\":{}}");
      return ElasticReply(request, status.ok() ? 200 : 400, std::string(kAcknowledged));
    });
  }
  Add(router, "GET", "/{index}/_alias/{name}", [templates](const net::HttpRequest& request) {
    return GetStored(templates, "_alias", request);
  });
  Add(router, "GET", "/_index_template", Fixed("{\"index_templates\":[]}"));
  Add(router, "GET", "/_template", Fixed("{}"));
}

// Indexes come into being by writing to them: creating one only has to be acknowledged.
void AddIndexRoutes(net::Router* router) {
  Add(router, "PUT", "/{index}", [](const net::HttpRequest& request) {
    return ElasticReply(request, 200,
                        "{\"acknowledged\":true,\"shards_acknowledged\":true,\"index\":" +
                            Quoted(request.path_params.Get("index")) + "}");
  });
  for (const char* method : {"PUT", "POST"}) {
    Add(router, method, "/{index}/_mapping", Fixed(std::string(kAcknowledged)));
  }
  Add(router, "PUT", "/{index}/_settings", Fixed(std::string(kAcknowledged)));
  for (const char* method : {"GET", "POST"}) {
    for (const char* path : {"/_refresh", "/{index}/_refresh", "/_flush", "/{index}/_flush"}) {
      Add(router, method, path, Fixed("{\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0}}"));
    }
  }
}

void AddWrites(ElasticBulkEndpoint* bulk, net::Router* router) {
  for (const char* method : {"POST", "PUT"}) {
    for (const char* path : {"/_bulk", "/{index}/_bulk", "/{index}/{type}/_bulk"}) {
      Add(
          router, method, path,
          [bulk](const net::HttpRequest& request) {
            ElasticBulkReply reply = bulk->Bulk(request.body, request.path_params.Get("index"));
            return ElasticReply(request, reply.status, std::move(reply.json));
          },
          true);
    }
    for (const char* path : {"/{index}/_doc", "/{index}/_doc/{id}", "/{index}/_create/{id}"}) {
      const auto action = std::string_view(path).find("_create") != std::string_view::npos
                              ? wire::BulkAction::kCreate
                              : wire::BulkAction::kIndex;
      Add(
          router, method, path,
          [bulk, action](const net::HttpRequest& request) {
            ElasticBulkReply reply = bulk->Document(action, request.path_params.Get("index"),
                                                    request.path_params.Get("id"), request.body);
            return ElasticReply(request, reply.status, std::move(reply.json));
          },
          true);
    }
  }
}

}  // namespace

net::HttpResponse ElasticReply(const net::HttpRequest& request, int status, std::string json) {
  // A client that speaks the versioned media type wants it back.
  const std::string_view accept = request.headers.Get("Accept");
  constexpr std::string_view kVersioned = "application/vnd.elasticsearch+json";
  std::string content_type = "application/json";
  if (const size_t at = accept.find(kVersioned); at != std::string_view::npos) {
    const size_t with = accept.find("compatible-with=", at);
    const char version =
        with == std::string_view::npos || with + 16 >= accept.size() ? '8' : accept[with + 16];
    content_type = std::string(kVersioned) +
                   ";compatible-with=" + (version >= '0' && version <= '9' ? version : '8');
  }
  net::HttpResponse reply(status, std::move(json), content_type);
  reply.headers.Add("X-Elastic-Product", "Elasticsearch");
  if (status == 429 || status == 503) {
    reply.headers.Add("Retry-After", "5");
  }
  return reply;
}

void AddElasticIngestRoutes(const ElasticIngestParts& parts, net::Router* router) {
  AddHandshake(router);
  AddStored(parts.templates, router);
  AddIndexRoutes(router);
  AddWrites(parts.bulk, router);
}

}  // namespace sb::ingest
