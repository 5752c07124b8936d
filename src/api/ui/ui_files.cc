// SPDX-License-Identifier: Apache-2.0
#include "api/ui/ui_files.h"

#include <algorithm>

#include "base/check.h"
#include "net/content_coding.h"

namespace sb::api {

namespace {

// The largest file of the UI is far smaller; the bound keeps a broken build from eating memory.
constexpr size_t kAssetBytesMax = 64 << 20;

const UiAsset* Find(const std::vector<UiAsset>& assets, std::string_view path) {
  const auto it = std::find_if(assets.begin(), assets.end(),
                               [path](const UiAsset& asset) { return asset.path == path; });
  return it == assets.end() ? nullptr : &*it;
}

// A last segment with a dot is a file; everything else is a page of the application.
bool LooksLikeFile(std::string_view path) {
  return path.substr(path.rfind('/') + 1).find('.') != std::string_view::npos;
}

bool IsApiPath(std::string_view path) {
  static constexpr std::string_view kPrefixes[] = {
      "/api/",    "/prometheus/",    "/loki/", "/tempo/", "/jaeger/",
      "/zipkin/", "/elasticsearch/", "/otlp/", "/-/",     "/alertmanager/"};
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [path](std::string_view prefix) { return path.starts_with(prefix); });
}

bool AcceptsGzip(const net::HttpRequest& request) {
  const std::string accepted = request.headers.GetJoined("Accept-Encoding");
  return accepted.find("gzip") != std::string::npos &&
         accepted.find("gzip;q=0") == std::string::npos;
}

std::string PlainBytes(const UiAsset& asset) {
  if (!asset.is_gzip) {
    return std::string(asset.bytes);
  }
  base::Result<std::string> plain = net::DecodeContent("gzip", asset.bytes, kAssetBytesMax);
  SB_CHECK(plain.ok());
  return std::move(plain).value();
}

void SendAsset(const UiAsset& asset, const net::HttpRequest& request, net::ResponseWriter& writer) {
  const std::string etag = "\"" + std::string(asset.etag) + "\"";
  net::HttpResponse reply(200);
  reply.headers.Set("ETag", etag);
  reply.headers.Set("Cache-Control", asset.path.starts_with("/assets/")
                                         ? "public, max-age=31536000, immutable"
                                         : "no-cache");
  reply.headers.Set("X-Content-Type-Options", "nosniff");
  if (request.headers.HasToken("If-None-Match", etag)) {
    reply.status = 304;
    writer.Send(std::move(reply));
    return;
  }
  reply.headers.Set("Content-Type", std::string(asset.content_type));
  if (asset.is_gzip) {
    reply.headers.Set("Vary", "Accept-Encoding");
  }
  if (!asset.is_gzip) {
    reply.body = std::string(asset.bytes);
  } else if (AcceptsGzip(request)) {
    reply.headers.Set("Content-Encoding", "gzip");
    reply.body = std::string(asset.bytes);
  } else {
    reply.body = PlainBytes(asset);
  }
  writer.Send(std::move(reply));
}

// JSON has "<" in strings only; without it nothing in there ends the element or begins a comment.
void AppendAnswer(std::string_view target, std::string_view json, std::string* out) {
  out->append("<script type=\"application/json\" data-answer=\"").append(target).append("\">");
  size_t from = 0;
  for (size_t at = json.find('<'); at != std::string_view::npos; at = json.find('<', from)) {
    out->append(json.substr(from, at - from)).append("\\u003c");
    from = at + 1;
  }
  out->append(json.substr(from)).append("</script>\n");
}

// The text of the page up to where its answers stand, and the rest.
struct PageText {
  std::string head;
  std::string tail;
};

PageText SplitPage(const UiAsset& index) {
  std::string text = PlainBytes(index);
  const size_t end = text.rfind("</body>");
  return end == std::string::npos ? PageText{std::move(text), ""}
                                  : PageText{text.substr(0, end), text.substr(end)};
}

void SendPage(const PageText& page, const std::vector<std::string>& targets,
              const InnerCalls& calls, const net::HttpRequest& request,
              net::ResponseWriter& writer) {
  net::HttpResponse head(200, page.head, "text/html; charset=utf-8");
  head.headers.Set("Cache-Control", "no-store");
  head.headers.Set("X-Content-Type-Options", "nosniff");
  writer.Start(std::move(head));
  writer.Flush();
  std::string rest;
  for (const std::string& target : targets) {
    const net::HttpResponse reply = calls.GetNow(request, target);
    if (reply.status == 200 && reply.headers.Get("Content-Type").starts_with("application/json")) {
      AppendAnswer(target, reply.body, &rest);
    }
  }
  writer.Write(rest + page.tail);
  writer.Finish();
}

// A uid as it stands in an address: what needs no escape in a path or an attribute.
bool IsPlainUid(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

}  // namespace

std::vector<std::string> FirstRequests(std::string_view path) {
  constexpr std::string_view kDashboard = "/d/";
  if (path == "/") {
    return {"/api/signalbox/v1/status"};
  }
  if (!path.starts_with(kDashboard)) {
    return {};
  }
  std::string_view uid = path.substr(kDashboard.size());
  uid = uid.substr(0, uid.find('/'));
  if (!IsPlainUid(uid)) {
    return {};
  }
  return {"/api/signalbox/v1/status", "/api/datasources",
          "/api/dashboards/uid/" + std::string(uid)};
}

void AddUiRoutes(const std::vector<UiAsset>& assets, const InnerCalls* calls, net::Router* router) {
  const UiAsset* index = Find(assets, "/index.html");
  SB_CHECK(index != nullptr);
  const auto handler = [&assets, index, calls, page = SplitPage(*index)](
                           const net::HttpRequest& request, net::ResponseWriter& writer) {
    const UiAsset* asset = Find(assets, request.path);
    if (asset == nullptr && !LooksLikeFile(request.path) && !IsApiPath(request.path)) {
      asset = index;
    }
    if (asset == index && calls != nullptr) {
      if (const std::vector<std::string> targets = FirstRequests(request.path); !targets.empty()) {
        SendPage(page, targets, *calls, request, writer);
        return;
      }
    }
    if (asset == nullptr) {
      writer.Send(net::PlainTextResponse(404, "404 page not found"));
      return;
    }
    SendAsset(*asset, request, writer);
  };
  router->Handle("GET", "/", handler);
  router->Handle("GET", "/query", handler);  // Prometheus' page; clients of InfluxDB POST there
  router->Handle("GET", "/*rest", handler, {.is_fallback = true});
}

}  // namespace sb::api
