// SPDX-License-Identifier: Apache-2.0
//
// TLS between memory and memory, on OpenSSL: ciphertext in, plaintext out, and the reverse. The
// connection moves the bytes, so that TLS and plain connections share one I/O path.
//
// TlsContext holds certificate, key and settings, and is shared by connections; a reload makes a
// new one for new connections.
//
// Threads: a context is safe to share; an engine belongs to one thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/env.h"
#include "base/status.h"

struct ssl_ctx_st;
struct ssl_st;
struct bio_st;

namespace sb::net {

struct ServerTlsOptions;

class TlsContext {
 public:
  // Reads the files. kInvalidArgument with the file's name when they do not fit together.
  static base::Result<std::shared_ptr<const TlsContext>> CreateServer(
      const ServerTlsOptions& options, bool offer_http2, base::FileSystem& files);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ssl_ctx_st* get() const { return context_; }

 private:
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  ssl_ctx_st* context_;
};

class TlsEngine {
 public:
  explicit TlsEngine(std::shared_ptr<const TlsContext> context);
  ~TlsEngine();
  TlsEngine(const TlsEngine&) = delete;
  TlsEngine& operator=(const TlsEngine&) = delete;

  // Appends to `plaintext` what `ciphertext` brought; moves the handshake on. An error ends the
  // connection, after TakeOutput() (which may hold an alert) was sent.
  base::Status Receive(std::string_view ciphertext, std::string& plaintext);
  base::Status Encrypt(std::string_view plaintext);
  // Ciphertext for the peer.
  std::string TakeOutput();
  // Says goodbye (close_notify).
  void Shutdown();

  bool is_handshake_done() const;
  bool peer_closed() const { return peer_closed_; }
  // "h2", "http/1.1" or "" after the handshake.
  std::string alpn() const;
  // Subject of the verified client certificate, or "".
  std::string client_subject() const;

 private:
  std::shared_ptr<const TlsContext> context_;
  ssl_st* ssl_;
  bio_st* in_;   // owned by ssl_
  bio_st* out_;  // owned by ssl_
  bool peer_closed_ = false;
};

}  // namespace sb::net
