// SPDX-License-Identifier: Apache-2.0
//
// A server on a free loopback port for tests, with its loops and pool, and a raw blocking socket to
// send it whatever bytes a test likes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/task_runner.h"
#include "net/http_server.h"

namespace sb::net {

class TestServer {
 public:
  explicit TestServer(Router router, HttpServerOptions options = {}, int loop_threads = 2);
  ~TestServer();

  HttpServer& server() { return *server_; }
  uint16_t port() const { return server_->port(); }
  std::string Url(std::string_view path) const;
  // Waits until the condition on the counters holds; false after ten seconds.
  bool WaitFor(const std::function<bool(const ServerStats&)>& condition);

 private:
  // Destroyed in the reverse order: server, pool, loops.
  EventLoops loops_;
  std::unique_ptr<base::ThreadPool> pool_;
  std::unique_ptr<HttpServer> server_;
};

// A blocking client connection; reads give up after `timeout_ms`.
class RawSocket {
 public:
  explicit RawSocket(uint16_t port, int timeout_ms = 10'000);
  ~RawSocket();
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  bool is_open() const { return fd_ >= 0; }
  // False if the peer does not take it.
  bool Send(std::string_view bytes);
  void ShutdownWrite();
  void Close();
  // With a reset instead of an orderly end.
  void Reset();
  // One read; empty at the end, on errors and after the timeout.
  std::string Read(size_t max_bytes = 65'536);
  // Up to the first occurrence of `mark`, or to the end.
  std::string ReadUntil(std::string_view mark);
  std::string ReadBytes(size_t count);
  // Until the peer closes; sets `*is_timeout` if it does not.
  std::string ReadAll(bool* is_timeout = nullptr);
  // One reply with Content-Length or chunked body: head and decoded body together.
  std::string ReadResponse();
  int fd() const { return fd_; }

 private:
  bool Fill();

  int fd_ = -1;
  bool is_timeout_ = false;
  std::string buffer_;
};

// A self-signed certificate with its key, for "localhost" and 127.0.0.1; PEM.
struct TestCertificate {
  std::string certificate;
  std::string key;
};
TestCertificate MakeTestCertificate(const std::string& common_name);

// Writes a file into a fresh folder of the machine's temporary directory, and removes it again.
class TempFile {
 public:
  explicit TempFile(std::string_view content);
  ~TempFile();
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  const std::string& path() const { return path_; }
  void Write(std::string_view content);

 private:
  std::string path_;
};

// Files of a fresh certificate for "localhost", and the options of a server that shows it.
class TlsFiles {
 public:
  explicit TlsFiles(const std::string& common_name) : TlsFiles(MakeTestCertificate(common_name)) {}

  const TestCertificate& pair() const { return pair_; }
  const std::string& cert_path() const { return cert_.path(); }
  HttpServerOptions options() const {
    HttpServerOptions options;
    options.tls = ServerTlsOptions{.cert_file = cert_.path(), .key_file = key_.path()};
    return options;
  }

 private:
  explicit TlsFiles(TestCertificate pair)
      : pair_(std::move(pair)), cert_(pair_.certificate), key_(pair_.key) {}

  const TestCertificate pair_;
  const TempFile cert_;
  const TempFile key_;
};

}  // namespace sb::net
