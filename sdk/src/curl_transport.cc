// SPDX-License-Identifier: Apache-2.0
#include <curl/curl.h>
#include <zlib.h>

#include <charconv>
#include <mutex>

#include "otlp_transport.h"
#include "percent.h"

namespace signalbox::internal {

namespace {

std::string_view GrpcPath(Signal signal) {
  switch (signal) {
    case Signal::kTraces:
      return "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    case Signal::kMetrics:
      return "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    case Signal::kLogs:
      break;
  }
  return "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
}

// gzip, or the text as it is if zlib fails.
bool Gzip(const std::string& text, std::string* out) {
  z_stream stream = {};
  if (deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return false;
  }
  out->resize(deflateBound(&stream, static_cast<uLong>(text.size())));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out->data());
  stream.avail_out = static_cast<uInt>(out->size());
  const bool is_done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out->resize(out->size() - stream.avail_out);
  deflateEnd(&stream);
  return is_done;
}

struct Reply {
  std::string body;
  std::string grpc_status;
  std::string grpc_message;
  int64_t retry_after_ms = 0;
};

constexpr size_t kBodyBytesMax = 64 << 10;

size_t TakeBody(char* data, size_t size, size_t count, void* user) {
  auto* reply = static_cast<Reply*>(user);
  if (reply->body.size() < kBodyBytesMax) {
    reply->body.append(data, size * count);
  }
  return size * count;
}

// Trailers come here too, after the body.
size_t TakeHeader(char* data, size_t size, size_t count, void* user) {
  auto* reply = static_cast<Reply*>(user);
  const std::string_view line(data, size * count);
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return size * count;
  }
  std::string name(line.substr(0, colon));
  for (char& c : name) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  std::string_view value = Trim(line.substr(colon + 1));
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) {
    value.remove_suffix(1);
  }
  if (name == "grpc-status") {
    reply->grpc_status = value;
  } else if (name == "grpc-message") {
    reply->grpc_message = PercentDecode(value);
  } else if (name == "retry-after") {
    int64_t seconds = 0;
    std::from_chars(value.data(), value.data() + value.size(), seconds);
    reply->retry_after_ms = seconds * 1000;
  }
  return size * count;
}

class CurlTransport final : public OtlpTransport {
 public:
  CurlTransport(Signal signal, TransportOptions options) : options_(std::move(options)) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    curl_ = curl_easy_init();
    address_ =
        options_.is_grpc ? options_.address + std::string(GrpcPath(signal)) : options_.address;
    AddHeader("Content-Type", options_.is_grpc ? "application/grpc" : "application/x-protobuf");
    AddHeader("User-Agent", "signalbox-sdk-cpp/0.1.0");
    AddHeader("Expect", "");
    if (options_.is_grpc) {
      AddHeader("TE", "trailers");
      if (options_.is_gzip) {
        AddHeader("grpc-encoding", "gzip");
      }
    } else if (options_.is_gzip) {
      AddHeader("Content-Encoding", "gzip");
    }
    for (const auto& [name, value] : options_.headers) {
      AddHeader(name, value);
    }
  }

  ~CurlTransport() override {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(curl_);
  }
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  SendResult Send(const std::string& request) override {
    if (curl_ == nullptr) {
      return {false, false, 0, "libcurl cannot start"};
    }
    const std::string body = BodyOf(request);
    Reply reply;
    curl_easy_setopt(curl_, CURLOPT_URL, address_.c_str());
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout_ms));
    curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &TakeBody);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &reply);
    curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, &TakeHeader);
    curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &reply);
    if (options_.is_grpc) {
      // A connection that stood idle may fail its next request with a framing error (curl 7.88),
      // after which nobody knows whether the batch came. A new one costs less than a lost batch.
      curl_easy_setopt(curl_, CURLOPT_FORBID_REUSE, 1L);
      curl_easy_setopt(
          curl_, CURLOPT_HTTP_VERSION,
          static_cast<long>(address_.starts_with("https:") ? CURL_HTTP_VERSION_2TLS
                                                           : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE));
    }
    const CURLcode code = curl_easy_perform(curl_);
    if (code != CURLE_OK) {
      return {false, true, 0, address_ + ": " + curl_easy_strerror(code)};
    }
    long status = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    return options_.is_grpc ? GrpcResult(status, reply) : HttpResult(status, reply);
  }

 private:
  void AddHeader(const std::string& name, const std::string& value) {
    // "Name:" without value removes a header that libcurl would send.
    headers_ = curl_slist_append(headers_, (name + (value.empty() ? ":" : ": " + value)).c_str());
  }

  std::string BodyOf(const std::string& request) const {
    std::string compressed;
    const bool is_compressed = options_.is_gzip && Gzip(request, &compressed);
    const std::string& payload = is_compressed ? compressed : request;
    if (!options_.is_grpc) {
      return payload;
    }
    std::string framed(1, is_compressed ? '\1' : '\0');
    for (int shift = 24; shift >= 0; shift -= 8) {
      framed.push_back(static_cast<char>(payload.size() >> shift & 0xff));
    }
    return framed + payload;
  }

  SendResult HttpResult(long status, const Reply& reply) const {
    if (status >= 200 && status < 300) {
      return {true, false, 0, ""};
    }
    // OTLP specification, "Retryable response codes".
    const bool is_retryable = status == 429 || status == 502 || status == 503 || status == 504;
    return {false, is_retryable, reply.retry_after_ms,
            address_ + " answered HTTP " + std::to_string(status)};
  }

  SendResult GrpcResult(long status, const Reply& reply) const {
    if (status == 200 && reply.grpc_status == "0") {
      return {true, false, 0, ""};
    }
    // Cancelled, deadline exceeded, resource exhausted, aborted, out of range, unavailable, data
    // loss.
    const std::string& code = reply.grpc_status;
    const bool is_retryable = code == "1" || code == "4" || code == "8" || code == "10" ||
                              code == "11" || code == "14" || code == "15" || code.empty();
    return {false, is_retryable, reply.retry_after_ms,
            address_ + " answered gRPC status " + (code.empty() ? "(none)" : code) + " " +
                reply.grpc_message};
  }

  const TransportOptions options_;
  CURL* curl_ = nullptr;
  curl_slist* headers_ = nullptr;
  std::string address_;
};

}  // namespace

std::unique_ptr<OtlpTransport> MakeCurlTransport(Signal signal, TransportOptions options) {
  return std::make_unique<CurlTransport>(signal, std::move(options));
}

}  // namespace signalbox::internal
