// Readings of a literal's text: number, size, duration, time. Pure.
#pragma once

#include "models/deadletters/wherenode.h"

namespace signalbox {

// Decimal numbers as JSON writes them: no leading zeros, no plus sign, finite.
std::optional<double> strictNumber(QStringView text);
std::optional<qint64> strictInteger(QStringView text);

// "10KB", "1.5MiB", "300": KB, MB, GB are powers of 1000; KiB, MiB, GiB of 1024. Bytes.
std::optional<qint64> sizeFromText(QStringView text);

// "90s", "1h30m", "2d"; units ms, s, m (or min), h, d, w. Milliseconds.
std::optional<qint64> durationFromText(QStringView text);

// ISO 8601: "2026-11-23", "2026-11-23 10:00", "2026-11-23T10:00:05.250Z", "...+01:00". Without a zone: UTC.
// The range is as wide as the text is coarse.
std::optional<WhereLiteral::Time> timeFromText(QStringView text);

WhereLiteral makeLiteral(QString text, bool quoted);

} // namespace signalbox
