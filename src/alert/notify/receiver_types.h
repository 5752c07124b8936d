// SPDX-License-Identifier: Apache-2.0
//
// Every receiver type, each in its own file. Internal to the module.
#pragma once

#include "alert/notify/notifier.h"

namespace sb::notify {

const ReceiverType& DiscordType();
const ReceiverType& EmailType();
const ReceiverType& IncidentIoType();
const ReceiverType& JiraType();
const ReceiverType& MattermostType();
const ReceiverType& MsTeamsType();
const ReceiverType& MsTeamsV2Type();
const ReceiverType& OpsGenieType();
const ReceiverType& PagerDutyType();
const ReceiverType& PushoverType();
const ReceiverType& RocketChatType();
const ReceiverType& ServiceNowType();
const ReceiverType& SlackType();
const ReceiverType& SnsType();
const ReceiverType& TelegramType();
const ReceiverType& VictorOpsType();
const ReceiverType& WebexType();
const ReceiverType& WebhookType();
const ReceiverType& WeChatType();

// "at most one of NAME & NAME_file must be configured", or "".
std::string OneOf(const Sheet& sheet, std::string_view name);
// Copies `global`'s text to the receiver's option when that is absent.
void Inherit(const Sheet& global, std::string_view from, Sheet* sheet, std::string_view to);

template <typename T>
std::unique_ptr<Notifier> Make(const Sheet& sheet, const NotifierContext& context) {
  return std::make_unique<T>(sheet, context);
}

}  // namespace sb::notify
