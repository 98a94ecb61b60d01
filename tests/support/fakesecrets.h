// A keychain in memory. Set `failure` and every call answers with it, as a machine without a keychain does.
#pragma once

#include "models/base/background.h"
#include "models/connections/secretstore.h"

#include <map>
#include <optional>

namespace signalbox {

class FakeSecrets final : public SecretStore {
public:
    QFuture<Result<Secret>> read(const QString& key) override {
        if (failure)
            return readyFuture<Result<Secret>>(tl::make_unexpected(*failure));
        const auto found = entries.find(key);
        if (found == entries.end())
            return readyFuture<Result<Secret>>(
                signalbox::failure(ErrorKind::NotFound, QStringLiteral("The keychain has no such entry.")));
        return readyFuture<Result<Secret>>(Secret(found->second));
    }
    QFuture<Result<void>> write(const QString& key, const Secret& secret) override {
        if (failure)
            return readyFuture<Result<void>>(tl::make_unexpected(*failure));
        entries[key] = secret.reveal();
        return readyFuture<Result<void>>({});
    }
    QFuture<Result<void>> remove(const QString& key) override {
        if (failure)
            return readyFuture<Result<void>>(tl::make_unexpected(*failure));
        entries.erase(key);
        return readyFuture<Result<void>>({});
    }

    void setUnavailable() {
        failure = Error{ErrorKind::Unsupported, QStringLiteral("There is no keychain on this machine."), {}};
    }

    std::map<QString, QByteArray> entries;
    std::optional<Error> failure;
};

} // namespace signalbox
