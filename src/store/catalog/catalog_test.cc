// SPDX-License-Identifier: Apache-2.0
#include "store/catalog/catalog.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "store/catalog/typed_collection.h"

namespace sb::catalog {
namespace {

constexpr CollectionSpec kNotes{
    .name = "notes", .body_bytes_max = 100, .documents_max = 3, .history_max = 2};
constexpr CollectionSpec kOthers{.name = "others"};

class CatalogTest : public ::testing::Test {
 protected:
  CatalogTest() : env_(7), catalog_(std::move(Catalog::OpenInMemory(env_)).value()) {}

  base::SimulatedEnv env_;
  const std::unique_ptr<Catalog> catalog_;
};

TEST_F(CatalogTest, ReturnsWhatWasPut) {
  const Document put = catalog_
                           ->Put(kNotes, {.id = "a",
                                          .key = "k",
                                          .body = std::string("x\0y", 3),
                                          .author = "me",
                                          .message = "first"})
                           .value();
  const Document got = catalog_->Get(kNotes, "a").value();
  EXPECT_EQ(got.body, std::string("x\0y", 3));
  EXPECT_EQ(got.key, "k");
  EXPECT_EQ(got.author, "me");
  EXPECT_EQ(got.message, "first");
  EXPECT_EQ(got.version, 1);
  EXPECT_EQ(got.number, put.number);
  EXPECT_EQ(got.created_ms, env_.clock().NowMs().Value());
  EXPECT_EQ(catalog_->GetByNumber(kNotes, put.number).value().id, "a");
}

TEST_F(CatalogTest, CollectionsDoNotSeeEachOther) {
  const Document note = catalog_->Put(kNotes, {.id = "a", .body = "1"}).value();
  EXPECT_EQ(catalog_->Get(kOthers, "a").status().code(), base::StatusCode::kNotFound);
  EXPECT_EQ(catalog_->GetByNumber(kOthers, note.number).status().code(),
            base::StatusCode::kNotFound);
  EXPECT_EQ(catalog_->List(kOthers).value().size(), 0U);
}

TEST_F(CatalogTest, RefusesAnotherVersionThanExpected) {
  ASSERT_TRUE(catalog_->Put(kNotes, {.id = "a", .expected_version = 0}).ok());
  EXPECT_EQ(catalog_->Put(kNotes, {.id = "a", .expected_version = 0}).status().code(),
            base::StatusCode::kAlreadyExists);
  EXPECT_EQ(catalog_->Put(kNotes, {.id = "a", .expected_version = 1}).value().version, 2);
  EXPECT_EQ(catalog_->Put(kNotes, {.id = "a", .expected_version = 1}).status().code(),
            base::StatusCode::kAborted);
  EXPECT_EQ(catalog_->Put(kNotes, {.id = "b", .expected_version = 4}).status().code(),
            base::StatusCode::kAborted);
  EXPECT_EQ(catalog_->Delete(kNotes, "a", 1).code(), base::StatusCode::kAborted);
  EXPECT_TRUE(catalog_->Delete(kNotes, "a", 2).ok());
}

TEST_F(CatalogTest, KeepsTheNewestVersions) {
  for (const char* body : {"1", "2", "3"}) {
    env_.manual_clock().Advance(base::Seconds(1));
    ASSERT_TRUE(catalog_->Put(kNotes, {.id = "a", .body = body, .message = body}).ok());
  }
  const std::vector<Document> history = catalog_->History(kNotes, "a").value();
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].body, "3");
  EXPECT_EQ(history[1].version, 2);
  EXPECT_EQ(history[1].message, "2");
  EXPECT_EQ(history[0].updated_ms - history[0].created_ms, 2000);
  EXPECT_EQ(catalog_->GetVersion(kNotes, "a", 2).value().body, "2");
  EXPECT_EQ(catalog_->GetVersion(kNotes, "a", 1).status().code(), base::StatusCode::kNotFound);
}

TEST_F(CatalogTest, HistoryGoesWithItsDocument) {
  const int64_t number = catalog_->Put(kNotes, {.id = "a", .body = "1"}).value().number;
  ASSERT_TRUE(catalog_->Delete(kNotes, "a").ok());
  EXPECT_EQ(catalog_->Delete(kNotes, "a").code(), base::StatusCode::kNotFound);
  EXPECT_GT(catalog_->Put(kNotes, {.id = "a", .body = "2"}).value().number, number);
  EXPECT_EQ(catalog_->History(kNotes, "a").value().size(), 1U);
}

