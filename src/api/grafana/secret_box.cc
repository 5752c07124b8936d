// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/secret_box.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <filesystem>
#include <memory>
#include <utility>

#include "encoding/hex.h"

namespace sb::grafana {

namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;
constexpr std::string_view kPrefix = "v1:";

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

uint8_t* Bytes(std::string& text) {
  return reinterpret_cast<uint8_t*>(text.data());
}

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

base::Result<std::string> RandomBytes(size_t count) {
  std::string out(count, '\0');
  if (RAND_bytes(Bytes(out), static_cast<int>(count)) != 1) {
    return base::Unavailable("the system gives no random bytes for a key");
  }
  return out;
}

}  // namespace

SecretBox::SecretBox(base::FileSystem& files, std::string key_path, std::string_view given_key)
    : files_(files), key_path_(std::move(key_path)) {
  if (!given_key.empty()) {
    // Any text will do as a given key.
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(Bytes(given_key), given_key.size(), Bytes(digest));
    const base::MutexLock lock(mutex_);
    key_ = std::move(digest);
  }
}

base::Result<std::string> SecretBox::LoadKey() {
  if (key_path_.empty()) {
    return RandomBytes(kKeyBytes);
  }
  const base::Result<std::string> text = files_.ReadFile(key_path_);
  if (text.ok()) {
    std::string key;
    if (!encoding::HexDecode(std::string_view(*text).substr(0, kKeyBytes * 2), &key) ||
        key.size() != kKeyBytes) {
      return base::DataLoss("the key of the secrets is damaged: " + key_path_);
    }
    return key;
  }
  if (text.status().code() != base::StatusCode::kNotFound) {
    return text.status();
  }
  SB_ASSIGN_OR_RETURN(std::string key, RandomBytes(kKeyBytes));
  const std::string draft = key_path_ + ".new";
  SB_ASSIGN_OR_RETURN(const std::unique_ptr<base::WritableFile> file, files_.Create(draft));
  // For the owner alone, before there is anything in it. A file system of a test has no such file.
  std::error_code ignored;
  std::filesystem::permissions(
      draft, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
  SB_RETURN_IF_ERROR(file->Append(encoding::HexOf(key) + "\n"));
  SB_RETURN_IF_ERROR(file->Sync());
  SB_RETURN_IF_ERROR(file->Close());
  SB_RETURN_IF_ERROR(files_.Rename(draft, key_path_));
  return key;
}

base::Result<std::string> SecretBox::Key() {
  const base::MutexLock lock(mutex_);
  if (key_.empty()) {
    SB_ASSIGN_OR_RETURN(key_, LoadKey());
  }
  return key_;
}

base::Result<std::string> SecretBox::Seal(std::string_view owner, std::string_view plain) {
  SB_ASSIGN_OR_RETURN(const std::string key, Key());
  SB_ASSIGN_OR_RETURN(const std::string nonce, RandomBytes(kNonceBytes));
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  std::string out(plain.size(), '\0');
  std::string tag(kTagBytes, '\0');
  int bytes = 0;
  const bool is_done =
      cipher != nullptr &&
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, Bytes(std::string_view(key)),
                         Bytes(std::string_view(nonce))) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &bytes, Bytes(owner),
                        static_cast<int>(owner.size())) == 1 &&
      EVP_EncryptUpdate(cipher.get(), Bytes(out), &bytes, Bytes(plain),
                        static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), Bytes(tag), &bytes) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) == 1;
  if (!is_done) {
    return base::Internal("a secret could not be encrypted");
  }
  return std::string(kPrefix) + encoding::HexOf(nonce) + encoding::HexOf(out) +
         encoding::HexOf(tag);
}

base::Result<std::string> SecretBox::Open(std::string_view owner, std::string_view sealed) {
  if (!sealed.starts_with(kPrefix)) {
    return std::string(sealed);
  }
  SB_ASSIGN_OR_RETURN(const std::string key, Key());
  std::string all;
  if (!encoding::HexDecode(sealed.substr(kPrefix.size()), &all)) {
    return base::DataLoss("the stored secrets are not hexadecimal: " + std::string(owner));
  }
  if (all.size() < kNonceBytes + kTagBytes) {
    return base::DataLoss("the stored secrets are cut short: " + std::string(owner));
  }
  const std::string_view body =
      std::string_view(all).substr(kNonceBytes, all.size() - kNonceBytes - kTagBytes);
  std::string tag = all.substr(all.size() - kTagBytes);
  std::string out(body.size(), '\0');
  std::array<uint8_t, kTagBytes> rest{};
  int bytes = 0;
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  const bool is_done =
      cipher != nullptr &&
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, Bytes(std::string_view(key)),
                         Bytes(std::string_view(all))) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &bytes, Bytes(owner),
                        static_cast<int>(owner.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), Bytes(out), &bytes, Bytes(body),
                        static_cast<int>(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), rest.data(), &bytes) == 1;
  if (!is_done) {
    return base::DataLoss(
        "the stored secrets were made with another key (secret.key in the data folder, or "
        "SIGNALBOX_SECRET_KEY): enter them again for " +
        std::string(owner));
  }
  return out;
}

}  // namespace sb::grafana
