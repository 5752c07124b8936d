// SPDX-License-Identifier: Apache-2.0
//
// What a probe tells of a TLS connection: version, cipher, the leaf certificate, and when the
// chain expires. probe_ssl_last_chain_expiry_timestamp_seconds is year 1 (-62135596800) when the
// chain was not verified, as in the reference.
//
// Threads: one thread at a time.
#pragma once

#include <openssl/ssl.h>

#include <string>

#include "collect/probe/probe_metrics.h"

namespace sb::probe {

struct TlsFacts {
  bool is_known = false;
  std::string version;  // "TLS 1.3"
  std::string cipher;   // "TLS_AES_256_GCM_SHA384"
  double earliest_expiry = 0;
  double last_chain_expiry = 0;
  ProbeMetrics::Labels leaf;
};

enum class ChainTrust { kVerified, kNotVerified };

TlsFacts FactsOf(SSL* connection, ChainTrust trust);
// All of it but the verified chain, which the prober grpc does not tell.
void SetLeafMetrics(const TlsFacts& facts, ProbeMetrics* metrics);
void SetCertificateMetrics(const TlsFacts& facts, ProbeMetrics* metrics);

}  // namespace sb::probe
