// SPDX-License-Identifier: Apache-2.0
//
// Hosters: DigitalOcean, Hetzner, IONOS, Linode, Outscale, OVHcloud, Scaleway, STACKIT, Vultr.
#include "config/quote.h"
#include "discovery/sd_section.h"

namespace sb::discovery {
namespace {

using enum SdType;

constexpr SdField kDigitalocean[] = {
    {"refresh_interval", kDuration, "1m"}, {"port", kInt, "80"}, {"role", kString, "droplets"}};

constexpr SdField kHetzner[] = {
    {"refresh_interval", kDuration, "1m"}, {"port", kInt, "80"}, {"role"}, {"label_selector"}};

constexpr SdField kIonos[] = {
    {"datacenter_id"}, {"refresh_interval", kDuration, "1m"}, {"port", kInt, "80"}};

constexpr SdField kLinode[] = {{"refresh_interval", kDuration, "1m"},
                               {"port", kInt, "80"},
                               {"tag_separator", kString, ","},
                               {"region"}};

constexpr SdField kOutscale[] = {{"endpoint", kUrl},  {"region", kString, "eu-west-2"},
                                 {"access_key"},      {"secret_key", kSecret},
                                 {"secret_key_file"}, {"refresh_interval", kDuration, "1m"},
                                 {"port", kInt, "80"}};

constexpr SdField kOvhcloud[] = {{"endpoint", kString, "ovh-eu"},       {"application_key"},
                                 {"application_secret", kSecret},       {"consumer_key", kSecret},
                                 {"refresh_interval", kDuration, "1m"}, {"service"}};

constexpr SdField kScaleway[] = {{"project_id"},
                                 {"api_url", kUrl, "https://api.scaleway.com"},
                                 {"zone", kString, "fr-par-1"},
                                 {"access_key"},
                                 {"secret_key", kSecret},
                                 {"secret_key_file"},
                                 {"name_filter"},
                                 {"tags_filter", kStrings},
                                 {"refresh_interval", kDuration, "1m"},
                                 {"port", kInt, "80"},
                                 {"role"}};

constexpr SdField kStackit[] = {{"project"},
                                {"refresh_interval", kDuration, "1m"},
                                {"port", kInt, "80"},
                                {"region", kString, "eu01"},
                                {"endpoint", kUrl},
                                {"service_account_key", kSecret},
                                {"private_key", kSecret},
                                {"service_account_key_path"},
                                {"private_key_path"},
                                {"credentials_file_path"}};

constexpr SdField kVultr[] = {{"refresh_interval", kDuration, "1m"}, {"port", kInt, "80"}};

void CheckDigitalocean(const SdValues& v) {
  const std::string role = v.Text("role");
  if (role.empty()) {
    v.FailAt("role", "role missing (one of: droplets, databases)");
  } else if (role != "droplets" && role != "databases") {
    v.FailAt("role", "unknown DigitalOcean SD role " + config::GoQuote(role));
  }
}

void CheckHetzner(const SdValues& v) {
  const std::string role = v.Text("role");
  if (role.empty()) {
    v.FailAt("role", "role missing (one of: robot, hcloud)");
  } else if (role != "robot" && role != "hcloud") {
    v.FailAt("role", "unknown role " + config::GoQuote(role));
  }
}

void CheckIonos(const SdValues& v) {
  v.Require("datacenter_id", "datacenter id can't be empty");
}

// False, with an error, unless exactly one of secret_key and secret_key_file is there.
bool CheckSecretKey(const SdValues& v) {
  const bool key = v.Has("secret_key");
  const bool file = v.Has("secret_key_file");
  if (key == file) {
    v.Fail(key ? "at most one of secret_key & secret_key_file must be configured"
               : "one of secret_key & secret_key_file must be configured");
  }
  return key != file;
}

void CheckOutscale(const SdValues& v) {
  (void)(v.Require("region", "outscale SD configuration requires a region") &&
         v.Require("access_key", "outscale SD configuration requires access_key") &&
         CheckSecretKey(v));
}

void CheckOvhcloud(const SdValues& v) {
  const bool complete = v.Require("endpoint", "endpoint can not be empty") &&
                        v.Require("application_key", "application key can not be empty") &&
                        v.Require("application_secret", "application secret can not be empty") &&
                        v.Require("consumer_key", "consumer key can not be empty");
  const std::string service = v.Text("service");
  if (complete && service != "dedicated_server" && service != "vps") {
    v.FailAt("service", "unknown service: " + service);
  }
}

void CheckScaleway(const SdValues& v) {
  const std::string role = v.Text("role");
  if (role.empty()) {
    v.FailAt("role", "role missing (one of: instance, baremetal)");
  } else if (role != "instance" && role != "baremetal") {
    v.FailAt("role", "unknown role " + config::GoQuote(role));
  } else {
    (void)(v.Require("project_id", "project_id is mandatory") && CheckSecretKey(v) &&
           v.Require("access_key", "access_key is mandatory"));
  }
}

void CheckStackit(const SdValues& v) {
  if (!v.Has("endpoint") && !v.Has("region")) {
    v.Fail("stackit_sd: endpoint and region missing");
  }
}

constexpr SdKind kKinds[] = {
    {"digitalocean_sd_configs", "digitalocean.plain", SdHttp::kInline, kDigitalocean,
     &CheckDigitalocean},
    {"hetzner_sd_configs", "hetzner.plain", SdHttp::kInline, kHetzner, &CheckHetzner},
    {"ionos_sd_configs", "ionos.plain", SdHttp::kInline, kIonos, &CheckIonos},
    {"linode_sd_configs", "linode.plain", SdHttp::kInline, kLinode, nullptr},
    {"outscale_sd_configs", "outscale.plain", SdHttp::kInline, kOutscale, &CheckOutscale},
    {"ovhcloud_sd_configs", "ovhcloud.plain", SdHttp::kNone, kOvhcloud, &CheckOvhcloud},
    {"scaleway_sd_configs", "scaleway.plain", SdHttp::kInline, kScaleway, &CheckScaleway},
    {"stackit_sd_configs", "stackit.plain", SdHttp::kInline, kStackit, &CheckStackit},
    {"vultr_sd_configs", "vultr.plain", SdHttp::kInline, kVultr, nullptr},
};
constexpr const SdKind* kList[] = {&kKinds[0], &kKinds[1], &kKinds[2], &kKinds[3], &kKinds[4],
                                   &kKinds[5], &kKinds[6], &kKinds[7], &kKinds[8]};
static_assert(std::size(kList) == std::size(kKinds));

}  // namespace

std::span<const SdKind* const> HosterSdKinds() {
  return kList;
}

}  // namespace sb::discovery
