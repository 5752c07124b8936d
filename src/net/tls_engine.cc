// SPDX-License-Identifier: Apache-2.0
#include "net/tls_engine.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>

#include "base/check.h"
#include "net/http_server.h"

namespace sb::net {

using base::InvalidArgument;
using base::Result;
using base::Status;

namespace {

template <typename T, void (*kFree)(T*)>
struct Freer {
  void operator()(T* p) const { kFree(p); }
};
void FreeBio(BIO* bio) {
  BIO_free(bio);
}
using BioPtr = std::unique_ptr<BIO, Freer<BIO, FreeBio>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509, X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using ContextPtr = std::unique_ptr<SSL_CTX, Freer<SSL_CTX, SSL_CTX_free>>;

std::string LastError() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return reason != nullptr ? reason : "unknown TLS error";
}

BioPtr ReadOnlyBio(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// No prompt for a passphrase on the terminal: an encrypted key is an error.
int NoPassphrase(char*, int, int, void*) {
  return -1;
}

Status UseCertificate(SSL_CTX* context, const std::string& file, base::FileSystem& files) {
  SB_ASSIGN_OR_RETURN(const std::string pem, files.ReadFile(file));
  const BioPtr bio = ReadOnlyBio(pem);
  const X509Ptr leaf(PEM_read_bio_X509_AUX(bio.get(), nullptr, NoPassphrase, nullptr));
  if (leaf == nullptr || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return InvalidArgument("cannot use certificate: " + LastError() + ": " + file);
  }
  while (X509* chain = PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, chain) != 1) {
      X509_free(chain);
      return InvalidArgument("cannot use certificate chain: " + LastError() + ": " + file);
    }
  }
  ERR_clear_error();
  return base::OkStatus();
}

Status UseKey(SSL_CTX* context, const std::string& file, base::FileSystem& files) {
  SB_ASSIGN_OR_RETURN(const std::string pem, files.ReadFile(file));
  const BioPtr bio = ReadOnlyBio(pem);
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr || SSL_CTX_use_PrivateKey(context, key.get()) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return InvalidArgument("cannot use private key: " + LastError() + ": " + file);
  }
  return base::OkStatus();
}

Status UseClientCa(SSL_CTX* context, const ServerTlsOptions& options, base::FileSystem& files) {
  if (options.client_ca_file.empty()) {
    return options.require_client_certificate
               ? InvalidArgument("require_client_certificate needs client_ca_file")
               : base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(const std::string pem, files.ReadFile(options.client_ca_file));
  const BioPtr bio = ReadOnlyBio(pem);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  int count = 0;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)) {
    const X509Ptr owned(certificate);
    X509_STORE_add_cert(store, certificate);
    SSL_CTX_add_client_CA(context, certificate);
    ++count;
  }
  ERR_clear_error();
  if (count == 0) {
    return InvalidArgument("no certificate in client CA file: " + options.client_ca_file);
  }
  const int required = options.require_client_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | required, nullptr);
  return base::OkStatus();
}

constexpr std::string_view kHttp2Alpn = "h2";
constexpr std::string_view kHttp1Alpn = "http/1.1";

