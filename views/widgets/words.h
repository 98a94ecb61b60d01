// Numbers, sizes, times and durations in words, the same everywhere in the window. Pure; GUI thread (tr).
#pragma once

#include <QDateTime>
#include <QString>

namespace signalbox::words {

QString count(qint64 number);           // "12,345" in the person's locale; -1: "unknown"
QString bytes(qint64 number);           // "1.2 MB"
QString rate(double perSecond);         // "240/s", "0.4/s"; negative: ""
QString duration(qint64 seconds);       // "40 s", "3 min 20 s", "2 h 5 min"; negative: ""
QString timeLeft(qint64 seconds);       // "3 min 20 s left"; negative: ""
QString when(const QDateTime& at);      // local "2024-03-01 12:00:05"; invalid: ""
QString whenExact(const QDateTime& at); // local with milliseconds and offset, for tooltips

} // namespace signalbox::words
