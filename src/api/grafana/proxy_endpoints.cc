// SPDX-License-Identifier: Apache-2.0
//
// The data source proxy. A built-in source is answered in this process by the façade that its path
// names; an external one by an HTTP request under the outgoing-request policy.
#include <algorithm>
#include <utility>

#include "api/grafana/external_source.h"
#include "api/grafana/grafana_parts.h"

namespace sb::grafana {

namespace {

constexpr size_t kProxyBodyBytesMax = 32U << 20;

// What follows the first `segments` segments of the target's path, as it was sent, with the query.
std::string_view RestOfTarget(std::string_view target, int segments) {
  size_t at = 0;
  for (int i = 0; i <= segments && at != std::string_view::npos; ++i) {
    at = target.find_first_of("/?", at + (i == 0 ? 0 : 1));
    if (at != std::string_view::npos && target[at] == '?') {
      break;
    }
  }
  return at == std::string_view::npos ? std::string_view() : target.substr(at);
}

// A source's path must not lead out of its URL's folder.
bool LeavesItsFolder(std::string_view decoded_path) {
  while (!decoded_path.empty()) {
    const size_t slash = std::min(decoded_path.find('/'), decoded_path.size());
    const std::string_view segment = decoded_path.substr(0, slash);
    if (segment == ".." || segment == ".") {
      return true;
    }
    decoded_path.remove_prefix(std::min(slash + 1, decoded_path.size()));
  }
  return false;
}

base::Status Redirect(std::string target, net::HttpRequest* request) {
  const size_t question = target.find('?');
  SB_ASSIGN_OR_RETURN(request->path, net::PercentDecodePath(target.substr(0, question)));
  request->raw_query = question == std::string::npos ? "" : target.substr(question + 1);
  base::Result<net::UrlParams> query = net::UrlParams::Parse(request->raw_query);
  request->query_error = query.status();
  request->query = query.ok() ? std::move(query).value() : net::UrlParams();
  request->target = std::move(target);
  return base::OkStatus();
}

// Calls the façade's handler on this thread.
base::Status CallBuiltIn(Parts& parts, net::HttpRequest request, net::ResponseWriter& writer) {
  const net::Router* facades = parts.with.facades ? parts.with.facades() : nullptr;
  if (facades == nullptr) {
    return base::Unavailable("the server is still starting");
  }
  const std::string_view path(request.target);
  net::Router::Match match = facades->Find(request.method, path.substr(0, path.find('?')));
  if (match.found && match.route->options.streaming_body) {
    return base::Unimplemented("streaming uploads do not go through the data source proxy: " +
                               request.path);
  }
  request.path_params = std::move(match.path_params);
  request.mount_prefix = match.route->mount_prefix;
  match.route->handler(request, writer);
  return base::OkStatus();
}

// Keeps a reply that is wanted as a value. It cannot be detached: whoever asks waits for the
// handler to return, not for what it may post elsewhere.
class KeepingWriter final : public net::ResponseWriter {
 public:
  void Send(net::HttpResponse response) override { reply = std::move(response); }
  void Start(net::HttpResponse head) override { reply = std::move(head); }
  bool Write(std::string_view bytes) override {
    reply.body += bytes;
    return true;
  }
  bool Flush() override { return true; }
  void SetTrailer(std::string, std::string) override {}
  void Finish() override {}
  base::Result<std::shared_ptr<net::WebSocket>> AcceptWebSocket(net::WebSocketOptions,
                                                                net::WebSocketCallbacks) override {
    return base::InvalidArgument("no WebSocket here");
  }
  std::shared_ptr<net::ResponseWriter> Detach() override { return nullptr; }
  bool IsCancelled() const override { return false; }
  void OnCancel(std::function<void()>) override {}

