#include "app/store/snapshot/columnstore.h"

#include <algorithm>
#include <cstring>

namespace signalbox {

namespace {

constexpr std::array<const char*, fieldCount> fieldSql = {
    "id",          "flags",          "group_id",     "reason",    "origin",   "exchange",
    "routing_key", "exception_type", "message_type", "framework", "position", "first_death",
    "last_death",  "deaths",         "size",         "attempts"};

QByteArray fieldName(Field field) {
    return "field " + QByteArray(fieldSql.at(static_cast<std::size_t>(field)));
}

template<class T>
QByteArrayView viewOf(const std::vector<T>& numbers) {
    return {reinterpret_cast<const char*>(numbers.data()),
            static_cast<qsizetype>(numbers.size() * sizeof(T))};
}

template<class T>
void takeBytes(std::vector<T>& numbers, QByteArrayView bytes) {
    numbers.resize(static_cast<std::size_t>(bytes.size()) / sizeof(T));
    if (!numbers.empty())
        std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(T));
}

} // namespace

std::optional<Field> fieldOf(Column column) {
    switch (column) {
    case Column::Position:
        return Field::Position;
    case Column::Reason:
        return Field::Reason;
    case Column::OriginQueue:
        return Field::Origin;
    case Column::Exchange:
        return Field::Exchange;
    case Column::RoutingKey:
        return Field::RoutingKey;
    case Column::FirstDeath:
        return Field::FirstDeath;
    case Column::LastDeath:
        return Field::LastDeath;
    case Column::Deaths:
        return Field::Deaths;
    case Column::ExceptionType:
        return Field::ExceptionType;
    case Column::MessageType:
        return Field::MessageType;
    case Column::Size:
        return Field::Size;
    case Column::Redelivered:
        return Field::Flags;
    case Column::Attempts:
        return Field::Attempts;
    case Column::Framework:
        return Field::Framework;
    case Column::ExceptionText:
    case Column::MessageId:
    case Column::CorrelationId:
        break;
    }
    return std::nullopt;
}

const char* textColumnOf(Column column) {
    return column == Column::MessageId       ? "message_id"
           : column == Column::CorrelationId ? "correlation_id"
                                             : "error";
}

Result<void> ColumnStore::sync() {
    auto row = db_.prepare("SELECT generation, indexed_to FROM snapshot");
    if (!row)
        return failure(row.error());
    const auto there = row->step();
    if (!there)
        return failure(there.error());
    const qint64 generation = *there ? row->int64(0) : 0;
    indexedTo_ = *there ? row->int64(1) : 0;
    if (generation != generation_) {
        fields_ = {};
        orders_ = {};
        queueOrder_ = {};
        generation_ = generation;
    }
    if (size() == 0) {
        if (auto loaded = loadSaved(Field::Id); !loaded)
            return loaded;
    }
    return load({Field::Id});
}

std::optional<std::size_t> ColumnStore::slotOf(qint64 id) const {
    const std::vector<qint32>& ids = data(Field::Id).narrow;
    if (id > 0 && static_cast<std::size_t>(id) <= ids.size() && ids[static_cast<std::size_t>(id) - 1] == id)
        return static_cast<std::size_t>(id) - 1; // nothing was ever dropped
    const auto found = std::lower_bound(ids.begin(), ids.end(), id);
    if (found == ids.end() || *found != id)
        return std::nullopt;
    return static_cast<std::size_t>(found - ids.begin());
}

Result<void> ColumnStore::loadSaved(Field field) {
    if (!saved_)
        return {};
    auto saved = db_.prepare("SELECT data FROM column_data WHERE name = ? AND generation = ?");
    if (!saved)
        return failure(saved.error());
    const QByteArray name = fieldName(field);
    saved->bindText(1, name).bind(2, generation_);
    const auto row = saved->step();
    if (!row)
        return failure(row.error());
    if (*row && isWide(field))
        takeBytes(data(field).wide, saved->view(0));
    else if (*row)
        takeBytes(data(field).narrow, saved->view(0));
    return {};
}

// Adds the rows that the arrays do not have yet; all of `fields` have the same rows so far.
Result<void> ColumnStore::load(std::initializer_list<Field> fields) {
    const std::size_t have = data(*fields.begin()).size();
    QByteArray sql = "SELECT ";
    for (const Field field : fields)
        sql += QByteArray(fieldSql.at(static_cast<std::size_t>(field))) + ", ";
    sql.chop(2);
    sql += " FROM facts WHERE id > ? ORDER BY id";
    auto rows = db_.prepare(sql);
    if (!rows)
        return failure(rows.error());
    rows->bind(1, have == 0 ? 0 : idAt(have - 1));
    for (;;) {
        const auto row = rows->step();
        if (!row)
            return failure(row.error());
        if (!*row)
            return {};
        int column = 0;
        for (const Field field : fields) {
            if (isWide(field))
                data(field).wide.push_back(rows->isNull(column) ? unknownTime : rows->int64(column));
            else
                data(field).narrow.push_back(rows->integer(column));
            ++column;
        }
    }
}

