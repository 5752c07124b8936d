// SPDX-License-Identifier: Apache-2.0
//
// TypedCollection<T> is a collection whose documents are T. T says how:
//
//   struct Silence {
//     std::string id;
//     static constexpr catalog::CollectionSpec kCollection{.name = "silences"};
//     std::string CatalogId() const { return id; }
//     std::string CatalogKey() const;                     // "" if unused
//     std::string ToJson() const;
//     static base::Result<Silence> FromJson(std::string_view text);
//   };
//   catalog::TypedCollection<Silence> silences(*catalog);
//
// A stored document that FromJson refuses is kDataLoss with the document's name: it was written by
// ToJson, so the bytes or the program changed.
//
// Threads: as Catalog.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/catalog/catalog.h"

namespace sb::catalog {

template <typename T>
class TypedCollection {
 public:
  // `catalog` outlives the object.
  explicit TypedCollection(Catalog& catalog) : catalog_(catalog) {}

  base::Result<T> Get(std::string_view id) const {
    SB_ASSIGN_OR_RETURN(const Document document, catalog_.Get(T::kCollection, id));
    return Decode(document);
  }
  base::Result<std::vector<T>> List(const ListOptions& options = {}) const {
    SB_ASSIGN_OR_RETURN(const std::vector<Document> documents,
                        catalog_.List(T::kCollection, options));
    std::vector<T> values;
    values.reserve(documents.size());
    for (const Document& document : documents) {
      SB_ASSIGN_OR_RETURN(T value, Decode(document));
      values.push_back(std::move(value));
    }
    return values;
  }
  // The version that the document has now.
  base::Result<int64_t> Put(const T& value, std::optional<int64_t> expected_version = {}) {
    SB_ASSIGN_OR_RETURN(const Document document,
                        catalog_.Put(T::kCollection, {.id = value.CatalogId(),
                                                      .key = value.CatalogKey(),
                                                      .body = value.ToJson(),
                                                      .expected_version = expected_version}));
    return document.version;
  }
  base::Status Delete(std::string_view id) { return catalog_.Delete(T::kCollection, id); }

 private:
  static base::Result<T> Decode(const Document& document) {
    base::Result<T> value = T::FromJson(document.body);
    if (!value.ok()) {
      return base::DataLoss("document " + std::string(T::kCollection.name) + "/" + document.id +
                            " cannot be read: " + std::string(value.status().message()));
    }
    return value;
  }

  Catalog& catalog_;
};

}  // namespace sb::catalog
