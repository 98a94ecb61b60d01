// Turns SQLite result codes into Errors that say what happened and how to mend it. Any thread.
#pragma once

#include "models/base/result.h"

struct sqlite3;

namespace signalbox {

// `code` is an (extended) SQLite result code; `db` may be null and is asked for the engine's own words.
// Busy: locked by somebody else. Storage: full, read-only or failing disk. Corrupt: not a database or
// damaged. Conflict: a uniqueness rule of the schema was broken. Cancelled: interrupted.
Error sqlError(int code, sqlite3* db, const QString& file = {});

} // namespace signalbox
