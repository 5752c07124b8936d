// SPDX-License-Identifier: Apache-2.0
//
// A Notifier tells one receiver of one type. ReceiverType is what the configuration and the manager
// know about a type: its options, how they are completed from `global`, how a Notifier is made.
//
//   for (const ReceiverType* type : ReceiverTypes()) …          // key: type->name + "_configs"
//   std::unique_ptr<Notifier> slack = type->make(sheet, context);
//   SendResult result = slack->Send(message);                   // blocks until answered or timed
//   out
//
// A result says whether trying again within the same flush makes sense: network errors and 5xx (429
// for some) do, other refusals do not.
//
// Threads: Notifiers are safe for concurrent use.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alert/notify/alert.h"
#include "alert/notify/sheet.h"
#include "alert/notify/templates.h"
#include "base/env.h"
#include "base/status.h"
#include "net/http_client.h"

namespace sb::notify {

// One notification: a group of alerts for one receiver.
struct Message {
  std::string group_key;
  std::string receiver;
  std::vector<Alert> alerts;  // sorted; those that fire have no end
  size_t left_out = 0;        // alerts that a receiver's max_alerts has cut off
  model::LabelSet group_labels;
  TextMap route_labels;
  std::string external_url;
  std::string reason;  // why now: "first notification", …
  // The same for every attempt at one notification, different for the next one.
  std::string idempotency_key;
  // What the receiver gave back at the notification before of this group (SendResult::store).
  TextMap store;
  base::TimestampNs now;
  int64_t timeout_ms = 30'000;

  bool Firing() const;  // any
};

struct SendResult {
  base::Status status;
  bool retry = false;
  int64_t retry_after_ms = 0;  // what the receiver asked for; 0: nothing
  // To be remembered with the notification, durably; replaces what was there.
  TextMap store = {};
};

class Notifier {
 public:
  virtual ~Notifier() = default;
  virtual SendResult Send(const Message& message) = 0;
};

struct NotifierContext {
  base::Env* env = nullptr;
  net::HttpClient* client = nullptr;
  std::shared_ptr<const Templates> templates;
};

struct ReceiverType {
  std::string_view name;  // "slack"
  SheetSpec spec;
  bool send_resolved = true;
  // `- null` stands for an element without options, not for a mistake.
  bool null_is_empty = false;
  // Fills what is absent from `global` and checks; the reference's words, "" when all is well.
  std::string (*complete)(const Sheet& global, Sheet* sheet) = nullptr;
  std::unique_ptr<Notifier> (*make)(const Sheet& sheet, const NotifierContext& context) = nullptr;
  // What the reference does with these options and this notifier does not; "" for nothing.
  std::string (*warn)(const Sheet& sheet) = nullptr;
};

std::span<const ReceiverType* const> ReceiverTypes();
// The `global` section.
const SheetSpec& GlobalSpec();
// Its own rules, such as "at most one of …"; "" when all is well.
std::string CheckGlobal(const Sheet& global);

TemplateData MakeData(const Message& message);
// SHA-256 of the group key in hex: alias, dedup_key, entity_id.
std::string KeyHash(std::string_view group_key);
std::string TruncateRunes(std::string_view text, size_t runes_max);
std::string TruncateBytes(std::string_view text, size_t bytes_max);

}  // namespace sb::notify