  net::HttpResponse reply{500};
};

void ForwardExternal(Parts& parts, const Datasource& source, const net::HttpRequest& request,
                     std::string_view rest, net::ResponseWriter& writer) {
  base::Result<net::ClientRequest> outgoing = ExternalRequest(parts, source, request.method, rest);
  if (!outgoing.ok()) {
    writer.Send(ErrorReply(outgoing.status()));
    return;
  }
  for (const char* name : {"Accept", "Content-Type", "X-Scope-OrgID"}) {
    if (const std::string* value = request.headers.Find(name)) {
      outgoing->headers.Set(name, *value);
    }
  }
  outgoing->body = request.body;
  const std::shared_ptr<net::ResponseWriter> kept = writer.Detach();
  const net::RequestHandle handle = parts.with.client.FetchAsync(
      std::move(outgoing).value(),
      [kept, name = source.name](base::Result<net::ClientResponse> got) {
        if (!got.ok()) {
          kept->Send(ErrorReply(got.status().WithPrefix("data source " + name)));
          return;
        }
        net::HttpResponse reply(got->status);
        for (const char* header : {"Content-Type", "Content-Disposition", "ETag"}) {
          if (const std::string* value = got->headers.Find(header)) {
            reply.headers.Set(header, *value);
          }
        }
        // What a foreign server sends must not run as a page of ours.
        reply.headers.Set("Content-Security-Policy", "sandbox");
        reply.headers.Set("X-Content-Type-Options", "nosniff");
        reply.body = std::move(got->body);
        kept->Send(std::move(reply));
      });
  kept->OnCancel([handle] { handle.Cancel(); });
}

void Forward(Parts& parts, const base::Result<Datasource>& source, net::HttpRequest request,
             int segments, net::ResponseWriter& writer) {
  if (!source.ok()) {
    writer.Send(ErrorReply(source.status()));
    return;
  }
  if (LeavesItsFolder(request.path_params.Get("rest"))) {
    writer.Send(MessageReply("the path must not hold . or .. segments", 400));
    return;
  }
  const std::string rest(RestOfTarget(request.target, segments));
  if (source->mount.empty()) {
    ForwardExternal(parts, *source, request, rest, writer);
    return;
  }
  base::Status status = Redirect(source->mount + rest, &request);
  if (status.ok()) {
    status = CallBuiltIn(parts, std::move(request), writer);
  }
  if (!status.ok()) {
    writer.Send(ErrorReply(status));
  }
}

}  // namespace

base::Result<net::HttpResponse> AskBuiltIn(Parts& parts, net::HttpRequest request) {
  std::string target = request.target;
  SB_RETURN_IF_ERROR(Redirect(std::move(target), &request));
  KeepingWriter writer;
  SB_RETURN_IF_ERROR(CallBuiltIn(parts, std::move(request), writer));
  return std::move(writer.reply);
}

void AddProxyRoutes(Parts& parts, net::Router* router) {
  net::RouteOptions options;
  options.pool = "query";
  options.max_body_bytes = kProxyBodyBytesMax;
  for (const char* method : {"GET", "POST", "PUT", "DELETE"}) {
    for (const char* kind : {"proxy/uid/{uid}", "uid/{uid}/resources"}) {
      // Both have five segments in front of what is the source's.
      router->Handle(
          method, std::string("/api/datasources/") + kind + "/*rest",
          [&parts](const net::HttpRequest& request, net::ResponseWriter& writer) {
            Forward(parts, parts.datasources.Get(request.path_params.Get("uid")), request, 5,
                    writer);
          },
          options);
    }
    router->Handle(
        method, "/api/datasources/proxy/{id}/*rest",
        [&parts](const net::HttpRequest& request, net::ResponseWriter& writer) {
          const base::Result<JsonDocument> id = ParseJsonText(request.path_params.Get("id"));
          const int64_t number = id.ok() && id->IsInt64() ? id->GetInt64() : 0;
          Forward(parts, parts.datasources.GetById(number), request, 4, writer);
        },
        options);
  }
}

}  // namespace sb::grafana
