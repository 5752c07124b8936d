// SPDX-License-Identifier: Apache-2.0
#include "signalbox/instrumentation/hiredis.h"

#include <algorithm>
#include <cctype>

namespace signalbox::hiredis {

namespace {

constexpr size_t kWordsMax = 16;

DatabaseStatement StatementOf(const std::vector<std::string_view>& words) {
  DatabaseStatement out;
  if (words.empty()) {
    return out;
  }
  out.operation = words[0];
  std::transform(out.operation.begin(), out.operation.end(), out.operation.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  out.text = out.operation;
  // The first argument of AUTH and HELLO is a secret, not a key.
  const bool has_key = out.operation != "AUTH" && out.operation != "HELLO";
  for (size_t i = 1; i < std::min(words.size(), kWordsMax); ++i) {
    out.text.append(" ").append(i == 1 && has_key ? words[i] : std::string_view("?"));
  }
  return out;
}

}  // namespace

DatabaseClient ClientOf(const Sdk& sdk, const redisContext* context, std::string_view database) {
  DatabaseFacts facts = {.system = "redis", .name_space = std::string(database)};
  if (context != nullptr && context->connection_type == REDIS_CONN_TCP &&
      context->tcp.host != nullptr) {
    facts.server_address = context->tcp.host;
    facts.server_port = context->tcp.port;
  } else if (context != nullptr && context->unix_sock.path != nullptr) {
    facts.server_address = context->unix_sock.path;
  }
  return DatabaseClient(sdk.tracer("signalbox.hiredis"), sdk.meter("signalbox.hiredis"),
                        std::move(facts));
}

redisReply* Command(const DatabaseClient& client, redisContext* context,
                    const std::vector<std::string_view>& words) {
  DatabaseCall call(client, StatementOf(words));
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  for (const std::string_view word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  auto* reply = static_cast<redisReply*>(
      redisCommandArgv(context, static_cast<int>(words.size()), texts.data(), sizes.data()));
  if (reply == nullptr) {
    call.Failed("connection", context->errstr);
  } else if (reply->type == REDIS_REPLY_ERROR) {
    // "WRONGTYPE Operation against …": the first word is the kind.
    const std::string_view text(reply->str, reply->len);
    call.Failed(text.substr(0, text.find(' ')), text);
  }
  return reply;
}

}  // namespace signalbox::hiredis
