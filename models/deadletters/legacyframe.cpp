#include "models/deadletters/legacyframe.h"

#include <QByteArrayView>
#include <QtEndian>
#include <algorithm>

namespace signalbox {

namespace {

// Record types of [MC-NBFX] 2.2; a text record with its lowest bit set ends the element as well.
enum Record : std::uint8_t {
    EndElement = 0x01,
    ShortXmlnsAttribute = 0x08,
    ShortElement = 0x40,
    Chars8 = 0x98,
    Chars16 = 0x9a,
    Chars32 = 0x9c,
    Bytes8 = 0x9e,
    Bytes16 = 0xa0,
    Bytes32 = 0xa2,
    EmptyText = 0xa8,
};

const QByteArray serializationSpace = "http://schemas.microsoft.com/2003/10/Serialization/";

class FrameReader {
public:
    explicit FrameReader(QByteArrayView bytes)
        : rest_(bytes) {}

    bool atEnd() const { return rest_.isEmpty(); }
    std::optional<std::uint8_t> byte() {
        const auto one = take(1);
        return one ? std::optional(static_cast<std::uint8_t>((*one)[0])) : std::nullopt;
    }
    std::optional<QByteArrayView> take(qint64 count) {
        if (count < 0 || count > rest_.size())
            return {};
        const QByteArrayView part = rest_.first(count);
        rest_ = rest_.sliced(count);
        return part;
    }
    // A text with its length in groups of seven bits, the lowest first.
    std::optional<QByteArrayView> string() {
        qint64 size = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            const auto part = byte();
            if (!part)
                return {};
            size |= static_cast<qint64>(*part & 0x7f) << shift;
            if ((*part & 0x80) == 0)
                return take(size);
        }
        return {};
    }
    template<class Size>
    std::optional<QByteArrayView> counted() {
        const auto size = take(sizeof(Size));
        return size ? take(qFromLittleEndian<Size>(size->data())) : std::nullopt;
    }

private:
    QByteArrayView rest_;
};

struct FrameHead {
    QByteArrayView name;
    QByteArrayView space;
};

std::optional<FrameHead> headOf(FrameReader& reader) {
    if (reader.byte() != ShortElement)
        return {};
    const auto name = reader.string();
    if (!name || name->isEmpty() || name->size() > 250 || reader.byte() != ShortXmlnsAttribute)
        return {};
    const auto space = reader.string();
    if (!space || !space->startsWith("http://schemas."))
        return {};
    return FrameHead{*name, *space};
}

std::optional<QByteArrayView> textOf(FrameReader& reader, std::uint8_t record) {
    switch (record & ~1) {
    case Chars8:
    case Bytes8:
        return reader.counted<quint8>();
    case Chars16:
    case Bytes16:
        return reader.counted<quint16>();
    case Chars32:
    case Bytes32:
        return reader.counted<qint32>();
    case EmptyText:
        return QByteArrayView("", qsizetype{0});
    default:
        return {};
    }
}

} // namespace

std::optional<QByteArray> legacyFramed(const QByteArray& body) {
    FrameReader reader(body);
    const auto head = headOf(reader);
    if (!head || head->space != serializationSpace ||
        (head->name != "string" && head->name != "base64Binary"))
        return {};
    QByteArray text; // may come in several parts
    for (;;) {
        const auto record = reader.byte();
        if (!record)
            return {};
        if (*record == EndElement)
            break;
        const auto part = textOf(reader, *record);
        if (!part)
            return {};
        text += *part;
        if ((*record & 1) != 0)
            break;
    }
    return reader.atEnd() ? std::optional(std::move(text)) : std::nullopt;
}

QByteArray legacyRoot(const QByteArray& body) {
    FrameReader reader(body);
    const auto head = headOf(reader);
    return head ? head->name.toByteArray() : QByteArray();
}

} // namespace signalbox
