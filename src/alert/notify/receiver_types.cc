// SPDX-License-Identifier: Apache-2.0
#include "alert/notify/receiver_types.h"

#include <array>

namespace sb::notify {

std::span<const ReceiverType* const> ReceiverTypes() {
  // In the order of the reference, which is the order of integrations within a receiver.
  static const std::array<const ReceiverType*, 19> types = {
      &WebhookType(),    &EmailType(),      &PagerDutyType(),  &OpsGenieType(),  &WeChatType(),
      &SlackType(),      &VictorOpsType(),  &PushoverType(),   &SnsType(),       &TelegramType(),
      &DiscordType(),    &WebexType(),      &MsTeamsType(),    &MsTeamsV2Type(), &JiraType(),
      &RocketChatType(), &MattermostType(), &IncidentIoType(), &ServiceNowType()};
  return types;
}

std::string OneOf(const Sheet& sheet, std::string_view name) {
  const std::string file = std::string(name) + "_file";
  if (sheet.Has(name) && sheet.Has(file)) {
    return "at most one of " + std::string(name) + " & " + file + " must be configured";
  }
  return "";
}

void Inherit(const Sheet& global, std::string_view from, Sheet* sheet, std::string_view to) {
  if (!sheet->Has(to)) {
    sheet->Set(to, global.Text(from));
  }
}

const SheetSpec& GlobalSpec() {
  using enum FieldKind;
  static const SheetSpec spec{
      "config.plain",
      {{"resolve_timeout", kDuration, "300000"},
       {"smtp_from"},
       {"smtp_hello", kText, "localhost"},
       {"smtp_smarthost"},
       {"smtp_auth_username"},
       {"smtp_auth_password", kSecret},
       {"smtp_auth_password_file"},
       {"smtp_auth_secret", kSecret},
       {"smtp_auth_secret_file"},
       {"smtp_auth_identity"},
       {"smtp_require_tls", kBool, "true"},
       {"smtp_tls_config", kTls},
       {"smtp_force_implicit_tls", kBool},
       {"slack_api_url", kSecretUrl},
       {"slack_api_url_file"},
       {"slack_app_token", kSecret},
       {"slack_app_token_file"},
       {"slack_app_url", kUrl, "https://slack.com/api/chat.postMessage", true},
       {"pagerduty_url", kUrl, "https://events.pagerduty.com/v2/enqueue"},
       {"opsgenie_api_url", kUrl, "https://api.opsgenie.com/"},
       {"opsgenie_api_key", kSecret},
       {"opsgenie_api_key_file"},
       {"wechat_api_url", kUrl, "https://qyapi.weixin.qq.com/cgi-bin/"},
       {"wechat_api_secret", kSecret},
       {"wechat_api_secret_file"},
       {"wechat_api_corp_id"},
       {"victorops_api_url", kUrl,
        "https://alert.victorops.com/integrations/generic/20131114/alert/"},
       {"victorops_api_key", kSecret},
       {"victorops_api_key_file"},
       {"telegram_api_url", kUrl, "https://api.telegram.org"},
       {"telegram_bot_token", kSecret},
       {"telegram_bot_token_file"},
       {"webex_api_url", kUrl, "https://webexapis.com/v1/messages"},
       {"rocketchat_api_url", kUrl, "https://open.rocket.chat/", true},
       {"rocketchat_token", kSecret},
       {"rocketchat_token_file"},
       {"rocketchat_token_id", kSecret},
       {"rocketchat_token_id_file"},
       {"mattermost_webhook_url", kSecretUrl},
       {"mattermost_webhook_url_file"},
       {"jira_api_url", kUrl}}};
  return spec;
}

std::string CheckGlobal(const Sheet& global) {
  for (const char* name :
       {"slack_api_url", "slack_app_token", "opsgenie_api_key", "victorops_api_key",
        "wechat_api_secret", "telegram_bot_token", "rocketchat_token", "rocketchat_token_id",
        "mattermost_webhook_url", "smtp_auth_password", "smtp_auth_secret"}) {
    if (std::string error = OneOf(global, name); !error.empty()) {
      return error;
    }
  }
  const bool app = global.Has("slack_app_token") || global.Has("slack_app_token_file");
  const bool hook = global.Has("slack_api_url") || global.Has("slack_api_url_file");
  if (app && hook) {
    return "at most one of slack_app_token/slack_app_token_file & "
           "slack_api_url/slack_api_url_file must be configured";
  }
  return "";
}

}  // namespace sb::notify
