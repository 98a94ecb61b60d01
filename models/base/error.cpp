#include "models/base/error.h"

namespace signalbox {

QString errorWord(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::Invalid:
        return QStringLiteral("invalid");
    case ErrorKind::NotFound:
        return QStringLiteral("not-found");
    case ErrorKind::CannotConnect:
        return QStringLiteral("cannot-connect");
    case ErrorKind::NotAuthenticated:
        return QStringLiteral("not-authenticated");
    case ErrorKind::NotAllowed:
        return QStringLiteral("not-allowed");
    case ErrorKind::Conflict:
        return QStringLiteral("conflict");
    case ErrorKind::Busy:
        return QStringLiteral("busy");
    case ErrorKind::Lost:
        return QStringLiteral("link-lost");
    case ErrorKind::Blocked:
        return QStringLiteral("blocked");
    case ErrorKind::Storage:
        return QStringLiteral("storage");
    case ErrorKind::TooNew:
        return QStringLiteral("too-new");
    case ErrorKind::Corrupt:
        return QStringLiteral("corrupt");
    case ErrorKind::Unsupported:
        return QStringLiteral("unsupported");
    case ErrorKind::Cancelled:
        return QStringLiteral("cancelled");
    case ErrorKind::Internal:
        return QStringLiteral("internal");
    }
    return QStringLiteral("internal");
}

} // namespace signalbox
