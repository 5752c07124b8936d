// SPDX-License-Identifier: Apache-2.0
#include "server/doors.h"

#include <gtest/gtest.h>

namespace sb::server {
namespace {

using DoorMap = std::map<std::string, std::string>;

TEST(DoorsTest, DefaultsOpenOnlyOnTheLoopback) {
  const auto doors = ResolveDoors({}, {});
  ASSERT_TRUE(doors.ok());
  EXPECT_EQ(*doors, (DoorMap{{"otlp-grpc", "127.0.0.1:4317"},
                             {"otlp-http", "127.0.0.1:4318"},
                             {"prometheus", "127.0.0.1:9090"}}));
  for (const Door& door : AllDoors()) {
    EXPECT_TRUE(door.default_address.starts_with("127.0.0.1:")) << door.name;
  }
}

TEST(DoorsTest, FlagsWinOverTheFileInTheirOrder) {
  EXPECT_EQ(*ResolveDoors({{"prometheus", "127.0.0.1:1"}, {"otlp-grpc", "off"}},
                          {"prometheus=[::1]:2", "otlp-http=off"}),
            (DoorMap{{"prometheus", "[::1]:2"}}));
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
  EXPECT_EQ(message("tempo=:1"), "door is not part of this version yet and can only be off: tempo");
  EXPECT_EQ(message("tempo=off"), "");
  EXPECT_EQ(message("prometheus=9090"), "door prometheus needs HOST:PORT or off, not \"9090\"");
  EXPECT_EQ(message("prometheus=:99999"), "door prometheus needs HOST:PORT or off, not \":99999\"");
  EXPECT_EQ(message("prometheus=::1:80"), "door prometheus needs HOST:PORT or off, not \"::1:80\"");
  EXPECT_EQ(message("prometheus"), "--door needs NAME=HOST:PORT or NAME=off: prometheus");
  EXPECT_EQ(message("all=:1"), "door all can only be set to off");
}

}  // namespace
}  // namespace sb::server
