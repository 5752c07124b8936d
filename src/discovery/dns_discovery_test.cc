// SPDX-License-Identifier: Apache-2.0
#include "discovery/dns_discovery.h"

#include <gtest/gtest.h>

#include <random>

#include "discovery/testing/discovery_probe.h"

namespace sb::discovery {
namespace {

std::unique_ptr<Discoverer> Make(const DiscoveryContext& context, base::TaskRunner& runner,
                                 std::vector<std::string> names, const std::string& type,
                                 uint64_t port) {
  DnsSdConfig config;
  config.names = std::move(names);
  config.type = type;
  config.port = port;
  config.refresh_interval = base::DurationMs(10);
  return std::make_unique<DnsDiscovery>(context, runner, config, "j");
}

TEST(DnsDiscoveryTest, ServiceRecordsBringTheirPort) {
  DiscoveryProbe probe;
  probe.dns().Set("_web._tcp.x", std::vector<DnsRecord>{{"a.x.", 80}, {"b.x.", 81}});
  probe.Start([](const DiscoveryContext& context, base::TaskRunner& runner) {
    return Make(context, runner, {"_web._tcp.x"}, "SRV", 0);
  });
  ASSERT_TRUE(probe.WaitForAddresses({"a.x:80", "b.x:81"}));
  const LabelMap target = probe.groups()[0].targets[0];
  EXPECT_EQ(target.at("__meta_dns_name"), "_web._tcp.x");
  EXPECT_EQ(target.at("__meta_dns_srv_record_target"), "a.x.");
  EXPECT_EQ(target.at("__meta_dns_srv_record_port"), "80");
}

TEST(DnsDiscoveryTest, AddressesGetThePortOfTheConfiguration) {
  DiscoveryProbe probe;
  probe.dns().Set("x", std::vector<DnsRecord>{{"2001:db8::1", 0}});
  probe.Start([](const DiscoveryContext& context, base::TaskRunner& runner) {
    return Make(context, runner, {"x"}, "aaaa", 9100);
  });
  ASSERT_TRUE(probe.WaitForAddresses({"[2001:db8::1]:9100"}));
  EXPECT_EQ(probe.dns().last_type(), DnsType::kAaaa);
}

TEST(DnsDiscoveryTest, AFailedLookupKeepsTheLastTargetsOfItsName) {
  DiscoveryProbe probe;
  probe.dns().Set("x", std::vector<DnsRecord>{{"10.0.0.1", 0}});
  probe.dns().Set("y", std::vector<DnsRecord>{{"10.0.0.2", 0}});
  probe.Start([](const DiscoveryContext& context, base::TaskRunner& runner) {
    return Make(context, runner, {"x", "y"}, "A", 1);
  });
  ASSERT_TRUE(probe.WaitForAddresses({"10.0.0.1:1", "10.0.0.2:1"}));
  probe.dns().Set("x", base::Unavailable("no server answered"));
  probe.dns().Set("y", std::vector<DnsRecord>{{"10.0.0.3", 0}});
  ASSERT_TRUE(probe.WaitForAddresses({"10.0.0.1:1", "10.0.0.3:1"}));
  ASSERT_TRUE(probe.WaitForCounter("prometheus_sd_refresh_failures_total", 1));
  // A name that is gone is no failure.
  probe.dns().Set("x", std::vector<DnsRecord>());
  ASSERT_TRUE(probe.WaitForAddresses({"10.0.0.3:1"}));
}

// An answer to "x. IN A" with a CNAME and two addresses, written by hand.
std::vector<uint8_t> Answer() {
  return {0x12, 0x34, 0x81, 0x80, 0, 1, 0, 3, 0, 0,  0, 0,                     // header
          1,    'x',  0,    0,    1, 0, 1,                                     // question
          0xc0, 12,   0,    5,    0, 1, 0, 0, 0, 60, 0, 4, 1,  'y', 0xc0, 12,  // CNAME y.x.
          0xc0, 12,   0,    1,    0, 1, 0, 0, 0, 60, 0, 4, 10, 0,   0,    1,   // A
          0xc0, 12,   0,    1,    0, 1, 0, 0, 0, 60, 0, 4, 10, 0,   0,    2};  // A
}

TEST(ParseDnsAnswerTest, TakesRecordsOfItsTypeOnly) {
  const auto records = ParseDnsAnswer(Answer(), DnsType::kA);
  ASSERT_TRUE(records.ok()) << records.status().ToString();
  EXPECT_EQ(*records, (std::vector<DnsRecord>{{"10.0.0.1", 0}, {"10.0.0.2", 0}}));
  EXPECT_TRUE(ParseDnsAnswer(Answer(), DnsType::kMx)->empty());
}

TEST(ParseDnsAnswerTest, ReadsServiceRecords) {
  std::vector<uint8_t> message = {0, 1,   0x81, 0x80, 0,  0,    0,    1, 0,   0, 0, 0,
                                  1, 's', 0,    0,    33, 0,    1,    0, 0,   0, 9, 0,
                                  9, 0,   10,   0,    20, 0x1f, 0x90, 1, 'h', 0};
  const auto records = ParseDnsAnswer(message, DnsType::kSrv);
  ASSERT_TRUE(records.ok()) << records.status().ToString();
  EXPECT_EQ(*records, (std::vector<DnsRecord>{{"h.", 8080}}));
}

TEST(ParseDnsAnswerTest, BrokenMessagesAreErrorsNotCrashes) {
  const std::vector<uint8_t> good = Answer();
  for (size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(ParseDnsAnswer(std::span(good).first(length), DnsType::kA).ok()) << length;
  }
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<uint8_t> bytes = good;
    for (int n = 0; n < 3; ++n) {
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    }
    for (const DnsType type : {DnsType::kA, DnsType::kSrv, DnsType::kMx, DnsType::kNs}) {
      (void)ParseDnsAnswer(bytes, type).ok();
    }
  }
}

}  // namespace
}  // namespace sb::discovery
