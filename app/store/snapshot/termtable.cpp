#include "app/store/snapshot/termtable.h"

namespace signalbox {

Result<qint64> TermTable::idOf(const QByteArray& text) {
    if (const auto known = ids_.constFind(text); known != ids_.constEnd())
        return *known;
    if (!find_.isValid()) {
        auto find = db_.prepare("SELECT id FROM term WHERE text = ?");
        auto add = db_.prepare("INSERT INTO term(text) VALUES(?)");
        if (!find || !add)
            return failure(!find ? find.error() : add.error());
        find_ = std::move(*find);
        add_ = std::move(*add);
    }
    find_.bindText(1, text);
    const auto row = find_.step();
    if (!row)
        return failure(row.error());
    qint64 id = *row ? find_.int64(0) : 0;
    find_.reset();
    if (id == 0) {
        add_.bindText(1, text);
        if (auto added = add_.run(); !added)
            return failure(added.error());
        id = db_.lastInsertId();
    }
    if (ids_.size() >= cacheLimit)
        ids_.clear();
    ids_.insert(text, id);
    return id;
}

Result<QByteArray> TermTable::text(qint64 id) {
    if (const auto known = texts_.constFind(id); known != texts_.constEnd())
        return *known;
    if (!read_.isValid()) {
        auto read = db_.prepare("SELECT text FROM term WHERE id = ?");
        if (!read)
            return failure(read.error());
        read_ = std::move(*read);
    }
    read_.bind(1, id);
    const auto row = read_.step();
    if (!row)
        return failure(row.error());
    const QByteArray text = *row ? read_.bytes(0) : QByteArray();
    read_.reset();
    if (texts_.size() >= cacheLimit)
        texts_.clear();
    texts_.insert(id, text);
    return text;
}

void TermTable::forget() {
    ids_.clear();
    texts_.clear();
}

} // namespace signalbox
