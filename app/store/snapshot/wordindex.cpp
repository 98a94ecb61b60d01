#include "app/store/snapshot/wordindex.h"

#include "app/store/snapshot/rowreader.h"

namespace signalbox {

void WordIndex::add(qint64 id, QByteArray words) {
    pendingBytes_ += words.size();
    pending_.emplace_back(id, std::move(words));
}

Result<void> WordIndex::flush(SnapshotState& state) {
    if (!add_.isValid()) {
        auto add = db_.prepare("INSERT INTO words(rowid, text) VALUES(?, ?)");
        if (!add)
            return failure(add.error());
        add_ = std::move(*add);
    }
    for (const auto& [id, words] : pending_) {
        add_.bind(1, id).bindText(2, words);
        if (auto done = add_.run(); !done)
            return done;
        state.indexedTo = id;
    }
    forget();
    return {};
}

void WordIndex::forget() {
    pending_.clear();
    pendingBytes_ = 0;
}

Result<bool> WordIndex::step(SnapshotState& state) {
    RowReader reader(db_);
    auto rows = db_.prepare("SELECT id FROM facts WHERE id > ? ORDER BY id LIMIT ?");
    if (!rows)
        return failure(rows.error());
    rows->bind(1, state.indexedTo).bind(2, stepRows);
    bool any = false;
    while (!isDue()) {
        const auto row = rows->step();
        if (!row)
            return failure(row.error());
        if (!*row)
            break;
        const auto stored = reader.read(rows->int64(0), RowReader::What::Content);
        if (!stored)
            return failure(stored.error());
        add(stored->row.id, splitter_.of(stored->message, stored->row.facts).text);
        any = true;
    }
    return any;
}

Result<void> WordIndex::catchUp(SnapshotState& state, bool rebuild) {
    if (rebuild) {
        auto transaction = Transaction::begin(db_);
        if (!transaction)
            return failure(transaction.error());
        state.indexedTo = 0;
        auto done = db_.execute("INSERT INTO words(words) VALUES('delete-all')");
        if (done)
            done = snapshotfile::write(db_, state);
        if (done)
            done = transaction->commit();
        if (!done)
            return done;
    }
    for (;;) {
        const auto more = step(state);
        if (!more)
            return failure(more.error());
        if (!*more)
            return {};
        auto transaction = Transaction::begin(db_);
        if (!transaction)
            return failure(transaction.error());
        auto done = flush(state);
        if (done)
            done = snapshotfile::write(db_, state);
        if (done)
            done = transaction->commit();
        if (!done)
            return done;
    }
}

} // namespace signalbox
