// SPDX-License-Identifier: Apache-2.0
#include <rapidjson/document.h>

#include <utility>

#include "base/mutex.h"
#include "net/http_client_config.h"

namespace sb::net {

using base::Result;
using base::Status;

namespace {

// Go's oauth2 treats a token as expired this long before it is.
constexpr int64_t kExpiryMarginNs = 10'000'000'000;
constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr size_t kMaxTokenResponse = 1 << 20;

// A secret out of its file, without the white space around it (editors add line feeds).
Result<std::string> ReadSecret(base::FileSystem& files, const std::string& inline_value,
                               const std::string& file) {
  if (file.empty()) {
    return inline_value;
  }
  SB_ASSIGN_OR_RETURN(std::string text, files.ReadFile(file));
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

Result<std::string> ReadPem(base::FileSystem& files, const std::string& inline_value,
                            const std::string& file) {
  return file.empty() ? Result<std::string>(inline_value) : files.ReadFile(file);
}

Status ApplyTls(const TlsConfig& tls, base::FileSystem& files, ClientTlsOptions& options) {
  SB_ASSIGN_OR_RETURN(options.ca_pem, ReadPem(files, tls.ca, tls.ca_file));
  SB_ASSIGN_OR_RETURN(options.cert_pem, ReadPem(files, tls.cert, tls.cert_file));
  SB_ASSIGN_OR_RETURN(options.key_pem, ReadPem(files, tls.key, tls.key_file));
  options.server_name = tls.server_name;
  options.insecure_skip_verify = tls.insecure_skip_verify;
  options.min_version = tls.min_version;
  options.max_version = tls.max_version;
  return base::OkStatus();
}

void ApplyProxy(const ProxyConfig& proxy, ProxyOptions& options) {
  options.url = proxy.proxy_url;
  options.no_proxy = proxy.no_proxy;
  options.from_environment = proxy.proxy_from_environment;
  for (const auto& [name, values] : proxy.proxy_connect_header) {
    for (const std::string& value : values) {
      options.connect_headers.emplace_back(name, value);
    }
  }
}

struct Token {
  std::string authorization;  // "Bearer …"
  int64_t expires_ns = 0;     // on the monotonic clock; 0: never
};

Result<Token> ParseToken(const ClientResponse& response, int64_t now_ns) {
  if (response.status < 200 || response.status >= 300) {
    return base::Unauthenticated("oauth2: cannot fetch token: server returned HTTP status " +
                                 std::to_string(response.status));
  }
  rapidjson::Document json;
  json.Parse<rapidjson::kParseIterativeFlag>(response.body.data(), response.body.size());
  if (json.HasParseError() || !json.IsObject() || !json.HasMember("access_token") ||
      !json["access_token"].IsString()) {
    return base::Unauthenticated("oauth2: server response missing access_token");
  }
  Token token;
  std::string type = "Bearer";
  if (json.HasMember("token_type") && json["token_type"].IsString() &&
      !EqualsIgnoreCase(json["token_type"].GetString(), "bearer")) {
    type = json["token_type"].GetString();
  }
  token.authorization = type + " " + json["access_token"].GetString();
  if (json.HasMember("expires_in") && json["expires_in"].IsNumber()) {
    const double seconds = std::min(json["expires_in"].GetDouble(), 1e9);
    if (seconds > 0) {
      token.expires_ns = now_ns + static_cast<int64_t>(seconds) * kNsPerSecond;
    }
  }
  if (!IsHeaderValue(token.authorization)) {
    return base::Unauthenticated("oauth2: token contains a line break");
  }
  return token;
}

// A request that may first wait for a token: Cancel() reaches whatever runs now.
struct Chain {
  base::Mutex mutex;
  bool is_cancelled SB_GUARDED_BY(mutex) = false;
  RequestHandle current SB_GUARDED_BY(mutex);
};

}  // namespace

struct ConfiguredClient::Impl : std::enable_shared_from_this<ConfiguredClient::Impl> {
  using Waiter = std::function<void(Result<std::string>)>;

