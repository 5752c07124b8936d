// SPDX-License-Identifier: Apache-2.0
#include "net/address_filter.h"

#include <gtest/gtest.h>

namespace sb::net {
namespace {

bool Allows(const AddressFilter& filter, const char* text) {
  const auto address = IpAddress::Parse(text);
  EXPECT_TRUE(address.ok()) << text;
  return filter.IsAllowed(*address);
}

TEST(AddressFilterTest, PublicOnlyDeniesWhatIsNotTheInternet) {
  const AddressFilter filter = AddressFilter::PublicOnly();
  for (const char* denied : {"127.0.0.1",
                             "127.255.1.2",
                             "0.0.0.0",
                             "10.1.2.3",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.168.1.1",
                             "169.254.169.254",
                             "100.100.100.200",
                             "224.0.0.1",
                             "255.255.255.255",
                             "::1",
                             "::",
                             "fe80::1",
                             "fd00:ec2::254",
                             "ff02::1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "64:ff9b::7f00:1",
                             "2002:0a00:0001::1",
                             "::127.0.0.1"}) {
    EXPECT_FALSE(Allows(filter, denied)) << denied;
  }
  for (const char* allowed : {"8.8.8.8", "172.32.0.1", "172.15.255.255", "192.167.255.255",
                              "2606:4700::1111", "64:ff9b::808:808", "::ffff:1.1.1.1"}) {
    EXPECT_TRUE(Allows(filter, allowed)) << allowed;
  }
}

TEST(AddressFilterTest, ExceptionsWin) {
  AddressFilter filter = AddressFilter::PublicOnly();
  filter.Allow(*IpPrefix::Parse("10.9.0.0/16"));
  filter.Deny(*IpPrefix::Parse("8.8.8.0/24"));
  EXPECT_TRUE(Allows(filter, "10.9.3.4"));
  EXPECT_FALSE(Allows(filter, "10.8.3.4"));
  EXPECT_FALSE(Allows(filter, "8.8.8.8"));
}

TEST(IpPrefixTest, RefusesMalformedText) {
  for (const char* bad :
       {"", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "a/8", "1.2.3.4/x"}) {
    EXPECT_FALSE(IpPrefix::Parse(bad).ok()) << bad;
  }
  EXPECT_EQ(IpPrefix::Parse("::1")->address.ToString(), "::1");
  EXPECT_EQ(IpPrefix::Parse("1.2.3.4")->address.ToString(), "1.2.3.4");
}

}  // namespace
}  // namespace sb::net
