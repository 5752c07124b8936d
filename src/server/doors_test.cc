// SPDX-License-Identifier: Apache-2.0
#include "server/doors.h"

#include <gtest/gtest.h>

namespace sb::server {
namespace {

using DoorMap = std::map<std::string, std::string>;

TEST(DoorsTest, DefaultsOpenEveryDoorOnlyOnTheLoopback) {
  const auto doors = ResolveDoors({}, {});
  ASSERT_TRUE(doors.ok());
  EXPECT_EQ(doors->size(), AllDoors().size() - 1);  // but Graphite's
  for (const auto& [name, address] : *doors) {
    EXPECT_TRUE(address.starts_with("127.0.0.1:")) << name;
  }
}

TEST(DoorsTest, FlagsWinOverTheFileInTheirOrder) {
  const auto prometheus = [](const DoorMap& file, const std::vector<std::string>& flags) {
    return ResolveDoors(file, flags)->at("prometheus");
  };
  EXPECT_EQ(prometheus({{"prometheus", ":1"}}, {}), ":1");
  EXPECT_EQ(prometheus({{"prometheus", ":1"}}, {"prometheus=[::1]:2"}), "[::1]:2");
  EXPECT_FALSE(ResolveDoors({{"loki", "off"}}, {})->contains("loki"));
  EXPECT_EQ(*ResolveDoors({}, {"all=off"}), DoorMap());
  EXPECT_EQ(*ResolveDoors({}, {"all=off", "prometheus=:9"}), (DoorMap{{"prometheus", ":9"}}));
  EXPECT_EQ(*ResolveDoors({{"all", "off"}, {"prometheus", ":8"}}, {}),
            (DoorMap{{"prometheus", ":8"}}));
}

TEST(DoorsTest, RefusesWhatCannotBeOpened) {
  const auto message = [](const std::string& flag) {
    return std::string(ResolveDoors({}, {flag}).status().message());
  };
  EXPECT_TRUE(message("promethus=:1").starts_with("unknown door (there are prometheus, "));
  EXPECT_EQ(message("tempo=off"), "");
  EXPECT_EQ(message("prometheus=9090"), "door prometheus needs HOST:PORT or off, not \"9090\"");
  EXPECT_EQ(message("prometheus=:99999"), "door prometheus needs HOST:PORT or off, not \":99999\"");
  EXPECT_EQ(message("prometheus=::1:80"), "door prometheus needs HOST:PORT or off, not \"::1:80\"");
  EXPECT_EQ(message("prometheus"), "--door needs NAME=HOST:PORT or NAME=off: prometheus");
  EXPECT_EQ(message("all=:1"), "door all can only be set to off");
}

}  // namespace
}  // namespace sb::server
