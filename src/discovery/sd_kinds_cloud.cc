// SPDX-License-Identifier: Apache-2.0
//
// Public clouds: AWS and its parts, Azure, GCE, OCI, OpenStack, Triton.
#include "config/quote.h"
#include "discovery/sd_section.h"

namespace sb::discovery {
namespace {

using enum SdType;

constexpr SdField kAws[] = {
    {"role"},
    {"region"},
    {"endpoint"},
    {"access_key"},
    {"secret_key", kSecret},
    {"profile"},
    {"role_arn"},
    {"external_id"},
    {"refresh_interval", kDuration, "1m"},
    {"port", kInt},
    {"filters", kFilters},
    {"clusters", kStrings},
};

constexpr SdField kEc2[] = {
    {"endpoint"},         {"region"},
    {"access_key"},       {"secret_key", kSecret},
    {"profile"},          {"role_arn"},
    {"external_id"},      {"refresh_interval", kDuration, "1m"},
    {"port", kInt, "80"}, {"filters", kFilters},
};

constexpr SdField kLightsail[] = {
    {"endpoint"},         {"region"},   {"access_key"},  {"secret_key", kSecret},
    {"profile"},          {"role_arn"}, {"external_id"}, {"refresh_interval", kDuration, "1m"},
    {"port", kInt, "80"},
};

constexpr SdField kEcs[] = {
    {"region"},
    {"endpoint"},
    {"access_key"},
    {"secret_key", kSecret},
    {"profile"},
    {"role_arn"},
    {"external_id"},
    {"clusters", kStrings},
    {"port", kInt, "80"},
    {"refresh_interval", kDuration, "1m"},
    {"request_concurrency", kInt, "20"},
};

// Also the fields of elasticache and msk.
constexpr SdField kClusters[] = {
    {"region"},
    {"endpoint"},
    {"access_key"},
    {"secret_key", kSecret},
    {"profile"},
    {"role_arn"},
    {"external_id"},
    {"clusters", kStrings},
    {"port", kInt, "80"},
    {"refresh_interval", kDuration, "1m"},
    {"request_concurrency", kInt, "10"},
};

constexpr SdField kRds[] = {
    {"region"},
    {"endpoint"},
    {"access_key"},
    {"secret_key", kSecret},
    {"profile"},
    {"role_arn"},
    {"external_id"},
    {"clusters", kStrings},
    {"port", kInt, "80"},
    {"refresh_interval", kDuration, "1m"},
    {"filters", kFilters},
    {"request_concurrency", kInt, "10"},
};

constexpr SdField kAzure[] = {
    {"environment", kString, "AzurePublicCloud"},
    {"port", kInt, "80"},
    {"subscription_id"},
    {"tenant_id"},
    {"client_id"},
    {"client_secret", kSecret},
    {"refresh_interval", kDuration, "5m"},
    {"authentication_method", kString, "OAuth"},
    {"resource_group"},
};

constexpr SdField kGce[] = {
    {"project"},          {"zone"},
    {"filter"},           {"refresh_interval", kDuration, "1m"},
    {"port", kInt, "80"}, {"tag_separator", kString, ","},
};

constexpr SdField kOci[] = {
    {"auth", kString, "api_key"},
    {"tenancy"},
    {"user"},
    {"fingerprint"},
    {"key_file"},
    {"key_passphrase", kSecret},
    {"key_passphrase_file"},
    {"region"},
    {"compartments", kStrings},
    {"port", kInt, "80"},
    {"refresh_interval", kDuration, "1m"},
};

constexpr SdField kOpenstack[] = {
    {"identity_endpoint"},
    {"username"},
    {"userid"},
    {"password", kSecret},
    {"project_name"},
    {"project_id"},
    {"domain_name"},
    {"domain_id"},
    {"application_credential_name"},
    {"application_credential_id"},
    {"application_credential_secret", kSecret},
    {"role"},
    {"region"},
    {"refresh_interval", kDuration, "1m"},
    {"port", kInt, "80"},
    {"all_tenants", kBool},
    {"tls_config", kTls},
    {"availability", kString, "public"},
};

constexpr SdField kTriton[] = {
    {"account"},
    {"role", kString, "container"},
    {"dns_suffix"},
    {"endpoint"},
    {"groups", kStrings},
    {"port", kInt, "9163"},
    {"refresh_interval", kDuration, "1m"},
    {"tls_config", kTls},
    {"version", kInt, "1"},
};

void CheckAws(const SdValues& v) {
  const std::string role = v.Text("role");
  for (const char* known : {"ec2", "ecs", "elasticache", "lightsail", "msk", "rds"}) {
    if (role == known) {
      return;
    }
  }
  v.FailAt("role", "unknown AWS SD role " + config::GoQuote(role));
}

void CheckEc2(const SdValues& v) {
  const config::Node* filters = v.node().Find("filters");
  if (filters == nullptr) {
    return;
  }
  for (const config::NodePtr& filter : filters->items) {
    const config::Node* values = filter->Find("values");
    if (values == nullptr || values->items.empty()) {
      v.FailAt("filters", "EC2 SD configuration filter values cannot be empty");
    }
  }
}

void CheckAzure(const SdValues& v) {
  const std::string needs = "azure SD configuration requires a ";
  if (!v.Require("subscription_id", needs + "subscription_id")) {
    return;
  }
  const std::string method = v.Text("authentication_method");
  if (method == "OAuth") {
    for (const char* name : {"tenant_id", "client_id", "client_secret"}) {
      if (!v.Require(name, needs + name)) {
        return;
      }
    }
  } else if (method != "ManagedIdentity" && method != "SDK" && method != "WorkloadIdentity") {
    v.FailAt("authentication_method",
             "unknown authentication_type " + config::GoQuote(method) +
                 ". Supported types are \"OAuth\", \"ManagedIdentity\", \"SDK\" or "
                 "\"WorkloadIdentity\"");
  }
}

void CheckGce(const SdValues& v) {
  (void)(v.Require("project", "GCE SD configuration requires a project") &&
         v.Require("zone", "GCE SD configuration requires a zone"));
}

void CheckOciApiKey(const SdValues& v) {
  for (const char* name : {"tenancy", "user", "fingerprint", "key_file"}) {
    if (!v.Require(name, std::string("oci_sd: api_key auth requires ") + name)) {
      return;
    }
  }
  if (v.Has("key_passphrase") && v.Has("key_passphrase_file")) {
    v.Fail("oci_sd: at most one of key_passphrase and key_passphrase_file must be configured");
  }
}

void CheckOci(const SdValues& v) {
  if (!v.Require("region", "oci_sd: region is required")) {
    return;
  }
  const std::string auth = v.Text("auth");
  if (auth == "api_key") {
    CheckOciApiKey(v);
  } else if (auth == "instance_principal") {
    for (const char* name :
         {"tenancy", "user", "fingerprint", "key_file", "key_passphrase", "key_passphrase_file"}) {
      if (v.Has(name)) {
        v.FailAt(name,
                 "oci_sd: instance_principal auth must not have tenancy, user, fingerprint, "
                 "key_file, key_passphrase, or key_passphrase_file set");
        return;
      }
    }
  } else {
    v.FailAt("auth", "oci_sd: unknown auth method " + config::GoQuote(auth) +
                         ", expected \"api_key\" or \"instance_principal\"");
  }
}

void CheckOpenstack(const SdValues& v) {
  const std::string availability = v.Text("availability");
  if (availability != "public" && availability != "internal" && availability != "admin") {
    v.FailAt("availability",
             "unknown availability " + availability + ", must be one of admin, internal or public");
    return;
  }
  const std::string role = v.Text("role");
  if (role.empty()) {
    v.Fail("role missing (one of: instance, hypervisor, loadbalancer)");
  } else if (role != "instance" && role != "hypervisor" && role != "loadbalancer") {
    v.FailAt("role", "unknown OpenStack SD role " + config::GoQuote(role));
  } else {
    v.Require("region", "openstack SD configuration requires a region");
  }
}

void CheckTriton(const SdValues& v) {
  const std::string role = v.Text("role");
  if (role != "container" && role != "cn") {
    v.FailAt("role", "triton SD configuration requires role to be 'container' or 'cn'");
    return;
  }
  (void)(v.Require("account", "triton SD configuration requires an account") &&
         v.Require("dns_suffix", "triton SD configuration requires a dns_suffix") &&
         v.Require("endpoint", "triton SD configuration requires an endpoint"));
}

constexpr SdKind kKinds[] = {
    {"aws_sd_configs", "aws.plain", SdHttp::kInline, kAws, &CheckAws},
    {"ec2_sd_configs", "aws.plain", SdHttp::kInline, kEc2, &CheckEc2},
    {"ecs_sd_configs", "aws.plain", SdHttp::kInline, kEcs, nullptr},
    {"elasticache_sd_configs", "aws.plain", SdHttp::kInline, kClusters, nullptr},
    {"lightsail_sd_configs", "aws.plain", SdHttp::kInline, kLightsail, nullptr},
    {"msk_sd_configs", "aws.plain", SdHttp::kInline, kClusters, nullptr},
    {"rds_sd_configs", "aws.plain", SdHttp::kInline, kRds, nullptr},
    {"azure_sd_configs", "azure.plain", SdHttp::kInline, kAzure, &CheckAzure},
    {"gce_sd_configs", "gce.plain", SdHttp::kNone, kGce, &CheckGce},
    {"oci_sd_configs", "oci.plain", SdHttp::kInline, kOci, &CheckOci},
    {"openstack_sd_configs", "openstack.plain", SdHttp::kNone, kOpenstack, &CheckOpenstack},
    {"triton_sd_configs", "triton.plain", SdHttp::kNone, kTriton, &CheckTriton},
};
constexpr const SdKind* kList[] = {&kKinds[0], &kKinds[1], &kKinds[2],  &kKinds[3],
                                   &kKinds[4], &kKinds[5], &kKinds[6],  &kKinds[7],
                                   &kKinds[8], &kKinds[9], &kKinds[10], &kKinds[11]};
static_assert(std::size(kList) == std::size(kKinds));

}  // namespace

std::span<const SdKind* const> CloudSdKinds() {
  return kList;
}

}  // namespace sb::discovery
