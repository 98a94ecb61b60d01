// Compares one value with one test of a filter: the single place that gives operators their meaning, used for
// messages and for the store's columns alike. Text compares without regard to case (Unicode case folding).
// Pure.
#pragma once

#include "models/deadletters/wherenode.h"

namespace signalbox {

// Most characters of a value that a regular expression looks at.
inline constexpr qsizetype regexSubjectLimit = 65536;

bool testText(const WhereTest& test, QStringView value); // Exists: not empty
bool testNumber(const WhereTest& test, qint64 value);    // numbers and sizes
bool testTime(const WhereTest& test, std::optional<qint64> msUtc);
bool testFlag(const WhereTest& test, bool value);

// A value of no fixed type, from a header or a JSON body.
struct WhereValue {
    enum class Kind { Null, Flag, Integer, Real, Time, Text };
    Kind kind = Kind::Null;
    bool flag = false;
    qint64 integer = 0; // Integer; Time: ms UTC
    double real = 0;
    QString text; // Text; arrays and tables as compact JSON
    QString asText() const;
};
bool testValue(const WhereTest& test, const WhereValue& value); // Exists: always

} // namespace signalbox
