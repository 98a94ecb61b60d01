// Port of the system keychain. Asynchronous; lives on the GUI thread.
#pragma once

#include "models/base/result.h"
#include "models/base/secret.h"

#include <QFuture>
#include <QString>

namespace signalbox {

class SecretStore {
public:
    virtual ~SecretStore() = default;
    // NotFound: no entry. Unsupported: there is no keychain here; the summary says why, and the person is
    // asked at each start instead.
    virtual QFuture<Result<Secret>> read(const QString& key) = 0;
    virtual QFuture<Result<void>> write(const QString& key, const Secret& secret) = 0;
    virtual QFuture<Result<void>> remove(const QString& key) = 0;
};

} // namespace signalbox
