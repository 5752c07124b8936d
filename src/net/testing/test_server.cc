// SPDX-License-Identifier: Apache-2.0
#include "net/testing/test_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/check.h"
#include "base/env.h"
#include "net/http1_parser.h"

namespace sb::net {

TestServer::TestServer(Router router, HttpServerOptions options, int loop_threads)
    : loops_({.threads = loop_threads}) {
  pool_ = std::make_unique<base::ThreadPool>(
      base::ThreadPool::Options{.name = "test", .threads = 4, .queue_max = 1000});
  if (!options.executors.contains("")) {
    options.executors[""] = [pool = pool_.get()](std::function<void()> task) {
      return pool->Post(std::move(task)).ok();
    };
  }
  server_ = std::make_unique<HttpServer>(loops_, std::move(options), std::move(router));
  const base::Status status = server_->Start();
  if (!status.ok()) {
    base::CheckFailed("server starts", __FILE__, __LINE__, status.ToString());
  }
}

TestServer::~TestServer() = default;

std::string TestServer::Url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port()) + std::string(path);
}

bool TestServer::WaitFor(const std::function<bool(const ServerStats&)>& condition) {
  for (int i = 0; i < 2'000; ++i) {
    if (condition(server_->stats())) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

RawSocket::RawSocket(uint16_t port, int timeout_ms) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0) {
    return;
  }
  timeval timeout{};
  timeout.tv_sec = timeout_ms / 1000;
  timeout.tv_usec = timeout_ms % 1000 * 1000;
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    Close();
  }
}

RawSocket::~RawSocket() {
  Close();
}

void RawSocket::Close() {
  if (fd_ >= 0) {
    close(fd_);
    fd_ = -1;
  }
}

void RawSocket::Reset() {
  const linger immediate{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &immediate, sizeof(immediate));
  Close();
}

void RawSocket::ShutdownWrite() {
  shutdown(fd_, SHUT_WR);
}

bool RawSocket::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

bool RawSocket::Fill() {
  char chunk[65'536];
  const ssize_t n = recv(fd_, chunk, sizeof(chunk), 0);
  if (n <= 0) {
    is_timeout_ = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    return false;
  }
  buffer_.append(chunk, static_cast<size_t>(n));
  return true;
}

std::string RawSocket::Read(size_t max_bytes) {
  if (buffer_.empty()) {
    Fill();
  }
  return ReadBytes(std::min(max_bytes, buffer_.size()));
}

std::string RawSocket::ReadUntil(std::string_view mark) {
  size_t found = std::string::npos;
  while ((found = buffer_.find(mark)) == std::string::npos && Fill()) {
  }
  return ReadBytes(found == std::string::npos ? buffer_.size() : found + mark.size());
}

std::string RawSocket::ReadBytes(size_t count) {
  while (buffer_.size() < count && Fill()) {
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string RawSocket::ReadAll(bool* is_timeout) {
  is_timeout_ = false;
  while (Fill()) {
  }
  if (is_timeout != nullptr) {
    *is_timeout = is_timeout_;
  }
  return ReadBytes(buffer_.size());
}

std::string RawSocket::ReadResponse() {
  std::string head = ReadUntil("\r\n\r\n");
  const size_t length_at = head.find("Content-Length: ");
  if (length_at != std::string::npos) {
    const size_t length = std::strtoul(head.c_str() + length_at + 16, nullptr, 10);
    return head + ReadBytes(length);
  }
  if (head.find("Transfer-Encoding: chunked") == std::string::npos) {
    return head;
  }
  ChunkedDecoder decoder;
  ParseState state = ParseState::kMore;
  while (state == ParseState::kMore && (!buffer_.empty() || Fill())) {
    size_t used = 0;
    state = decoder.Feed(buffer_, &used, head);
    buffer_.erase(0, used);
  }
  for (const Headers::Entry& trailer : decoder.trailers()) {
    head += "\n[" + trailer.first + ": " + trailer.second + "]";
  }
  return state == ParseState::kDone ? head : head + "[incomplete]";
}

namespace {

std::string TakePem(BIO* bio) {
  std::string text(BIO_ctrl_pending(bio), '\0');
  BIO_read(bio, text.data(), static_cast<int>(text.size()));
  BIO_free(bio);
  return text;
}

void AddExtension(X509* certificate, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  SB_CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

TestCertificate MakeTestCertificate(const std::string& common_name) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  SB_CHECK(key != nullptr && certificate != nullptr);
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3'600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600 * 24);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate, name);
  AddExtension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate, NID_subject_alt_name,
               ("DNS:" + common_name + ",DNS:localhost,IP:127.0.0.1").c_str());
  SB_CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);
  TestCertificate pair;
  BIO* certificate_bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(certificate_bio, certificate);
  pair.certificate = TakePem(certificate_bio);
  BIO* key_bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(key_bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  pair.key = TakePem(key_bio);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return pair;
}

TempFile::TempFile(std::string_view content) {
  const char* folder = std::getenv("TMPDIR");
  std::string pattern = std::string(folder != nullptr ? folder : "/tmp") + "/sb_net_XXXXXX";
  const int fd = mkstemp(pattern.data());
  SB_CHECK(fd >= 0);
  close(fd);
  path_ = pattern;
  Write(content);
}

TempFile::~TempFile() {
  std::remove(path_.c_str());
}

void TempFile::Write(std::string_view content) {
  SB_CHECK(base::WriteFileAtomically(base::Env::Real().files(), path_, content).ok());
}

}  // namespace sb::net
