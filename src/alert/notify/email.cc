// SPDX-License-Identifier: Apache-2.0
#include "alert/notify/email.h"

#include <curl/curl.h>

#include <cstring>
#include <map>
#include <utility>

#include "alert/notify/http_notifier.h"
#include "alert/notify/receiver_types.h"
#include "template/go_time.h"

namespace sb::notify {
namespace {

struct Upload {
  std::string text;
  size_t at = 0;
};

size_t ReadUpload(char* buffer, size_t size, size_t count, void* user) {
  auto* upload = static_cast<Upload*>(user);
  const size_t bytes = std::min(size * count, upload->text.size() - upload->at);
  std::memcpy(buffer, upload->text.data() + upload->at, bytes);
  upload->at += bytes;
  return bytes;
}

std::string Child(const config::Node* node, std::string_view key) {
  const config::Node* value = node == nullptr ? nullptr : node->Find(key);
  return value == nullptr ? "" : value->text;
}

// "Name <a@b>" -> "a@b".
std::string Address(std::string_view text) {
  const size_t open = text.rfind('<');
  const size_t close = text.rfind('>');
  if (open != std::string_view::npos && close != std::string_view::npos && open < close) {
    text = text.substr(open + 1, close - open - 1);
  }
  return std::string(text);
}

std::string CanonicalHeader(std::string name) {
  bool upper = true;
  for (char& c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    c = letter ? static_cast<char>(upper ? c & ~0x20 : c | 0x20) : c;
    upper = c == '-';
  }
  return name;
}

class Email : public Notifier {
 public:
  Email(const Sheet& sheet, const NotifierContext& context) : sheet_(sheet), context_(context) {}

  SendResult Send(const Message& message) override {
    Renderer render(*context_.templates, message);
    MailParts parts;
    const std::string from = render.Text(sheet_.Text("from"));
    const std::string to = render.Text(sheet_.Text("to"));
    std::map<std::string, std::string> headers;
    for (const auto& [name, value] : sheet_.Map("headers")) {
      headers[CanonicalHeader(name)] = render.Text(value);
    }
    headers.emplace("Subject", render.Text(R"({{ template "email.default.subject" . }})"));
    headers.emplace("To", to);
    headers.emplace("From", from);
    parts.headers = {headers.begin(), headers.end()};
    const std::string id = Unique();
    parts.headers.emplace_back("Message-Id", "<" + id + "@" + Hello() + ">");
    if (Child(sheet_.Tree("threading"), "enabled") == "true") {
      const std::string root = ThreadRoot(message);
      parts.headers.emplace_back("References", root);
      parts.headers.emplace_back("In-Reply-To", root);
    }
    parts.headers.emplace_back("Date",
                               gotemplate::FormatTime(gotemplate::GoTime::FromNs(message.now),
                                                      "Mon, 02 Jan 2006 15:04:05 -0700"));
    parts.text = render.Text(sheet_.Text("text"));
    parts.html = render.Html(sheet_.Text("html"));
    parts.boundary = KeyHash(id).substr(0, 60);
    if (!render.status().ok()) {
      return {render.status(), false, 0};
    }
    return Deliver(Address(from), SplitList(to), BuildMail(parts), message.timeout_ms);
  }

 private:
  // No mail has this id; programs gather under it what refers to it.
  std::string ThreadRoot(const Message& message) const {
    const bool daily = Child(sheet_.Tree("threading"), "thread_by_date") != "none";
    const std::string day = gotemplate::FormatTime(
        gotemplate::GoTime::FromNs(context_.env->clock().Now()), "2006-01-02");
    return "<alert-" + KeyHash(message.group_key).substr(0, 16) + "-" + (daily ? day : "") +
           "@alertmanager>";
  }

  std::string Hello() const { return sheet_.Has("hello") ? sheet_.Text("hello") : "localhost"; }

  std::string Unique() const {
    return std::to_string(context_.env->clock().Now().Value()) + "." +
           std::to_string(context_.env->random().Next64());
  }

  base::Result<std::string> Secret(const std::string& name) const {
    const std::string& file = sheet_.Text(name + "_file");
    if (file.empty()) {
      return sheet_.Text(name);
    }
    SB_ASSIGN_OR_RETURN(std::string text, context_.env->files().ReadFile(file));
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    return text;
  }

