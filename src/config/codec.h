// SPDX-License-Identifier: Apache-2.0
//
// Codec<T> reads one configuration value of type T from a Node and writes it back for printing:
//
//   static void Read(const Node&, const OptionInfo&, T* out, ErrorList&);   // errors name the
//   place static NodePtr Write(const T&); static bool IsEmpty(const T&);       // left out of a
//   printed file static std::string TypeName();       // in messages and in the reference page
//
// There are codecs for bool, int64_t, uint64_t, double, string, Secret, DurationMs, ByteSize, and
// for vector, map and optional of something with a codec. A struct has one when OptionsOf(const T*)
// can be found in its namespace and returns its OptionTable (option_table.h).
//
// A null value (`key:`) sets scalars to zero, as yaml.v2 does, and leaves structs at their
// defaults.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "config/byte_size.h"
#include "config/error_list.h"
#include "config/node.h"
#include "config/secret.h"

namespace sb::config {

enum class Reload : uint8_t { kAtOnce, kAfterRestart };
enum class Shown : uint8_t { kUnlessEmpty, kAlways };

// What is said once about an option; parser, printed configuration and reference page come from it.
struct OptionInfo {
  const char* sentence = "";
  const char* default_text = "";  // as one would write it in the file; "" for none
  const char* unit = "";
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  Reload reload = Reload::kAtOnce;
  Shown shown = Shown::kUnlessEmpty;
  const char* null_item = nullptr;  // sequences: the complaint about a `-` without a value
};

// "cannot unmarshal !!str `abc` into int", with the marker that Go's YAML library puts before it.
void AddTypeError(const Node& node, std::string_view type, ErrorList& errors);

template <typename T>
struct Codec;

template <>
struct Codec<bool> {
  static void Read(const Node& node, const OptionInfo& info, bool* out, ErrorList& errors);
  static NodePtr Write(bool value) { return MakePlain(value ? "true" : "false"); }
  static bool IsEmpty(bool value) { return !value; }
  static std::string TypeName() { return "bool"; }
};

template <>
struct Codec<int64_t> {
  static void Read(const Node& node, const OptionInfo& info, int64_t* out, ErrorList& errors);
  static NodePtr Write(int64_t value) { return MakePlain(std::to_string(value)); }
  static bool IsEmpty(int64_t value) { return value == 0; }
  static std::string TypeName() { return "int"; }
};

template <>
struct Codec<uint64_t> {
  static void Read(const Node& node, const OptionInfo& info, uint64_t* out, ErrorList& errors);
  static NodePtr Write(uint64_t value) { return MakePlain(std::to_string(value)); }
  static bool IsEmpty(uint64_t value) { return value == 0; }
  static std::string TypeName() { return "uint"; }
};

template <>
struct Codec<double> {
  static void Read(const Node& node, const OptionInfo& info, double* out, ErrorList& errors);
  static NodePtr Write(double value);
  static bool IsEmpty(double value) { return value == 0; }
  static std::string TypeName() { return "float64"; }
};

template <>
struct Codec<std::string> {
  static void Read(const Node& node, const OptionInfo& info, std::string* out, ErrorList& errors);
  static NodePtr Write(const std::string& value) { return MakeString(value); }
  static bool IsEmpty(const std::string& value) { return value.empty(); }
  static std::string TypeName() { return "string"; }
};

template <>
struct Codec<Secret> {
  static void Read(const Node& node, const OptionInfo& info, Secret* out, ErrorList& errors);
  static NodePtr Write(const Secret& value) { return MakeString(std::string(value.masked())); }
  static bool IsEmpty(const Secret& value) { return value.empty(); }
  static std::string TypeName() { return "secret"; }
};

template <>
struct Codec<base::DurationMs> {
  static void Read(const Node& node, const OptionInfo& info, base::DurationMs* out,
                   ErrorList& errors);
  static NodePtr Write(base::DurationMs value);
  static bool IsEmpty(base::DurationMs value) { return value.Value() == 0; }
  static std::string TypeName() { return "duration"; }
};

template <>
struct Codec<ByteSize> {
  static void Read(const Node& node, const OptionInfo& info, ByteSize* out, ErrorList& errors);
  static NodePtr Write(ByteSize value) { return MakePlain(FormatByteSize(value)); }
  static bool IsEmpty(ByteSize value) { return value.bytes == 0; }
  static std::string TypeName() { return "size"; }
};

// False, with an error, unless `node` is a sequence (or null, taken as an empty one).
bool CheckSequence(const Node& node, const std::string& type, ErrorList& errors);
// False, with an error, unless `node` is a mapping without duplicate keys (or null).
bool CheckMapping(const Node& node, const std::string& type, ErrorList& errors);

template <typename T>
struct Codec<std::vector<T>> {
  static void Read(const Node& node, const OptionInfo& info, std::vector<T>* out,
                   ErrorList& errors) {
    if (!CheckSequence(node, TypeName(), errors)) {
      return;
    }
    out->clear();
    for (const NodePtr& item : node.items) {
      if (item->IsNull() && info.null_item != nullptr) {
        errors.Add(*item, info.null_item);
        continue;
      }
      T value{};
      Codec<T>::Read(*item, info, &value, errors);
      out->push_back(std::move(value));
    }
  }
  static NodePtr Write(const std::vector<T>& values) {
    std::vector<NodePtr> items;
    for (const T& value : values) {
      items.push_back(Codec<T>::Write(value));
    }
    return MakeSequence(std::move(items));
  }
  static bool IsEmpty(const std::vector<T>& values) { return values.empty(); }
  static std::string TypeName() { return "[]" + Codec<T>::TypeName(); }
};

template <typename T>
struct Codec<std::map<std::string, T>> {
  static void Read(const Node& node, const OptionInfo& info, std::map<std::string, T>* out,
                   ErrorList& errors) {
    if (!CheckMapping(node, TypeName(), errors)) {
      return;
    }
    out->clear();
    for (const Node::Entry& entry : node.entries) {
      Codec<T>::Read(*entry.value, info, &(*out)[entry.key->text], errors);
    }
  }
  static NodePtr Write(const std::map<std::string, T>& values) {
    std::vector<std::pair<std::string, NodePtr>> entries;
    for (const auto& [key, value] : values) {
      entries.emplace_back(key, Codec<T>::Write(value));
    }
    return MakeMapping(std::move(entries));
  }
  static bool IsEmpty(const std::map<std::string, T>& values) { return values.empty(); }
  static std::string TypeName() { return "map[string]" + Codec<T>::TypeName(); }
};

template <typename T>
struct Codec<std::optional<T>> {
  static void Read(const Node& node, const OptionInfo& info, std::optional<T>* out,
                   ErrorList& errors) {
    if (node.IsNull()) {
      out->reset();
      return;
    }
    Codec<T>::Read(node, info, &out->emplace(), errors);
  }
  static NodePtr Write(const std::optional<T>& value) { return Codec<T>::Write(*value); }
  static bool IsEmpty(const std::optional<T>& value) { return !value.has_value(); }
  static std::string TypeName() { return Codec<T>::TypeName(); }
};

// Structs: whatever OptionsOf(const T*) describes.
template <typename T>
struct Codec {
  static void Read(const Node& node, const OptionInfo&, T* out, ErrorList& errors) {
    OptionsOf(static_cast<const T*>(nullptr)).Read(node, out, errors);
  }
  static NodePtr Write(const T& value) {
    return OptionsOf(static_cast<const T*>(nullptr)).Write(value);
  }
  static bool IsEmpty(const T& value) { return Write(value)->entries.empty(); }
  static std::string TypeName() { return OptionsOf(static_cast<const T*>(nullptr)).type_name(); }
};

}  // namespace sb::config
