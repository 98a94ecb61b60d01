// Columns of a snapshot as plain arrays in memory, loaded when a query needs them and let go when others need
// the room; sort orders the same way. A slot is a row's place by id. Guarded by the owner; one per
// connection.
#pragma once

#include "app/store/snapshot/snapshotfile.h"

#include <array>

namespace signalbox {

enum class Field {
    Id,
    Flags,
    Group,
    Reason,
    Origin,
    Exchange,
    RoutingKey,
    ExceptionType,
    MessageType,
    Framework,
    Position,
    FirstDeath,
    LastDeath,
    Deaths,
    Size,
    Attempts,
};
inline constexpr int fieldCount = 16;
inline constexpr qint64 unknownTime = std::numeric_limits<qint64>::min();

// The field that holds a column; nullopt: a text that is read row by row.
std::optional<Field> fieldOf(Column column);
const char* textColumnOf(Column column); // SQL name where fieldOf is nullopt
constexpr bool isTerm(Field field) {
    return field >= Field::Reason && field <= Field::Framework;
}
constexpr bool isWide(Field field) {
    return field >= Field::Position;
}

struct FieldData {
    std::vector<qint32> narrow;
    std::vector<qint64> wide;
    std::size_t size() const { return narrow.size() + wide.size(); }
    qint64 at(std::size_t slot) const { return wide.empty() ? narrow[slot] : wide[slot]; }
    std::size_t bytes() const { return narrow.size() * sizeof(qint32) + wide.size() * sizeof(qint64); }
};
using SlotOrder = std::vector<qint32>; // slots in ascending order of a column, then of id

class ColumnStore {
public:
    static constexpr std::size_t memoryLimit = 64 * 1024 * 1024;

    explicit ColumnStore(Database& db)
        : db_(db) {}

    // Inside a read transaction, before anything else of a query: takes up new rows, drops what is stale.
    Result<void> sync();
    std::size_t size() const { return data(Field::Id).size(); }
    qint64 generation() const { return generation_; }
    qint64 indexedTo() const { return indexedTo_; }
    qint64 idAt(std::size_t slot) const { return data(Field::Id).narrow[slot]; }
    std::optional<std::size_t> slotOf(qint64 id) const;
    Result<const FieldData*> field(Field field);
    Result<const SlotOrder*> order(Column column); // nullptr: by id
    // What is equal in the column stays in the order of the queue, downwards, too. Made anew for each column.
    Result<const SlotOrder*> queueOrder(Column column, bool down);
    void trim(); // at the end of a query

    // Writes all columns and orders for the rows that are there now.
    static Result<void> build(Database& db, const SnapshotState& state);

private:
    const FieldData& data(Field field) const { return fields_.at(static_cast<std::size_t>(field)).data; }
    FieldData& data(Field field) { return fields_.at(static_cast<std::size_t>(field)).data; }
    Result<void> load(std::initializer_list<Field> fields);
    Result<void> loadSaved(Field field);
    Result<SlotOrder> makeOrder(Column column);
    Result<SlotOrder> termOrder(Field field);
    Result<std::vector<qint32>> termRanks(); // by id of the term
    Result<SlotOrder> textOrder(const QByteArray& orderBy);
    Result<std::vector<qint64>> sortKeys(Column column);
    Result<SlotOrder> makeQueueOrder(Column column, bool down);
    SlotOrder numberOrder(const FieldData& data) const;
    Result<void> save(const QByteArray& name, QByteArrayView bytes, const SnapshotState& state);
    Result<void> saveOrder(Column column, const SlotOrder* slots, const SnapshotState& state);
    Result<void> saveColumns(std::initializer_list<Field> fields, const SnapshotState& state);

    struct CachedField {
        FieldData data;
        quint64 used = 0;
    };
    struct CachedOrder {
        SlotOrder slots;
        std::size_t rows = 0;
        bool known = false;
        bool byId = false;
        quint64 used = 0;
    };
    Database& db_;
    std::array<CachedField, fieldCount> fields_;
    std::array<CachedOrder, columnCount> orders_;
    struct QueueOrder {
        Column column = Column::Position;
        bool down = false;
        SlotOrder slots; // empty: none is kept
    } queueOrder_;
    qint64 generation_ = -1;
    qint64 indexedTo_ = 0;
    quint64 use_ = 0;
    bool saved_ = true; // look for saved columns
};

} // namespace signalbox
