// SPDX-License-Identifier: Apache-2.0
//
// Digests and base64, for k6/crypto and k6/encoding.
#include <algorithm>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <fmt/format.h>

#include "js_values.h"
#include "natives.h"

namespace sb::load {
namespace {

constexpr char kStandard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kUrlSafe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// "std", "rawstd", "url", "rawurl".
std::string Encode(std::string_view bytes, std::string_view variant) {
  const char* digits = variant.ends_with("url") ? kUrlSafe : kStandard;
  const bool pad = !variant.starts_with("raw");
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; j++) {
      group = group << 8 | (i + j < bytes.size() ? uint8_t(bytes[i + j]) : 0);
    }
    for (size_t j = 0; j < 4; j++) {
      if (i + j <= bytes.size()) {
        out += digits[group >> (18 - 6 * j) & 63];
      } else if (pad) {
        out += '=';
      }
    }
  }
  return out;
}

bool Decode(std::string_view text, std::string_view variant, std::string* out) {
  const std::string_view digits = variant.ends_with("url") ? kUrlSafe : kStandard;
  while (text.ends_with('=')) text.remove_suffix(1);
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const size_t digit = digits.find(c);
    if (digit == std::string_view::npos || c == '\0') return false;
    bits = bits << 6 | uint32_t(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      *out += char(bits >> count & 255);
    }
  }
  return true;
}

void B64Encode(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  std::string bytes;
  if (!BytesOf(js, args[0], &bytes)) {
    return ThrowError(js, "b64encode() takes a string or an ArrayBuffer");
  }
  args.GetReturnValue().Set(JsString(js, Encode(bytes, Utf8(js, args[1]))));
}

void B64Decode(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  std::string bytes;
  if (!Decode(Utf8(js, args[0]), Utf8(js, args[1]), &bytes)) {
    return ThrowError(js, "illegal base64 data");
  }
  if (args[2]->IsTrue()) {
    args.GetReturnValue().Set(JsString(js, bytes));
  } else {
    args.GetReturnValue().Set(JsBuffer(js, bytes));
  }
}

const EVP_MD* AlgorithmOf(std::string_view name) {
  if (name == "md5") return EVP_md5();
  if (name == "sha1") return EVP_sha1();
  if (name == "sha256") return EVP_sha256();
  if (name == "sha384") return EVP_sha384();
  if (name == "sha512") return EVP_sha512();
  if (name == "sha512_224") return EVP_sha512_224();
  if (name == "sha512_256") return EVP_sha512_256();
  if (name == "ripemd160") return EVP_ripemd160();
  return nullptr;
}

// digest(algorithm, key or undefined, parts, "hex" | "base64" | … | "binary").
void Digest(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  const std::string name = Utf8(js, args[0]);
  const EVP_MD* algorithm = AlgorithmOf(name);
  if (algorithm == nullptr) return ThrowError(js, "unsupported hash algorithm: " + name);
  std::string all;
  const auto parts = args[2].As<v8::Array>();
  for (uint32_t i = 0; i < parts->Length(); i++) {
    v8::Local<v8::Value> part;
    std::string bytes;
    if (!parts->Get(js->GetCurrentContext(), i).ToLocal(&part)) return;
    BytesOf(js, part, &bytes);
    all += bytes;
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(all.data());
  bool done = false;
  if (args[1]->IsUndefined()) {
    done = EVP_Digest(data, all.size(), digest, &size, algorithm, nullptr) == 1;
  } else {
    std::string key;
    BytesOf(js, args[1], &key);
    done = HMAC(algorithm, key.data(), int(key.size()), data, all.size(), digest, &size) != nullptr;
  }
  if (!done) return ThrowError(js, "this OpenSSL does not have the algorithm: " + name);
  const std::string_view bytes(reinterpret_cast<const char*>(digest), size);
  const std::string encoding = Utf8(js, args[3]);
  std::string text;
  if (encoding == "hex") {
    for (const char c : bytes) text += fmt::format("{:02x}", uint8_t(c));
  } else if (encoding == "base64") {
    text = Encode(bytes, "std");
  } else if (encoding == "base64url") {
    text = Encode(bytes, "url");
  } else if (encoding == "base64rawurl") {
    text = Encode(bytes, "rawurl");
  } else if (encoding == "binary") {
    return args.GetReturnValue().Set(JsBuffer(js, bytes));
  } else {
    return ThrowError(js, "unknown output encoding '" + encoding +
                              "' (hex, base64, base64url, base64rawurl, binary)");
  }
  args.GetReturnValue().Set(JsString(js, text));
}

void RandomBytes(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  const double count = args[0].As<v8::Number>()->Value();
  if (!(count >= 0) || count > 1 << 20) return ThrowError(js, "randomBytes(): 0 to 1048576");
  std::string bytes(size_t(count), '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), int(bytes.size()));
  args.GetReturnValue().Set(JsBuffer(js, bytes));
}

}  // namespace

void AddCryptoNatives(NativeTable* table) {
  table->Add("b64encode", B64Encode);
  table->Add("b64decode", B64Decode);
  table->Add("digest", Digest);
  table->Add("randomBytes", RandomBytes);
}

}  // namespace sb::load
