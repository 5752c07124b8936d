// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/certificate_metrics.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <limits>

#include "encoding/hex.h"

namespace sb::probe {
namespace {

constexpr double kYearOne = -62'135'596'800.0;

std::string HexOf(const unsigned char* bytes, size_t size) {
  return encoding::HexOf({reinterpret_cast<const char*>(bytes), size});
}

double ExpiryOf(const X509* certificate) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) {
    return 0;
  }
  return static_cast<double>(timegm(&parts));
}

double EarliestOf(const STACK_OF(X509) * chain) {
  double earliest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    earliest = std::min(earliest, ExpiryOf(sk_X509_value(chain, i)));
  }
  return earliest;
}

std::string NameOf(const X509_NAME* name) {
  BIO* bio = BIO_new(BIO_s_mem());
  X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

std::string DnsNamesOf(X509* certificate) {
  std::string out;
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_DNS) {
      out.append(out.empty() ? "" : ",")
          .append(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                  static_cast<size_t>(ASN1_STRING_length(name->d.dNSName)));
    }
  }
  GENERAL_NAMES_free(names);
  return out;
}

ProbeMetrics::Labels LeafLabels(X509* leaf) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(leaf, EVP_sha256(), digest, &size);
  const ASN1_INTEGER* serial = X509_get0_serialNumber(leaf);
  return {{"fingerprint_sha256", HexOf(digest, size)},
          {"issuer", NameOf(X509_get_issuer_name(leaf))},
          {"serialnumber",
           HexOf(ASN1_STRING_get0_data(serial), static_cast<size_t>(ASN1_STRING_length(serial)))},
          {"subject", NameOf(X509_get_subject_name(leaf))},
          {"subjectalternative", DnsNamesOf(leaf)}};
}

std::string VersionOf(const SSL* connection) {
  switch (SSL_version(connection)) {
    case TLS1_VERSION:
      return "TLS 1.0";
    case TLS1_1_VERSION:
      return "TLS 1.1";
    case TLS1_2_VERSION:
      return "TLS 1.2";
    case TLS1_3_VERSION:
      return "TLS 1.3";
    default:
      return "unknown";
  }
}

}  // namespace

TlsFacts FactsOf(SSL* connection, ChainTrust trust) {
  TlsFacts facts;
  const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(connection);
  if (chain == nullptr || sk_X509_num(chain) == 0) {
    return facts;
  }
  facts.is_known = true;
  facts.version = VersionOf(connection);
  const char* cipher = SSL_CIPHER_standard_name(SSL_get_current_cipher(connection));
  facts.cipher = cipher == nullptr ? "unknown" : cipher;
  facts.earliest_expiry = EarliestOf(chain);
  const STACK_OF(X509)* verified =
      trust == ChainTrust::kVerified ? SSL_get0_verified_chain(connection) : nullptr;
  facts.last_chain_expiry = verified == nullptr ? kYearOne : EarliestOf(verified);
  facts.leaf = LeafLabels(sk_X509_value(chain, 0));
  return facts;
}

void SetLeafMetrics(const TlsFacts& facts, ProbeMetrics* metrics) {
  metrics->Set("probe_ssl_earliest_cert_expiry", "Returns last SSL chain expiry in unixtime",
               facts.earliest_expiry);
  metrics->Set("probe_ssl_last_chain_info", "Contains SSL leaf certificate information", 1,
               facts.leaf);
  metrics->Set("probe_tls_version_info", "Returns the TLS version used or NaN when unknown", 1,
               {{"version", facts.version}});
}

void SetCertificateMetrics(const TlsFacts& facts, ProbeMetrics* metrics) {
  SetLeafMetrics(facts, metrics);
  metrics->Set("probe_ssl_last_chain_expiry_timestamp_seconds",
               "Returns last SSL chain expiry in timestamp", facts.last_chain_expiry);
}

}  // namespace sb::probe