Result<const FieldData*> ColumnStore::field(Field field) {
    CachedField& cached = fields_.at(static_cast<std::size_t>(field));
    cached.used = ++use_;
    if (cached.data.size() == 0) {
        if (auto loaded = loadSaved(field); !loaded)
            return failure(loaded.error());
    }
    if (cached.data.size() > size()) // damaged
        cached.data = {};
    if (cached.data.size() < size()) {
        if (auto loaded = load({field}); !loaded)
            return failure(loaded.error());
    }
    return &cached.data;
}

void ColumnStore::trim() {
    for (;;) {
        std::size_t bytes = 0;
        CachedField* field = nullptr;
        CachedOrder* order = nullptr;
        for (std::size_t i = 1; i < fields_.size(); ++i) { // ids stay
            bytes += fields_[i].data.bytes();
            if (fields_[i].data.size() > 0 && (!field || fields_[i].used < field->used))
                field = &fields_[i];
        }
        for (CachedOrder& cached : orders_) {
            bytes += cached.slots.size() * sizeof(qint32);
            if (!cached.slots.empty() && (!order || cached.used < order->used))
                order = &cached;
        }
        if (bytes <= memoryLimit || (!field && !order))
            return;
        if (order && (!field || order->used < field->used))
            *order = {};
        else
            *field = {};
    }
}

Result<void> ColumnStore::save(const QByteArray& name, QByteArrayView bytes, const SnapshotState& state) {
    auto save = db_.prepare("INSERT INTO column_data(name, generation, rows, data) VALUES(?, ?, ?, ?)");
    if (!save)
        return failure(save.error());
    save->bindText(1, name).bind(2, state.generation).bind(3, size()).bindBlob(4, bytes);
    return save->run();
}

// No bytes: the order is that of the ids.
Result<void> ColumnStore::saveOrder(Column column, const SlotOrder* slots, const SnapshotState& state) {
    return save("order " + QByteArray::number(static_cast<int>(column)),
                slots ? viewOf(*slots) : QByteArrayView(), state);
}

Result<void> ColumnStore::saveColumns(std::initializer_list<Field> fields, const SnapshotState& state) {
    if (auto loaded = load(fields); !loaded)
        return loaded;
    for (const Field field : fields) {
        auto done = save(fieldName(field),
                         isWide(field) ? viewOf(data(field).wide) : viewOf(data(field).narrow), state);
        for (int i = 0; done && i < columnCount; ++i) {
            const Column column = static_cast<Column>(i);
            if (fieldOf(column) != field)
                continue;
            const auto slots = order(column);
            if (!slots)
                return failure(slots.error());
            done = saveOrder(column, *slots, state);
            orders_.at(static_cast<std::size_t>(i)).slots = {};
        }
        if (!done)
            return done;
    }
    for (const Field field : fields) {
        if (field != Field::Id)
            data(field) = {};
    }
    return {};
}

Result<void> ColumnStore::build(Database& db, const SnapshotState& state) {
    auto transaction = Transaction::begin(db);
    if (!transaction)
        return failure(transaction.error());
    auto done = db.execute("DELETE FROM column_data");
    ColumnStore store(db);
    store.saved_ = false;
    if (done)
        done = store.sync();
    if (done)
        done = store.save(fieldName(Field::Id), viewOf(store.data(Field::Id).narrow), state);
    // In two parts, so that not all columns are in memory at once.
    if (done)
        done =
            store.saveColumns({Field::Flags, Field::Group, Field::Reason, Field::Origin, Field::Exchange,
                               Field::RoutingKey, Field::ExceptionType, Field::MessageType, Field::Framework},
                              state);
    if (done)
        done = store.saveColumns({Field::Position, Field::FirstDeath, Field::LastDeath, Field::Deaths,
                                  Field::Size, Field::Attempts},
                                 state);
    for (const Column column : {Column::ExceptionText, Column::MessageId, Column::CorrelationId}) {
        if (!done)
            return done;
        const auto slots = store.order(column);
        if (!slots)
            return failure(slots.error());
        done = store.saveOrder(column, *slots, state);
        store.orders_ = {};
    }
    return done ? transaction->commit() : done;
}

} // namespace signalbox