// `arg` is non-null if HTTP/2 is on. A client that offers only unknown protocols goes on without
// ALPN, which means HTTP/1.1.
int SelectAlpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
               unsigned int in_size, void* arg) {
  const std::string_view wanted[] = {arg != nullptr ? kHttp2Alpn : kHttp1Alpn, kHttp1Alpn};
  for (const std::string_view protocol : wanted) {
    for (unsigned int i = 0; i < in_size && i + in[i] < in_size; i += 1U + in[i]) {
      const std::string_view offered(reinterpret_cast<const char*>(in) + i + 1, in[i]);
      if (offered == protocol) {
        *out = in + i + 1;
        *out_size = in[i];
        return SSL_TLSEXT_ERR_OK;
      }
    }
  }
  return SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::CreateServer(const ServerTlsOptions& options,
                                                                   bool offer_http2,
                                                                   base::FileSystem& files) {
  ContextPtr context(SSL_CTX_new(TLS_server_method()));
  SB_CHECK(context != nullptr);
  if (options.min_version != "TLS12" && options.min_version != "TLS13") {
    return InvalidArgument("TLS min_version is neither TLS12 nor TLS13: " + options.min_version);
  }
  SSL_CTX_set_min_proto_version(context.get(),
                                options.min_version == "TLS13" ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                         SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Buffers of idle connections are given back (34 KB each).
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Forward secrecy only; TLS 1.3 has its own list.
  SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20");
  static constexpr unsigned char kSessionContext[] = "signalbox";
  SSL_CTX_set_session_id_context(context.get(), kSessionContext, sizeof(kSessionContext) - 1);
  SSL_CTX_set_alpn_select_cb(context.get(), SelectAlpn, offer_http2 ? context.get() : nullptr);
  SB_RETURN_IF_ERROR(UseCertificate(context.get(), options.cert_file, files));
  SB_RETURN_IF_ERROR(UseKey(context.get(), options.key_file, files));
  SB_RETURN_IF_ERROR(UseClientCa(context.get(), options, files));
  return std::shared_ptr<const TlsContext>(new TlsContext(context.release()));
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

TlsEngine::TlsEngine(std::shared_ptr<const TlsContext> context)
    : context_(std::move(context)),
      ssl_(SSL_new(context_->get())),
      in_(BIO_new(BIO_s_mem())),
      out_(BIO_new(BIO_s_mem())) {
  SB_CHECK(ssl_ != nullptr && in_ != nullptr && out_ != nullptr);
  BIO_set_mem_eof_return(in_, -1);
  SSL_set_bio(ssl_, in_, out_);
  SSL_set_accept_state(ssl_);
}

TlsEngine::~TlsEngine() {
  SSL_free(ssl_);
}

Status TlsEngine::Receive(std::string_view ciphertext, std::string& plaintext) {
  ERR_clear_error();
  BIO_write(in_, ciphertext.data(), static_cast<int>(ciphertext.size()));
  while (true) {
    constexpr size_t kRecord = 16 << 10;
    const size_t filled = plaintext.size();
    plaintext.resize(filled + kRecord);
    const int n = SSL_read(ssl_, plaintext.data() + filled, static_cast<int>(kRecord));
    plaintext.resize(filled + static_cast<size_t>(std::max(n, 0)));
    if (n > 0) {
      continue;
    }
    switch (SSL_get_error(ssl_, n)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE:
        return base::OkStatus();
      case SSL_ERROR_ZERO_RETURN:
        peer_closed_ = true;
        return base::OkStatus();
      default:
        return InvalidArgument("TLS: " + LastError());
    }
  }
}

Status TlsEngine::Encrypt(std::string_view plaintext) {
  while (!plaintext.empty()) {
    ERR_clear_error();
    constexpr size_t kMaxPiece = 1 << 20;
    const int n =
        SSL_write(ssl_, plaintext.data(), static_cast<int>(std::min(plaintext.size(), kMaxPiece)));
    if (n <= 0) {
      return base::Unavailable("TLS: " + LastError());
    }
    plaintext.remove_prefix(static_cast<size_t>(n));
  }
  return base::OkStatus();
}

std::string TlsEngine::TakeOutput() {
  std::string bytes(BIO_ctrl_pending(out_), '\0');
  if (!bytes.empty()) {
    BIO_read(out_, bytes.data(), static_cast<int>(bytes.size()));
  }
  return bytes;
}

void TlsEngine::Shutdown() {
  if (is_handshake_done()) {
    ERR_clear_error();
    SSL_shutdown(ssl_);
    ERR_clear_error();
  }
}

bool TlsEngine::is_handshake_done() const {
  return SSL_is_init_finished(ssl_) == 1;
}

std::string TlsEngine::alpn() const {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_, &name, &size);
  return std::string(reinterpret_cast<const char*>(name), size);
}

std::string TlsEngine::client_subject() const {
  const X509Ptr certificate(SSL_get1_peer_certificate(ssl_));
  if (certificate == nullptr || SSL_get_verify_result(ssl_) != X509_V_OK) {
    return "";
  }
  const BioPtr bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate.get()), 0, XN_FLAG_RFC2253);
  std::string subject(BIO_ctrl_pending(bio.get()), '\0');
  BIO_read(bio.get(), subject.data(), static_cast<int>(subject.size()));
  return subject;
}

}  // namespace sb::net
