// The one error value of the program. Callers branch on `kind`; people read `summary`, then `detail`.
#pragma once

#include <QString>

namespace signalbox {

enum class ErrorKind {
    Invalid,       // the input is wrong; the summary says where and how to mend it
    NotFound,      // the named thing does not exist
    CannotConnect, // DNS, TCP, TLS or protocol handshake failed
    NotAuthenticated,
    NotAllowed,  // the server or a guard rail forbids it; the summary names the missing right
    Conflict,    // somebody else changed or holds it
    Busy,        // locked for now; trying again may help
    Lost,        // the link broke in the middle of the work
    Blocked,     // the broker refuses publishers for now (memory or disk alarm)
    Storage,     // local disk full, read-only or failing
    TooNew,      // file written by a newer program
    Corrupt,     // local or remote bytes make no sense
    Unsupported, // this server or queue type cannot do it
    Cancelled,
    Internal, // a defect of ours
};

struct Error {
    ErrorKind kind = ErrorKind::Internal;
    QString summary; // one sentence for the banner: what, where, how to mend it; never a secret
    QString detail;  // endpoint, status, server text, tracking id; never a secret
    bool operator==(const Error&) const = default;
};

// Stable machine word of a kind ("cannot-connect"), used by `--json`.
QString errorWord(ErrorKind kind);

} // namespace signalbox