TEST_F(CatalogTest, ListsByKey) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(catalog_->Put(kOthers, {.id = std::to_string(i), .key = i < 2 ? "a" : "b"}).ok());
  }
  EXPECT_EQ(catalog_->List(kOthers, {.key = "a"}).value().size(), 2U);
  EXPECT_EQ(catalog_->List(kOthers, {.key_from = "b"}).value().size(), 3U);
  EXPECT_EQ(catalog_->List(kOthers, {.key_before = "b"}).value().size(), 2U);
  const auto page =
      catalog_->List(kOthers, {.newest_key_first = true, .offset = 1, .limit = 2}).value();
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].id, "3");
  EXPECT_EQ(page[1].id, "2");
  EXPECT_EQ(catalog_->List(kOthers, {.key = ""}).value().size(), 0U);
}

TEST_F(CatalogTest, IsBounded) {
  EXPECT_EQ(catalog_->Put(kNotes, {.id = ""}).status().code(), base::StatusCode::kInvalidArgument);
  EXPECT_EQ(catalog_->Put(kNotes, {.id = "a", .body = std::string(101, 'x')}).status().code(),
            base::StatusCode::kInvalidArgument);
  EXPECT_EQ(catalog_->Put(kNotes, {.id = "a", .key = std::string(2000, 'x')}).status().code(),
            base::StatusCode::kInvalidArgument);
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_TRUE(catalog_->Put(kNotes, {.id = id}).ok());
  }
  EXPECT_EQ(catalog_->Put(kNotes, {.id = "d"}).status().code(),
            base::StatusCode::kResourceExhausted);
  EXPECT_TRUE(catalog_->Put(kNotes, {.id = "c"}).ok());
  ASSERT_TRUE(catalog_->Delete(kNotes, "a").ok());
  EXPECT_TRUE(catalog_->Put(kNotes, {.id = "d"}).ok());
  EXPECT_EQ(catalog_->Count(kNotes).value(), 3U);
}

TEST_F(CatalogTest, AFailedTransactionLeavesNothing) {
  const base::Status status = catalog_->Transact([](Transaction& t) -> base::Status {
    SB_RETURN_IF_ERROR(t.Put(kNotes, {.id = "a"}).status());
    SB_RETURN_IF_ERROR(t.Put(kOthers, {.id = "b"}).status());
    return base::InvalidArgument("no");
  });
  EXPECT_EQ(status, base::InvalidArgument("no"));
  EXPECT_EQ(catalog_->Count(kNotes).value(), 0U);
  EXPECT_EQ(catalog_->List(kOthers).value().size(), 0U);
}

TEST_F(CatalogTest, RemovesOldKeys) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(catalog_->Put(kOthers, {.id = std::to_string(i), .key = std::to_string(i)}).ok());
  }
  uint64_t removed = 0;
  ASSERT_TRUE(catalog_
                  ->Transact([&](Transaction& t) -> base::Status {
                    SB_ASSIGN_OR_RETURN(removed, t.DeleteKeysBefore(kOthers, "3"));
                    return base::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(removed, 3U);
  EXPECT_EQ(catalog_->Count(kOthers).value(), 2U);
}

struct Note {
  std::string name;
  static constexpr CollectionSpec kCollection{.name = "typed"};
  std::string CatalogId() const { return name; }
  std::string CatalogKey() const { return ""; }
  std::string ToJson() const { return "\"" + name + "\""; }
  static base::Result<Note> FromJson(std::string_view text) {
    if (text.size() < 2) {
      return base::InvalidArgument("no string");
    }
    return Note{std::string(text.substr(1, text.size() - 2))};
  }
};

TEST_F(CatalogTest, TypedCollectionNamesTheDocumentThatCannotBeRead) {
  TypedCollection<Note> notes(*catalog_);
  EXPECT_EQ(notes.Put(Note{"a"}).value(), 1);
  EXPECT_EQ(notes.Get("a").value().name, "a");
  ASSERT_TRUE(catalog_->Put(Note::kCollection, {.id = "b", .body = ""}).ok());
  EXPECT_EQ(notes.Get("b").status(), base::DataLoss("document typed/b cannot be read: no string"));
  EXPECT_FALSE(notes.List().ok());
}

}  // namespace
}  // namespace sb::catalog
