// SPDX-License-Identifier: Apache-2.0
//
// One transfer of libcurl on the probing thread, to the address that was chosen before, and what
// TLS told of it.
//
//   TlsFacts tls;
//   const CURLcode code = PerformPinned(*transfer, PinOf(url, ip), ChainTrust::kVerified, &tls);
//   base::Result<net::ClientResponse> reply = transfer->Finish(code);
//
// Threads: one thread at a time.
#pragma once

#include <string>

#include "collect/probe/certificate_metrics.h"
#include "net/address_filter.h"
#include "net/curl_transfer.h"

namespace sb::probe {

// "host:port:address", as libcurl wants it.
std::string PinOf(const net::UrlParts& url, const net::IpAddress& ip);
// Blocks until it is done or the transfer's timeout is over. `pin` empty: libcurl resolves. `*tls`
// is unknown when there was no TLS, or no connection.
CURLcode PerformPinned(net::CurlTransfer& transfer, const std::string& pin, ChainTrust trust,
                       TlsFacts* tls);

}  // namespace sb::probe
