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
    base::Result<std::string> plain = net::DecodeContent("gzip", asset.bytes, kAssetBytesMax);
    SB_CHECK(plain.ok());
    reply.body = std::move(plain).value();
  }
  writer.Send(std::move(reply));
}

}  // namespace

void AddUiRoutes(const std::vector<UiAsset>& assets, net::Router* router) {
  const UiAsset* index = Find(assets, "/index.html");
  SB_CHECK(index != nullptr);
  const auto handler = [&assets, index](const net::HttpRequest& request,
                                        net::ResponseWriter& writer) {
    const UiAsset* asset = Find(assets, request.path);
    if (asset == nullptr && !LooksLikeFile(request.path) && !IsApiPath(request.path)) {
      asset = index;
    }
    if (asset == nullptr) {
      writer.Send(net::PlainTextResponse(404, "404 page not found"));
      return;
    }
    SendAsset(*asset, request, writer);
  };
  router->Handle("GET", "/", handler);
  router->Handle("GET", "/*rest", handler);
}

}  // namespace sb::api
