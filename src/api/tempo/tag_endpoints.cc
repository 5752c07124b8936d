// SPDX-License-Identifier: Apache-2.0
//
// Names and values of attributes, versions 1 and 2.
#include "api/tempo/endpoints.h"
#include "api/tempo/request_parameters.h"
#include "api/tempo/tempo_json.h"

namespace sb::api::tempo {
namespace {

constexpr size_t kTagLimit = 5000;

base::Result<traceql::TagOptions> ReadOptions(const net::UrlParams& params) {
  traceql::TagOptions out;
  SB_ASSIGN_OR_RETURN(out.range, Range(params));
  SB_ASSIGN_OR_RETURN(const auto limit, Count(params, "limit"));
  out.limit = limit.value_or(kTagLimit);
  out.query = std::string(params.Get("q"));
  return out;
}

base::Result<traceql::TagScopes> Names(const Context& api, const net::HttpRequest& in,
                                       net::ResponseWriter& out) {
  SB_ASSIGN_OR_RETURN(const traceql::TagOptions options, ReadOptions(in.query));
  const std::string_view scope = in.query.Get("scope");
  const bool known = scope.empty() || scope == "none" || scope == "intrinsic" ||
                     traceql::ScopeOf(scope).has_value();
  if (!known) {
    return base::InvalidArgument("invalid scope: " + std::string(scope));
  }
  const auto context = StartQuery(api, out);
  return traceql::TagNames(api.with.spans, *context, scope, options);
}

base::Result<std::vector<traceql::TagValue>> Values(const Context& api, const net::HttpRequest& in,
                                                    net::ResponseWriter& out) {
  SB_ASSIGN_OR_RETURN(const traceql::TagOptions options, ReadOptions(in.query));
  const auto context = StartQuery(api, out);
  return traceql::TagValues(api.with.spans, *context,
                            traceql::ParseTagName(in.path_params.Get("tag")), options);
}

}  // namespace

void HandleTagsV1(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  base::Result<traceql::TagScopes> scopes = Names(api, in, out);
  if (!scopes.ok()) {
    return SendError(scopes.status(), out);
  }
  if (in.query.Get("scope") != "intrinsic") {
    scopes->erase("intrinsic");
  }
  SendJson(TagsJson(*scopes), {}, out);
}

void HandleTagsV2(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  const base::Result<traceql::TagScopes> scopes = Names(api, in, out);
  if (!scopes.ok()) {
    return SendError(scopes.status(), out);
  }
  SendJson(TagScopesJson(*scopes), {}, out);
}

void HandleTagValuesV1(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  const auto values = Values(api, in, out);
  if (!values.ok()) {
    return SendError(values.status(), out);
  }
  SendJson(TagValuesJson(*values), {}, out);
}

void HandleTagValuesV2(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  const auto values = Values(api, in, out);
  if (!values.ok()) {
    return SendError(values.status(), out);
  }
  SendJson(TagValuesV2Json(*values), {}, out);
}

}  // namespace sb::api::tempo