  Impl(HttpClient& http_client, HttpClientConfig client_config, base::Env& environment)
      : client(http_client), config(std::move(client_config)), env(environment) {}

  Status Apply(ClientRequest& request) const;
  Status ApplyAuthorization(ClientRequest& request) const;
  Status ApplyHeaders(ClientRequest& request) const;
  // Calls `waiter` with the value of Authorization, at once or when the token is there.
  void WithToken(Waiter waiter);
  Result<ClientRequest> TokenRequest() const;
  void OnToken(Result<ClientResponse> response);

  HttpClient& client;
  const HttpClientConfig config;
  base::Env& env;

  base::Mutex mutex;
  Token token SB_GUARDED_BY(mutex);
  std::vector<Waiter> waiters SB_GUARDED_BY(mutex);  // non-empty: a token request is in flight
};

ConfiguredClient::ConfiguredClient(HttpClient& client, HttpClientConfig config, base::Env& env)
    : impl_(std::make_shared<Impl>(client, std::move(config), env)) {}

ConfiguredClient::~ConfiguredClient() = default;

Status ConfiguredClient::Apply(ClientRequest& request) const {
  return impl_->Apply(request);
}

Status ConfiguredClient::Impl::Apply(ClientRequest& request) const {
  request.redirects = config.follow_redirects ? RedirectPolicy::kFollow : RedirectPolicy::kReturn;
  request.enable_http2 = config.enable_http2;
  ApplyProxy(config.proxy, request.proxy);
  SB_RETURN_IF_ERROR(ApplyTls(config.tls_config, env.files(), request.tls));
  SB_RETURN_IF_ERROR(ApplyAuthorization(request));
  return ApplyHeaders(request);
}

Status ConfiguredClient::Impl::ApplyAuthorization(ClientRequest& request) const {
  if (request.headers.Has("Authorization")) {
    return base::OkStatus();
  }
  if (config.basic_auth.has_value()) {
    const BasicAuthConfig& auth = *config.basic_auth;
    SB_ASSIGN_OR_RETURN(request.basic_auth_user,
                        ReadSecret(env.files(), auth.username, auth.username_file));
    SB_ASSIGN_OR_RETURN(request.basic_auth_password,
                        ReadSecret(env.files(), auth.password, auth.password_file));
  }
  if (config.authorization.has_value()) {
    const AuthorizationConfig& auth = *config.authorization;
    SB_ASSIGN_OR_RETURN(const std::string credentials,
                        ReadSecret(env.files(), auth.credentials, auth.credentials_file));
    const std::string type = auth.type.empty() ? "Bearer" : auth.type;
    request.headers.Add("Authorization", type + " " + credentials);
  }
  return base::OkStatus();
}

Status ConfiguredClient::Impl::ApplyHeaders(ClientRequest& request) const {
  for (const auto& [name, header] : config.http_headers) {
    for (const std::string& value : header.values) {
      request.headers.Add(name, value);
    }
    for (const std::string& secret : header.secrets) {
      request.headers.Add(name, secret);
    }
    for (const std::string& file : header.files) {
      SB_ASSIGN_OR_RETURN(std::string value, ReadSecret(env.files(), "", file));
      request.headers.Add(name, std::move(value));
    }
  }
  return base::OkStatus();
}

Result<ClientRequest> ConfiguredClient::Impl::TokenRequest() const {
  const OAuth2Config& oauth2 = *config.oauth2;
  ClientRequest request;
  request.method = "POST";
  request.url = oauth2.token_url;
  request.max_response_bytes = kMaxTokenResponse;
  request.basic_auth_user = PercentEncodeQuery(oauth2.client_id);
  SB_ASSIGN_OR_RETURN(const std::string secret,
                      ReadSecret(env.files(), oauth2.client_secret, oauth2.client_secret_file));
  request.basic_auth_password = PercentEncodeQuery(secret);
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  UrlParams form;
  form.Add("grant_type", "client_credentials");
  if (!oauth2.scopes.empty()) {
    std::string scopes;
    for (const std::string& scope : oauth2.scopes) {
      scopes += (scopes.empty() ? "" : " ") + scope;
    }
    form.Add("scope", scopes);
  }
  for (const auto& [name, value] : oauth2.endpoint_params) {
    form.Add(name, value);
  }
  request.body = form.Encode();
  ApplyProxy(oauth2.proxy, request.proxy);
  SB_RETURN_IF_ERROR(ApplyTls(oauth2.tls_config, env.files(), request.tls));
  return request;
}

void ConfiguredClient::Impl::WithToken(Waiter waiter) {
  std::string ready;
  {
    const base::MutexLock lock(mutex);
    const int64_t now = env.clock().MonotonicNs();
    if (!token.authorization.empty() &&
        (token.expires_ns == 0 || now + kExpiryMarginNs < token.expires_ns)) {
      ready = token.authorization;
    } else {
      waiters.push_back(std::move(waiter));
      if (waiters.size() > 1) {
        return;
      }
    }
  }
  if (!ready.empty()) {
    waiter(std::move(ready));
    return;
  }
  Result<ClientRequest> request = TokenRequest();
  if (!request.ok()) {
    OnToken(request.status());
    return;
  }
  client.FetchAsync(*std::move(request), [self = shared_from_this()](Result<ClientResponse> reply) {
    self->OnToken(std::move(reply));
  });
}

void ConfiguredClient::Impl::OnToken(Result<ClientResponse> response) {
  Result<Token> fresh = response.ok() ? ParseToken(*response, env.clock().MonotonicNs())
                                      : Result<Token>(response.status().WithPrefix("oauth2"));
  std::vector<Waiter> ready;
  {
    const base::MutexLock lock(mutex);
    if (fresh.ok()) {
      token = *fresh;
    }
    ready.swap(waiters);
  }
  for (const Waiter& waiter : ready) {
    waiter(fresh.ok() ? Result<std::string>(fresh->authorization)
                      : Result<std::string>(fresh.status()));
  }
}

RequestHandle ConfiguredClient::FetchAsync(ClientRequest request, HttpClient::Callback callback) {
  const Status applied = impl_->Apply(request);
  if (!applied.ok()) {
    callback(applied);
    return RequestHandle();
  }
  if (!impl_->config.oauth2.has_value()) {
    return impl_->client.FetchAsync(std::move(request), std::move(callback));
  }
  auto chain = std::make_shared<Chain>();
  impl_->WithToken([chain, &client = impl_->client, request = std::move(request),
                    callback = std::move(callback)](Result<std::string> authorization) mutable {
    bool is_cancelled = false;
    {
      const base::MutexLock lock(chain->mutex);
      is_cancelled = chain->is_cancelled;
    }
    if (!authorization.ok() || is_cancelled) {
      callback(is_cancelled ? base::Cancelled("the request was cancelled")
                            : authorization.status());
      return;
    }
    request.headers.Set("Authorization", *std::move(authorization));
    RequestHandle handle = client.FetchAsync(std::move(request), std::move(callback));
    {
      const base::MutexLock lock(chain->mutex);
      chain->current = handle;
      is_cancelled = chain->is_cancelled;
    }
    if (is_cancelled) {
      handle.Cancel();
    }
  });
  return RequestHandle([chain] {
    RequestHandle current;
    {
      const base::MutexLock lock(chain->mutex);
      chain->is_cancelled = true;
      current = chain->current;
    }
    current.Cancel();
  });
}

Result<ClientResponse> ConfiguredClient::Fetch(ClientRequest request) {
  base::Mutex mutex;
  base::CondVar done;
  std::optional<Result<ClientResponse>> result;
  FetchAsync(std::move(request), [&](Result<ClientResponse> reply) {
    const base::MutexLock lock(mutex);
    result = std::move(reply);
    done.NotifyAll();
  });
  const base::MutexLock lock(mutex);
  while (!result.has_value()) {
    done.Wait(mutex);
  }
  return *std::move(result);
}

}  // namespace sb::net
