// SPDX-License-Identifier: Apache-2.0
//
// Router finds the handler of a method and a path.
//
//   Router api;
//   api.Handle("GET", "/label/{name}/values", LabelValues);       //
//   request.path_params.Get("name") api.Handle("POST", "/write", Write, {.max_body_bytes = 32 <<
//   20, .pool = "ingest"}); Router root; root.Mount("/api/v1", api); root.Handle("GET", "/*rest",
//   StaticFiles);                    // everything else below
//
// A pattern consists of literal segments, {name} for exactly one non-empty segment, and as the last
// one *name for the rest, which may be empty. A literal wins over {name}, which wins over *name,
// and the search goes back when a more specific branch ends without a route. Segments are compared
// decoded, and an encoded slash (%2F) does not separate. Nothing is redirected or cleaned: "/a" and
// "/a/" are two paths, "." and ".." are ordinary segments.
//
// HEAD is served by GET's handler if it has none of its own (the body is not sent). A known path
// with another method is answered 405 with Allow, also where a fallback (RouteOptions) would have
// the method; an unknown path 404; SetNotFound replaces the latter. Two routes of one method and
// pattern, or a malformed pattern, are bugs of ours (SB_CHECK).
//
// Threads: build first, then share read-only.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.h"
#include "net/response_writer.h"

namespace sb::net {

using Handler = std::function<void(const HttpRequest&, ResponseWriter&)>;

struct RouteOptions {
  // Limits on the body as sent and after decompression; 0: the listener's.
  size_t max_body_bytes = 0;
  size_t max_decoded_body_bytes = 0;
  // Name of the listener's executor that runs the handler; "" is its default one.
  std::string pool = {};
  // For handlers of microseconds that never block, such as /-/healthy: no hop to a pool.
  bool run_on_event_loop = false;
  // The handler starts after the header and reads HttpRequest::body_reader.
  bool streaming_body = false;
  // Never compress this route's replies (already compressed files, profiles).
  bool no_compression = false;
  // A "/*rest" for paths that are nobody's: taken only where no other pattern fits, whatever its
  // methods.
  bool is_fallback = false;
};

struct Route {
  std::string method;
  std::string pattern;  // with the prefixes of all mounts
  std::string mount_prefix;
  Handler handler;
  RouteOptions options;
};

class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  void Handle(std::string_view method, std::string_view pattern, Handler handler,
              RouteOptions options = {});
  // Copies the routes of `router` under `prefix` ("/prometheus"; "" for the same place).
  void Mount(std::string_view prefix, const Router& router);
  // Answers paths without a route. The default is text/plain "404 page not found".
  void SetNotFound(Handler handler, RouteOptions options = {});

  struct Match {
    std::shared_ptr<const Route> route;  // always set: 404 and 405 are routes too
    UrlParams path_params;
    bool found = false;
  };
  // `raw_path` is the target without the query, still encoded; its escapes must be well-formed.
  Match Find(std::string_view method, std::string_view raw_path) const;

  // All routes, in the order in which they were added.
  const std::vector<std::shared_ptr<const Route>>& routes() const { return routes_; }

 private:
  struct Node;
  void Insert(const std::shared_ptr<const Route>& route);

  std::unique_ptr<Node> root_;
  std::vector<std::shared_ptr<const Route>> routes_;
  std::shared_ptr<const Route> not_found_;
};

}  // namespace sb::net
