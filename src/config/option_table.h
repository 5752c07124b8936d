// SPDX-License-Identifier: Apache-2.0
//
// OptionTable<T> declares the options of a struct, each once. Strict reading, printing and the
// reference page come from it:
//
//   struct QueueConfig { int64_t capacity = 10000; base::DurationMs min_backoff{30}; };
//
//   const config::OptionTable<QueueConfig>& OptionsOf(const QueueConfig*) {
//     static const auto table = config::OptionTable<QueueConfig>("config.plain")
//         .Add("capacity", &QueueConfig::capacity, {.sentence = "Samples a shard may hold."})
//         .Add("min_backoff", &QueueConfig::min_backoff, {.sentence = "First wait after a
//         failure."}) .Check(&CheckQueue);
//     return table;
//   }
//
// Reading starts from the values that T has, so defaults are member initialisers. Unknown keys,
// duplicate keys and wrong types are errors with their place; the check runs only when the struct
// itself was read without error, so that one mistake is reported once. `type_name` is what the
// replaced product calls the type in "field x not found in type …".
//
// Threads: a table is immutable once built; build it in a function-local static.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/codec.h"

namespace sb::config {

// One row, with the struct's type erased.
class Option {
 public:
  Option(std::string name, std::string type, OptionInfo info)
      : name_(std::move(name)), type_(std::move(type)), info_(info) {}
  virtual ~Option() = default;
  Option(const Option&) = delete;
  Option& operator=(const Option&) = delete;

  const std::string& name() const { return name_; }
  const std::string& type() const { return type_; }
  const OptionInfo& info() const { return info_; }

  virtual void Read(const Node& node, void* object, ErrorList& errors) const = 0;
  // Null pointer: not worth printing.
  virtual NodePtr Write(const void* object) const = 0;

 private:
  std::string name_;
  std::string type_;
  OptionInfo info_;
};

using OptionPtr = std::shared_ptr<const Option>;

// The part of OptionTable that does not depend on T.
class OptionList {
 public:
  explicit OptionList(std::string type_name) : type_name_(std::move(type_name)) {}
  const std::string& type_name() const { return type_name_; }
  const std::vector<OptionPtr>& options() const { return options_; }

  // One table row per option: name, type, default, bounds, reload, sentence (Markdown).
  std::string RenderReference() const;

 protected:
  // True when everything was read without error.
  bool ReadInto(const Node& node, void* object, ErrorList& errors) const;
  NodePtr WriteFrom(const void* object) const;

  std::string type_name_;
  std::vector<OptionPtr> options_;
};

template <typename T>
class OptionTable : public OptionList {
 public:
  using CheckFunction = void (*)(const Node& node, T* value, ErrorList& errors);

  explicit OptionTable(std::string type_name) : OptionList(std::move(type_name)) {}

  template <typename M>
  OptionTable&& Add(std::string name, M T::* member, OptionInfo info = {}) && {
    options_.push_back(std::make_shared<MemberOption<Codec<M>, M>>(std::move(name), member, info));
    return std::move(*this);
  }
  // With a codec of the caller's, for a type whose text is not the usual one.
  template <typename C, typename M>
  OptionTable&& AddWith(std::string name, M T::* member, OptionInfo info = {}) && {
    options_.push_back(std::make_shared<MemberOption<C, M>>(std::move(name), member, info));
    return std::move(*this);
  }
  // The options of a member stand directly in this mapping.
  template <typename M>
  OptionTable&& Inline(M T::* member, const OptionTable<M>& table) && {
    for (const OptionPtr& option : table.options()) {
      options_.push_back(std::make_shared<InlineOption<M>>(option, member));
    }
    return std::move(*this);
  }
  // A row that is written by hand.
  OptionTable&& AddOption(OptionPtr option) && {
    options_.push_back(std::move(option));
    return std::move(*this);
  }
  OptionTable&& Check(CheckFunction check) && {
    check_ = check;
    return std::move(*this);
  }

  void Read(const Node& node, T* out, ErrorList& errors) const {
    if (ReadInto(node, out, errors) && check_ != nullptr) {
      check_(node, out, errors);
    }
  }
  NodePtr Write(const T& value) const { return WriteFrom(&value); }

 private:
  template <typename C, typename M>
  class MemberOption : public Option {
   public:
    MemberOption(std::string name, M T::* member, OptionInfo info)
        : Option(std::move(name), C::TypeName(), info), member_(member) {}
    void Read(const Node& node, void* object, ErrorList& errors) const override {
      C::Read(node, info(), &(static_cast<T*>(object)->*member_), errors);
    }
    NodePtr Write(const void* object) const override {
      const M& value = static_cast<const T*>(object)->*member_;
      if (info().shown == Shown::kUnlessEmpty && C::IsEmpty(value)) {
        return nullptr;
      }
      return C::Write(value);
    }

   private:
    M T::* member_;
  };

  template <typename M>
  class InlineOption : public Option {
   public:
    InlineOption(OptionPtr inner, M T::* member)
        : Option(inner->name(), inner->type(), inner->info()),
          inner_(std::move(inner)),
          member_(member) {}
    void Read(const Node& node, void* object, ErrorList& errors) const override {
      inner_->Read(node, &(static_cast<T*>(object)->*member_), errors);
    }
    NodePtr Write(const void* object) const override {
      return inner_->Write(&(static_cast<const T*>(object)->*member_));
    }

   private:
    OptionPtr inner_;
    M T::* member_;
  };

  CheckFunction check_ = nullptr;
};

}  // namespace sb::config
