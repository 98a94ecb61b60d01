// A body made ready to be looked at: content encoding undone, charset decoded, kind found out, text laid out,
// tree built. Pure and slow for large bodies: call it on a thread of its own.
#pragma once

#include "models/deadletters/datatree.h"
#include "models/messaging/message.h"

#include <QStringList>
#include <memory>

namespace signalbox {

enum class BodyKind { Empty, Json, Xml, Text, Binary };

struct BodyView {
    BodyKind kind = BodyKind::Empty;
    QByteArray bytes; // as the sender wrote it (see snapshotbody.h), bounded
    QString text;     // laid out where it is JSON or XML; cut at `mostShownLetters`
    bool textCut = false;
    QString charset;                      // "UTF-8", "ISO-8859-1" ...
    std::shared_ptr<const DataTree> tree; // JSON, XML, values of AMQP 1.0, what reads as Protocol Buffers
    QStringList notes;                    // "gzip, 12 KB -> 80 KB"
    QStringList problems;                 // what is wrong or not whole, in sentences
};

inline constexpr qsizetype mostUnpackedBytes = 64 << 20;
inline constexpr qsizetype mostShownLetters = 1 << 20;

BodyView bodyView(const Message& message);

} // namespace signalbox