  bool ImplicitTls() const {
    const std::string& forced = sheet_.Text("force_implicit_tls");
    return forced.empty() ? sheet_.Text("smarthost").ends_with(":465") : forced == "true";
  }

  // "host" and "port" of the smarthost.
  std::pair<std::string, std::string> HostAndPort() const {
    const std::string& text = sheet_.Text("smarthost");
    const size_t colon = text.rfind(':');
    std::string host = text.substr(0, colon);
    return {host.empty() ? "localhost" : host, text.substr(colon + 1)};
  }

  // "smtp://host:port/hello". The host is the name that the certificate must have; where that is
  // tls_config.server_name, `connect_to` says where the server really is.
  std::string Url(std::string* connect_to) const {
    const auto [host, port] = HostAndPort();
    const net::TlsConfig* tls = sheet_.Tls("tls_config");
    std::string name = host;
    if (tls != nullptr && !tls->server_name.empty()) {
      name = tls->server_name;
      *connect_to = name + ":" + port + ":" + host + ":" + port;
    }
    return (ImplicitTls() ? "smtps://" : "smtp://") + name + ":" + port + "/" + Hello();
  }

  static void SetPem(CURL* curl, CURLoption file_option, CURLoption blob_option,
                     const std::string& file, const std::string& text) {
    if (!file.empty()) {
      curl_easy_setopt(curl, file_option, file.c_str());
    } else if (!text.empty()) {
      curl_blob blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
      curl_easy_setopt(curl, blob_option, &blob);
    }
  }

  static long SslVersions(const net::TlsConfig& tls) {
    const auto number = [](const std::string& name, long ten, long eleven, long twelve,
                           long thirteen) {
      return name == "TLS10"   ? ten
             : name == "TLS11" ? eleven
             : name == "TLS12" ? twelve
             : name == "TLS13" ? thirteen
                               : 0L;
    };
    return number(tls.min_version, CURL_SSLVERSION_TLSv1_0, CURL_SSLVERSION_TLSv1_1,
                  CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_TLSv1_3) |
           number(tls.max_version, CURL_SSLVERSION_MAX_TLSv1_0, CURL_SSLVERSION_MAX_TLSv1_1,
                  CURL_SSLVERSION_MAX_TLSv1_2, CURL_SSLVERSION_MAX_TLSv1_3);
  }

  void SetTls(CURL* curl) const {
    const net::TlsConfig* tls = sheet_.Tls("tls_config");
    if (tls == nullptr) {
      return;
    }
    SetPem(curl, CURLOPT_CAINFO, CURLOPT_CAINFO_BLOB, tls->ca_file, tls->ca);
    SetPem(curl, CURLOPT_SSLCERT, CURLOPT_SSLCERT_BLOB, tls->cert_file, tls->cert);
    SetPem(curl, CURLOPT_SSLKEY, CURLOPT_SSLKEY_BLOB, tls->key_file, tls->key);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, SslVersions(*tls));
    if (tls->insecure_skip_verify) {
      curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
      curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
  }

  base::Status SetAuth(CURL* curl) const {
    const std::string& user = sheet_.Text("auth_username");
    if (user.empty()) {
      return base::OkStatus();
    }
    SB_ASSIGN_OR_RETURN(std::string password, Secret("auth_password"));
    if (password.empty()) {
      SB_ASSIGN_OR_RETURN(password, Secret("auth_secret"));
    }
    curl_easy_setopt(curl, CURLOPT_USERNAME, user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, password.c_str());
    if (sheet_.Has("auth_identity")) {
      curl_easy_setopt(curl, CURLOPT_SASL_AUTHZID, sheet_.Text("auth_identity").c_str());
    }
    return base::OkStatus();
  }

