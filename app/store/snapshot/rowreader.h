// Reads stored messages back: facts, and on request properties and body. One per connection and thread.
#pragma once

#include "app/sql/database.h"
#include "app/store/snapshot/snapshotentry.h"
#include "app/store/snapshot/termtable.h"

namespace signalbox {

struct StoredMessage {
    SnapshotRow row;   // facts as far as columns keep them: no path, keys or stack trace
    Message message;   // What::Facts: without properties and body, except the two ids
    QByteArray digest; // empty: the fingerprint covers what is stored
    bool bodyKept = true;
};

class RowReader {
public:
    enum class What {
        Texts, // only message id, correlation id and error text
        Facts,
        Properties,
        Content
    };

    explicit RowReader(Database& db)
        : db_(db)
        , terms_(db) {}
    Result<StoredMessage> read(qint64 id, What what); // NotFound
    void release(); // ends statements under way, so that a check point can pass

private:
    Result<void> prepare();
    Result<StoredMessage> readTexts(qint64 id);
    Result<void> readFacts(StoredMessage& out);
    Result<void> readContent(StoredMessage& out, bool body);
    Database& db_;
    TermTable terms_;
    Statement texts_, facts_, properties_, content_;
};

} // namespace signalbox
