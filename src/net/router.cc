// SPDX-License-Identifier: Apache-2.0
#include "net/router.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"

namespace sb::net {
namespace {

// Deeper paths than this have no route; it bounds the recursion of the search.
constexpr size_t kMaxSegments = 64;

std::vector<std::string_view> SplitPath(std::string_view path) {
  std::vector<std::string_view> segments;
  if (!path.empty() && path.front() == '/') {
    path.remove_prefix(1);
  }
  while (true) {
    const size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) {
      return segments;
    }
    path.remove_prefix(slash + 1);
  }
}

bool IsParam(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

void ReplyNotFound(const HttpRequest&, ResponseWriter& writer) {
  writer.Send(PlainTextResponse(404, "404 page not found"));
}

std::shared_ptr<const Route> InlineRoute(Handler handler) {
  auto route = std::make_shared<Route>();
  route->handler = std::move(handler);
  route->options.run_on_event_loop = true;
  return route;
}

}  // namespace

struct Router::Node {
  using MethodMap = std::map<std::string, std::shared_ptr<const Route>, std::less<>>;

  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> param;
  MethodMap methods;       // of paths that end here
  MethodMap rest_methods;  // of "/*rest" below here

  // Captured segments, still encoded, in the order of the pattern.
  using Captures = std::vector<std::string_view>;
  struct Found {
    std::shared_ptr<const Route> route;
    std::string allow;  // methods of paths that matched, if none had the wanted method
    Captures captures;
  };

  // Collects Allow from every pattern that fits, so that 405 is only answered when no pattern has
  // the method.
  static bool TakeMethod(const MethodMap& map, std::string_view method, Found& found) {
    auto it = map.find(method);
    if (it == map.end() && method == "HEAD") {
      it = map.find("GET");
    }
    if (it != map.end()) {
      found.route = it->second;
      return true;
    }
    for (const auto& [name, route] : map) {
      found.allow += found.allow.empty() ? "" : ", ";
      found.allow += name;
      if (name == "GET" && !map.contains("HEAD")) {
        found.allow += ", HEAD";
      }
    }
    return false;
  }

  bool IsFallback() const { return rest_methods.begin()->second->options.is_fallback; }

  bool Search(const std::vector<std::string_view>& decoded,
              const std::vector<std::string_view>& raw, size_t i, std::string_view method,
              Found& found) const {
    if (i == decoded.size()) {
      return TakeMethod(methods, method, found);
    }
    if (const auto it = literals.find(decoded[i]); it != literals.end()) {
      if (it->second->Search(decoded, raw, i + 1, method, found)) {
        return true;
      }
    }
    if (param != nullptr && !decoded[i].empty()) {
      found.captures.push_back(raw[i]);
      if (param->Search(decoded, raw, i + 1, method, found)) {
        return true;
      }
      found.captures.pop_back();
    }
    if (!rest_methods.empty() && (found.allow.empty() || !IsFallback())) {
      const char* begin = raw[i].data();
      const char* end = raw.back().data() + raw.back().size();
      found.captures.emplace_back(begin, static_cast<size_t>(end - begin));
      if (TakeMethod(rest_methods, method, found)) {
        return true;
      }
      found.captures.pop_back();
    }
    return false;
  }
};

Router::Router() : root_(std::make_unique<Node>()), not_found_(InlineRoute(ReplyNotFound)) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::Handle(std::string_view method, std::string_view pattern, Handler handler,
                    RouteOptions options) {
  SB_CHECK(IsToken(method));
  SB_CHECK(!pattern.empty() && pattern.front() == '/');
  SB_CHECK(handler != nullptr);
  auto route = std::make_shared<Route>();
  route->method = method;
  route->pattern = pattern;
  route->handler = std::move(handler);
  route->options = std::move(options);
  Insert(route);
}

void Router::Insert(const std::shared_ptr<const Route>& route) {
  const std::vector<std::string_view> segments = SplitPath(route->pattern);
  SB_CHECK(segments.size() <= kMaxSegments);
  Node* node = root_.get();
  bool is_rest = false;
  for (size_t i = 0; i < segments.size() && !is_rest; ++i) {
    const std::string_view segment = segments[i];
    is_rest = !segment.empty() && segment.front() == '*';
    if (is_rest) {
      SB_CHECK(i + 1 == segments.size());
    } else if (IsParam(segment)) {
      if (node->param == nullptr) {
        node->param = std::make_unique<Node>();
      }
      node = node->param.get();
    } else {
      std::unique_ptr<Node>& child = node->literals[std::string(segment)];
      if (child == nullptr) {
        child = std::make_unique<Node>();
      }
      node = child.get();
    }
  }
  Node::MethodMap& map = is_rest ? node->rest_methods : node->methods;
  SB_CHECK(map.emplace(route->method, route).second);
  routes_.push_back(route);
}

void Router::Mount(std::string_view prefix, const Router& router) {
  SB_CHECK(prefix.empty() || (prefix.front() == '/' && prefix.back() != '/'));
  for (const std::shared_ptr<const Route>& route : router.routes_) {
    auto copy = std::make_shared<Route>(*route);
    copy->pattern = std::string(prefix) + route->pattern;
    copy->mount_prefix = std::string(prefix) + route->mount_prefix;
    Insert(copy);
  }
}

void Router::SetNotFound(Handler handler, RouteOptions options) {
  auto route = std::make_shared<Route>();
  route->handler = std::move(handler);
  route->options = std::move(options);
  not_found_ = std::move(route);
}

namespace {

std::string DecodeSegment(std::string_view raw) {
  base::Result<std::string> decoded = PercentDecodePath(raw);
  return decoded.ok() ? *std::move(decoded) : std::string(raw);
}

// The names in the pattern, in order, against what the search captured.
UrlParams NameCaptures(std::string_view pattern, const std::vector<std::string_view>& captures) {
  UrlParams params;
  size_t next = 0;
  for (const std::string_view segment : SplitPath(pattern)) {
    std::string_view name;
    if (IsParam(segment)) {
      name = segment.substr(1, segment.size() - 2);
    } else if (!segment.empty() && segment.front() == '*') {
      name = segment.substr(1);
    } else {
      continue;
    }
    params.Add(std::string(name), DecodeSegment(captures[next++]));
  }
  return params;
}

std::shared_ptr<const Route> MethodNotAllowed(std::string allow) {
  return InlineRoute([allow = std::move(allow)](const HttpRequest&, ResponseWriter& writer) {
    HttpResponse response = PlainTextResponse(405, "Method Not Allowed");
    response.headers.Add("Allow", allow);
    writer.Send(std::move(response));
  });
}

}  // namespace

Router::Match Router::Find(std::string_view method, std::string_view raw_path) const {
  Match match;
  const std::vector<std::string_view> raw = SplitPath(raw_path);
  if (raw.size() > kMaxSegments * 2) {
    match.route = not_found_;
    return match;
  }
  std::vector<std::string> storage;
  std::vector<std::string_view> decoded = raw;
  storage.reserve(raw.size());
  for (std::string_view& segment : decoded) {
    if (segment.find('%') != std::string_view::npos) {
      segment = storage.emplace_back(DecodeSegment(segment));
    }
  }
  Node::Found found;
  if (root_->Search(decoded, raw, 0, method, found)) {
    match.path_params = NameCaptures(found.route->pattern, found.captures);
    match.route = std::move(found.route);
    match.found = true;
  } else if (!found.allow.empty()) {
    match.route = MethodNotAllowed(std::move(found.allow));
  } else {
    match.route = not_found_;
  }
  return match;
}

}  // namespace sb::net