  SendResult Deliver(const std::string& from, const std::vector<std::string>& to, std::string mail,
                     int64_t timeout_ms) const {
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
    if (curl == nullptr) {
      return {base::ResourceExhausted("no memory for a mail"), true, 0};
    }
    curl_slist* list = nullptr;
    for (const std::string& address : to) {
      list = curl_slist_append(list, ("<" + Address(address) + ">").c_str());
    }
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients(
        list, curl_slist_free_all);
    Upload upload{std::move(mail), 0};
    std::string connect_to;
    const std::string url = Url(&connect_to);
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> elsewhere(
        connect_to.empty() ? nullptr : curl_slist_append(nullptr, connect_to.c_str()),
        curl_slist_free_all);
    if (elsewhere != nullptr) {
      curl_easy_setopt(curl.get(), CURLOPT_CONNECT_TO, elsewhere.get());
    }
    char error[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, ("<" + from + ">").c_str());
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, list);
    curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, ReadUpload);
    curl_easy_setopt(curl.get(), CURLOPT_READDATA, &upload);
    curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_ms));
    const bool start_tls = sheet_.Text("require_tls") != "false" && !ImplicitTls();
    curl_easy_setopt(curl.get(), CURLOPT_USE_SSL, start_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE);
    SetTls(curl.get());
    if (base::Status status = SetAuth(curl.get()); !status.ok()) {
      return {std::move(status), false, 0};
    }
    const CURLcode code = curl_easy_perform(curl.get());
    if (code == CURLE_OK) {
      return {};
    }
    const std::string why = error[0] != '\0' ? error : curl_easy_strerror(code);
    const bool final = code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED ||
                       code == CURLE_PEER_FAILED_VERIFICATION;
    return {base::Unavailable("mail to " + sheet_.Text("smarthost") + ": " + why), !final, 0};
  }

  Sheet sheet_;
  NotifierContext context_;
};

std::string CheckHeaders(const Sheet& sheet) {
  std::map<std::string, std::string> seen;
  for (const auto& [name, value] : sheet.Map("headers")) {
    if (!seen.emplace(CanonicalHeader(name), name).second) {
      return "duplicate header \"" + CanonicalHeader(name) + "\" in email config";
    }
  }
  const config::Node* threading = sheet.Tree("threading");
  if (Child(threading, "enabled") != "true") {
    return "";
  }
  for (const char* name : {"References", "In-Reply-To"}) {
    if (seen.contains(name)) {
      return "conflicting configuration: threading.enabled conflicts with custom " +
             std::string(name) + " header";
    }
  }
  const std::string by = Child(threading, "thread_by_date");
  return by == "none" || by == "daily"
             ? ""
             : "threading.thread_by_date must be either 'none' or 'daily'";
}

std::string Complete(const Sheet& global, Sheet* sheet) {
  if (!sheet->Has("to")) {
    return "missing to address in email config";
  }
  if (std::string error = CheckHeaders(*sheet); !error.empty()) {
    return error;
  }
  Inherit(global, "smtp_smarthost", sheet, "smarthost");
  if (!sheet->Has("smarthost")) {
    return "no global SMTP smarthost set";
  }
  const std::string& host = sheet->Text("smarthost");
  const size_t colon = host.rfind(':');
  if (colon == std::string::npos) {
    return "address " + host + ": missing port in address";
  }
  if (colon + 1 == host.size()) {
    return "address " + host + ": port cannot be empty";
  }
  for (const char* name :
       {"from", "hello", "auth_username", "auth_identity", "require_tls", "force_implicit_tls"}) {
    Inherit(global, std::string("smtp_") + name, sheet, name);
  }
  if (const net::TlsConfig* tls = global.Tls("smtp_tls_config");
      tls != nullptr && !sheet->Has("tls_config")) {
    sheet->SetTls("tls_config", *tls);
  }
  if (!sheet->Has("from")) {
    return "no global SMTP from set";
  }
  for (const std::string name : {"auth_password", "auth_secret"}) {
    if (!sheet->Has(name) && !sheet->Has(name + "_file")) {
      Inherit(global, "smtp_" + name, sheet, name);
      Inherit(global, "smtp_" + name + "_file", sheet, name + "_file");
    }
  }
  return "";
}

}  // namespace

const ReceiverType& EmailType() {
  using enum FieldKind;
  static const ReceiverType type{
      .name = "email",
      .spec = {"config.plain",
               {{"send_resolved", kBool, "false"},
                {"to"},
                {"from"},
                {"hello"},
                {"smarthost"},
                {"auth_username"},
                {"auth_password", kSecret},
                {"auth_password_file"},
                {"auth_secret", kSecret},
                {"auth_secret_file"},
                {"auth_identity"},
                {"headers", kTextMap},
                {"html", kText, R"({{ template "email.default.html" . }})"},
                {"text"},
                {"require_tls", kBool},
                {"force_implicit_tls", kBool},
                {"tls_config", kTls},
                {"threading", kTree}},
               false},
      .send_resolved = false,
      .complete = Complete,
      .make = Make<Email>};
  return type;
}

}  // namespace sb::notify
