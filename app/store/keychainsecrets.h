// The system keychain (Secret Service, KWallet, macOS keychain, Windows credential store) through QtKeychain.
// Lives on the GUI thread and never blocks it; never falls back to a file. Entries: service "signalbox", key
// = connection id.
#pragma once

#include "models/connections/secretstore.h"

namespace signalbox {

class KeychainSecrets final : public SecretStore {
public:
    explicit KeychainSecrets(QString service = QStringLiteral("signalbox"))
        : service_(std::move(service)) {}
    QFuture<Result<Secret>> read(const QString& key) override;
    QFuture<Result<void>> write(const QString& key, const Secret& secret) override;
    QFuture<Result<void>> remove(const QString& key) override; // no such entry: done

private:
    QString service_;
};

} // namespace signalbox
