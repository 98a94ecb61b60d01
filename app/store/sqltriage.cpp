#include "app/store/sqltriage.h"

#include "app/store/rows.h"

namespace signalbox {

Result<std::vector<GroupNote>> SqlTriage::notes() {
    return workspace_.read([](Database& db) -> Result<std::vector<GroupNote>> {
        std::vector<GroupNote> notes;
        auto done = eachRowOf(
            db, "SELECT signature, state, owner, note, changed_ms FROM group_note ORDER BY signature",
            [&](const Statement& row) -> Result<void> {
                notes.push_back({row.bytes(0), row.text(1), row.text(2), row.text(3), fromMs(row.int64(4))});
                return {};
            });
        if (!done)
            return failure(std::move(done.error()));
        return notes;
    });
}

Result<void> SqlTriage::saveNote(const GroupNote& note) {
    if (note.signature.isEmpty())
        return failure(ErrorKind::Invalid, QStringLiteral("A note belongs to a group; none was named."));
    return workspace_.write([&](Database& db) {
        return runOnce(
            db,
            "INSERT INTO group_note (signature, state, owner, note, changed_ms) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (signature) DO UPDATE SET state = excluded.state, owner = excluded.owner, "
            "note = excluded.note, changed_ms = excluded.changed_ms",
            note.signature, note.state, note.owner, note.note, toMs(note.changedAt));
    });
}

Result<std::vector<std::pair<EntityRef, bool>>> SqlTriage::pins() {
    using Pins = std::vector<std::pair<EntityRef, bool>>;
    return workspace_.read([](Database& db) -> Result<Pins> {
        Pins pins;
        auto done = eachRowOf(
            db,
            "SELECT connection_id, space, name, pinned FROM queue_pin ORDER BY connection_id, space, name",
            [&](const Statement& row) -> Result<void> {
                pins.emplace_back(EntityRef{row.text(0), row.text(1), row.text(2)}, row.integer(3) != 0);
                return {};
            });
        if (!done)
            return failure(std::move(done.error()));
        return pins;
    });
}

Result<void> SqlTriage::setPin(const EntityRef& queue, std::optional<bool> pinned) {
    return workspace_.write([&](Database& db) {
        if (!pinned)
            return runOnce(db, "DELETE FROM queue_pin WHERE connection_id = ? AND space = ? AND name = ?",
                           queue.connectionId, queue.space, queue.name);
        return runOnce(db,
                       "INSERT INTO queue_pin (connection_id, space, name, pinned) VALUES (?, ?, ?, ?) "
                       "ON CONFLICT (connection_id, space, name) DO UPDATE SET pinned = excluded.pinned",
                       queue.connectionId, queue.space, queue.name, *pinned);
    });
}

Result<std::vector<SavedFilter>> SqlTriage::savedFilters() {
    using Filters = std::vector<SavedFilter>;
    return workspace_.read([](Database& db) -> Result<Filters> {
        Filters filters;
        auto done = eachRowOf(db, "SELECT name, where_text, words FROM saved_filter ORDER BY name",
                              [&](const Statement& row) -> Result<void> {
                                  filters.push_back({row.text(0), row.text(1), row.text(2)});
                                  return {};
                              });
        if (!done)
            return failure(std::move(done.error()));
        return filters;
    });
}

Result<void> SqlTriage::saveFilter(const SavedFilter& filter) {
    if (filter.name.trimmed().isEmpty())
        return failure(ErrorKind::Invalid, QStringLiteral("Give the filter a name."));
    return workspace_.write([&](Database& db) {
        if (filter.where.isEmpty() && filter.words.isEmpty())
            return runOnce(db, "DELETE FROM saved_filter WHERE name = ?", filter.name);
        return runOnce(db,
                       "INSERT INTO saved_filter (name, where_text, words) VALUES (?, ?, ?) "
                       "ON CONFLICT (name) DO UPDATE SET where_text = excluded.where_text, "
                       "words = excluded.words",
                       filter.name, filter.where, filter.words);
    });
}

} // namespace signalbox
