// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/dashboards.h"

#include <algorithm>
#include <utility>

namespace sb::grafana {

namespace {

bool IsEnvelope(const Json& dashboard) {
  return Member(dashboard, "apiVersion") != nullptr && Member(dashboard, "spec") != nullptr;
}

bool IsSecondForm(const Json& dashboard) {
  const Json* spec = Member(dashboard, "spec");
  return IsEnvelope(dashboard) && Member(*spec, "elements") != nullptr;
}

const Json& Inner(const Json& dashboard) {
  return IsSecondForm(dashboard) ? *Member(dashboard, "spec") : dashboard;
}

// The classic form out of a v1 envelope, with the envelope's name as uid.
base::Result<JsonDocument> Unwrapped(JsonDocument dashboard) {
  if (!IsEnvelope(dashboard) || IsSecondForm(dashboard)) {
    return dashboard;
  }
  const Json* spec = Member(dashboard, "spec");
  if (!spec->IsObject()) {
    return base::InvalidArgument("the dashboard's spec is no object");
  }
  JsonDocument inner;
  inner.CopyFrom(*spec, inner.GetAllocator());
  if (const Json* metadata = Member(dashboard, "metadata"); metadata != nullptr) {
    const std::string name = Text(*metadata, "name");
    if (Text(inner, "uid").empty() && !name.empty()) {
      Set(inner, inner, "uid", name);
    }
  }
  return inner;
}

std::string UidOf(const Json& dashboard) {
  if (IsSecondForm(dashboard)) {
    const Json* metadata = Member(dashboard, "metadata");
    return metadata == nullptr ? "" : Text(*metadata, "name");
  }
  return Text(dashboard, "uid");
}

base::Status CheckFolder(catalog::Transaction& t, const std::string& uid) {
  if (uid.empty() || t.Get(kFolders, uid).ok()) {
    return base::OkStatus();
  }
  return base::InvalidArgument("folder not found: " + uid);
}

base::Status Protect(const DashboardInfo& info) {
  if (info.provider.empty() || info.is_editable) {
    return base::OkStatus();
  }
  return base::InvalidArgument("Cannot save provisioned dashboard: it comes from " + info.file +
                               "; change the file, or set allowUiUpdates in the provider " +
                               info.provider);
}

std::string FolderBody(const std::string& title, const std::string& description) {
  JsonDocument json(rapidjson::kObjectType);
  Set(json, json, "title", title);
  if (!description.empty()) {
    Set(json, json, "description", description);
  }
  return ToText(json);
}

base::Status CheckTitle(catalog::Transaction& t, const std::string& title,
                        const std::string& parent_uid, std::string_view but_uid) {
  if (title.empty()) {
    return base::InvalidArgument("folder title cannot be empty");
  }
  SB_ASSIGN_OR_RETURN(const auto siblings, t.List(kFolders, {.key = parent_uid}));
  for (const catalog::Document& sibling : siblings) {
    SB_ASSIGN_OR_RETURN(const Folder folder, ReadFolder(sibling));
    if (folder.title == title && folder.uid != but_uid) {
      return base::AlreadyExists(
          "a folder with the same name already exists in the current "
          "location: " +
          title);
    }
  }
  return base::OkStatus();
}

}  // namespace

base::Status Dashboards::ChooseUid(catalog::Transaction& t, SaveRequest& request,
                                   std::string* uid) {
  *uid = UidOf(request.dashboard);
  const int64_t id = Integer(request.dashboard, "id");
  if (uid->empty() && id > 0) {
    if (const auto known = t.GetByNumber(kDashboards, id); known.ok()) {
      *uid = known->id;
    }
  }
  SB_RETURN_IF_ERROR(CheckUid(*uid));
  if (uid->empty()) {
    *uid = NewUid(env_.random());
  }
  return base::OkStatus();
}

base::Result<SavedDashboard> Dashboards::SaveIn(catalog::Transaction& t, SaveRequest& request) {
  SavedDashboard saved;
  SB_RETURN_IF_ERROR(ChooseUid(t, request, &saved.info.uid));
  SB_RETURN_IF_ERROR(CheckFolder(t, request.folder_uid));
  const int64_t stated_version = Integer(request.dashboard, "version");
  const base::Result<catalog::Document> old = t.Get(kDashboards, saved.info.uid);
  if (old.ok()) {
    SB_ASSIGN_OR_RETURN(const auto index, t.Get(kDashboardIndex, saved.info.uid));
    SB_ASSIGN_OR_RETURN(const DashboardInfo known, ReadDashboardInfo(index));
    if (request.provider.empty()) {
      SB_RETURN_IF_ERROR(Protect(known));
      // What came from a file stays known as such: the next change of the file replaces it.
      request.provider = known.provider;
      request.file = known.file;
      request.checksum = known.checksum;
      request.is_editable = known.is_editable;
    }
    if (!request.overwrite && stated_version != old->version) {
      return base::Aborted("The dashboard has been changed by someone else");
    }
  }
  const Json& inner = Inner(request.dashboard);
  saved.info.title = Text(inner, "title");
  saved.info.tags = Texts(inner, "tags");
  saved.info.folder_uid = request.folder_uid;
  saved.info.provider = request.provider;
  saved.info.file = request.file;
  saved.info.checksum = request.checksum;
  saved.info.is_editable = request.is_editable;
  if (saved.info.title.empty()) {
    return base::InvalidArgument("Dashboard title cannot be empty");
  }
  if (!IsSecondForm(request.dashboard)) {
    Set(request.dashboard, request.dashboard, "uid", saved.info.uid);
    Remove(request.dashboard, "id");
    Remove(request.dashboard, "version");
  }
  SB_ASSIGN_OR_RETURN(saved.document, t.Put(kDashboards, {.id = saved.info.uid,
                                                          .key = request.folder_uid,
                                                          .body = ToText(request.dashboard),
                                                          .author = request.author,
                                                          .message = request.message}));
  saved.info.number = saved.document.number;
  SB_RETURN_IF_ERROR(
      t.Put(kDashboardIndex,
            {.id = saved.info.uid, .key = request.folder_uid, .body = ToJson(saved.info)})
          .status());
  return saved;
}

base::Result<SavedDashboard> Dashboards::Save(SaveRequest request) {
  SB_ASSIGN_OR_RETURN(request.dashboard, Unwrapped(std::move(request.dashboard)));
  SavedDashboard saved;
  const base::Status done = catalog_.Transact([&](catalog::Transaction& t) -> base::Status {
    SB_ASSIGN_OR_RETURN(saved, SaveIn(t, request));
    return base::OkStatus();
  });
  SB_RETURN_IF_ERROR(done);
  return saved;
}

base::Result<SavedDashboard> Dashboards::Get(std::string_view uid) {
  SavedDashboard saved;
  const base::Status done = catalog_.Transact([&](catalog::Transaction& t) -> base::Status {
    const auto document = t.Get(kDashboards, uid);
    if (!document.ok()) {
      return document.status().code() == base::StatusCode::kNotFound
                 ? base::NotFound("Dashboard not found")
                 : document.status();
    }
    saved.document = *document;
    SB_ASSIGN_OR_RETURN(const auto index, t.Get(kDashboardIndex, uid));
    SB_ASSIGN_OR_RETURN(saved.info, ReadDashboardInfo(index));
    return base::OkStatus();
  });
  SB_RETURN_IF_ERROR(done);
  return saved;
}

base::Result<DashboardInfo> Dashboards::Delete(std::string_view uid, bool by_file) {
  DashboardInfo info;
  const base::Status done = catalog_.Transact([&](catalog::Transaction& t) -> base::Status {
    const auto index = t.Get(kDashboardIndex, uid);
    if (!index.ok()) {
      return base::NotFound("Dashboard not found");
    }
    SB_ASSIGN_OR_RETURN(info, ReadDashboardInfo(*index));
    if (!by_file && !info.provider.empty()) {
      return base::InvalidArgument("provisioned dashboard cannot be deleted, remove its file: " +
                                   info.file);
    }
    SB_RETURN_IF_ERROR(t.Delete(kDashboardIndex, uid));
    return t.Delete(kDashboards, uid);
  });
  SB_RETURN_IF_ERROR(done);
  return info;
}

base::Result<std::vector<DashboardInfo>> Dashboards::List() {
  SB_ASSIGN_OR_RETURN(const auto documents, catalog_.List(kDashboardIndex));
  std::vector<DashboardInfo> list;
  list.reserve(documents.size());
  for (const catalog::Document& document : documents) {
    SB_ASSIGN_OR_RETURN(DashboardInfo info, ReadDashboardInfo(document));
    list.push_back(std::move(info));
  }
  return list;
}

base::Result<std::vector<catalog::Document>> Dashboards::Versions(std::string_view uid,
                                                                  size_t offset, size_t limit) {
  SB_RETURN_IF_ERROR(Get(uid).status());
  return catalog_.History(kDashboards, uid, offset, limit);
}

base::Result<catalog::Document> Dashboards::Version(std::string_view uid, int64_t version) {
  SB_RETURN_IF_ERROR(Get(uid).status());
  return catalog_.GetVersion(kDashboards, uid, version);
}

base::Result<Folder> Dashboards::CreateFolder(std::string uid, const std::string& title,
                                              const std::string& parent_uid,
                                              const std::string& description) {
  SB_RETURN_IF_ERROR(CheckUid(uid));
  if (uid.empty()) {
    uid = NewUid(env_.random());
  }
  catalog::Document document;
  const base::Status done = catalog_.Transact([&](catalog::Transaction& t) -> base::Status {
    SB_RETURN_IF_ERROR(CheckFolder(t, parent_uid));
    if (t.Get(kFolders, uid).ok()) {
      return base::AlreadyExists("a folder with the same UID already exists: " + uid);
    }
    SB_RETURN_IF_ERROR(CheckTitle(t, title, parent_uid, uid));
    SB_ASSIGN_OR_RETURN(
        document,
        t.Put(kFolders, {.id = uid, .key = parent_uid, .body = FolderBody(title, description)}));
    return base::OkStatus();
  });
  SB_RETURN_IF_ERROR(done);
  return ReadFolder(document);
}

base::Result<Folder> Dashboards::UpdateFolder(std::string_view uid, const std::string& title,
                                              const std::string& description,
                                              std::optional<int64_t> version) {
  SB_ASSIGN_OR_RETURN(const Folder folder, GetFolder(uid));
  catalog::Document document;
  const base::Status done = catalog_.Transact([&](catalog::Transaction& t) -> base::Status {
    SB_RETURN_IF_ERROR(CheckTitle(t, title, folder.parent_uid, uid));
    SB_ASSIGN_OR_RETURN(document, t.Put(kFolders, {.id = folder.uid,
                                                   .key = folder.parent_uid,
                                                   .body = FolderBody(title, description),
                                                   .expected_version = version}));
    return base::OkStatus();
  });
  SB_RETURN_IF_ERROR(done);
  return ReadFolder(document);
}

base::Result<Folder> Dashboards::MoveFolder(std::string_view uid, const std::string& parent_uid) {
  SB_ASSIGN_OR_RETURN(const Folder folder, GetFolder(uid));
  std::string above = parent_uid;
  while (!above.empty()) {
    if (above == uid) {
      return base::InvalidArgument("a folder cannot be moved into itself: " + folder.title);
    }
    SB_ASSIGN_OR_RETURN(const Folder next, GetFolder(above));
    above = next.parent_uid;
  }
  SB_ASSIGN_OR_RETURN(
      const catalog::Document document,
      catalog_.Put(kFolders, {.id = folder.uid, .key = parent_uid, .body = folder.document.body}));
  return ReadFolder(document);
}

base::Result<Folder> Dashboards::DeleteFolder(std::string_view uid) {
  SB_ASSIGN_OR_RETURN(Folder folder, GetFolder(uid));
  const base::Status done = catalog_.Transact([&](catalog::Transaction& t) -> base::Status {
    std::vector<std::string> pending{folder.uid};
    while (!pending.empty()) {
      const std::string at = pending.back();
      pending.pop_back();
      SB_ASSIGN_OR_RETURN(const auto inner, t.List(kFolders, {.key = at}));
      for (const catalog::Document& one : inner) {
        pending.push_back(one.id);
      }
      SB_ASSIGN_OR_RETURN(const auto dashboards, t.List(kDashboardIndex, {.key = at}));
      for (const catalog::Document& one : dashboards) {
        SB_ASSIGN_OR_RETURN(const DashboardInfo info, ReadDashboardInfo(one));
        if (!info.provider.empty()) {
          return base::InvalidArgument("the folder holds a provisioned dashboard: " + info.title);
        }
        SB_RETURN_IF_ERROR(t.Delete(kDashboardIndex, one.id));
        SB_RETURN_IF_ERROR(t.Delete(kDashboards, one.id));
      }
      SB_RETURN_IF_ERROR(t.Delete(kFolders, at));
    }
    return base::OkStatus();
  });
  SB_RETURN_IF_ERROR(done);
  return folder;
}

base::Result<Folder> Dashboards::GetFolder(std::string_view uid) {
  const auto document = catalog_.Get(kFolders, uid);
  if (!document.ok() && document.status().code() == base::StatusCode::kNotFound) {
    return base::NotFound("folder not found");
  }
  SB_RETURN_IF_ERROR(document.status());
  return ReadFolder(*document);
}

base::Result<std::vector<Folder>> Dashboards::Folders() {
  SB_ASSIGN_OR_RETURN(const auto documents, catalog_.List(kFolders));
  std::vector<Folder> folders;
  folders.reserve(documents.size());
  for (const catalog::Document& document : documents) {
    SB_ASSIGN_OR_RETURN(Folder folder, ReadFolder(document));
    folders.push_back(std::move(folder));
  }
  std::sort(folders.begin(), folders.end(),
            [](const Folder& a, const Folder& b) { return a.title < b.title; });
  return folders;
}

base::Result<Folder> Dashboards::FolderOfTitle(const std::string& title, const std::string& uid,
                                               const std::string& parent_uid) {
  if (!uid.empty()) {
    if (base::Result<Folder> known = GetFolder(uid); known.ok()) {
      return known;
    }
  }
  SB_ASSIGN_OR_RETURN(const std::vector<Folder> folders, Folders());
  for (const Folder& folder : folders) {
    if (folder.title == title && folder.parent_uid == parent_uid) {
      return folder;
    }
  }
  return CreateFolder(uid, title, parent_uid, "");
}

}  // namespace sb::grafana
