// What killed a message, in words, icon and tone, the same in tables, groups and message view. GUI thread
// (tr).
#pragma once

#include "views/widgets/tones.h"

#include <QString>

namespace signalbox {

struct DeathWords {
    QString text; // "rejected", "expired", "queue full", "delivery limit"; else the broker's word
    QString hint; // one sentence
    QString iconName;
    Tone tone = Tone::TextDim;
};
DeathWords deathWords(const QString& reason);

// Text of bytes from the wire for one line: control characters become visible, bad UTF-8 is marked, cut with
// …
QString oneLine(const QByteArray& bytes, qsizetype limit = 300);
QString oneLine(const QString& text, qsizetype limit = 300);

} // namespace signalbox
