// SPDX-License-Identifier: Apache-2.0
//
// What the catalog keeps: documents in collections. The body is opaque to the catalog (JSON, as a
// rule); what a collection is for, and its limits, is one CollectionSpec that its user declares:
//
//   inline constexpr catalog::CollectionSpec kSilences{.name = "silences", .history_max = 0};
//
// Threads: values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sb::catalog {

struct CollectionSpec {
  std::string_view name;
  size_t body_bytes_max = 1 << 20;
  uint64_t documents_max = 100'000;
  // Versions of each document that are kept, the newest included; 0: only the newest, and
  // History() is empty.
  uint64_t history_max = 0;
};

struct Document {
  std::string id;   // unique in its collection
  std::string key;  // secondary key: need not be unique, "" when unused
  std::string body;
  int64_t number = 0;   // unique in the whole catalog, never given twice; stays over versions
  int64_t version = 0;  // 1 for a new document, then counts up by one
  int64_t created_ms = 0;
  int64_t updated_ms = 0;
  std::string author;   // of this version
  std::string message;  // of this version
};

struct PutRequest {
  std::string id;
  std::string key = {};
  std::string body = {};
  // Nothing: whatever is there is replaced. 0: the document must not exist (kAlreadyExists). n: it
  // must be at version n (kAborted).
  std::optional<int64_t> expected_version = {};
  std::string author = {};
  std::string message = {};
};

struct ListOptions {
  std::optional<std::string> key = {};  // exactly this key
  std::string key_from = {};            // keys >= key_from
  std::string key_before = {};          // keys < key_before; "" is no bound
  bool newest_key_first = false;        // order is (key, id), upwards or downwards
  size_t offset = 0;
  size_t limit = 100'000;
};

inline constexpr size_t kIdBytesMax = 512;
inline constexpr size_t kKeyBytesMax = 1024;

}  // namespace sb::catalog
