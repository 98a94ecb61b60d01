// The one table of the benchmarks: what was measured, against what, and whether the target is reached. Prints
// to stdout, line by line as figures come. Any thread, one at a time.
#pragma once

#include <QString>
#include <cstdio>
#include <optional>

namespace signalbox::bench {

struct Target {
    enum class Kind { None, AtLeast, Above, Below, AtMost };
    Kind kind = Kind::None;
    double value = 0; // of the ratio
};

inline Target atLeast(double ratio) {
    return {Target::Kind::AtLeast, ratio};
}
inline Target above(double ratio) {
    return {Target::Kind::Above, ratio};
}
inline Target below(double ratio) {
    return {Target::Kind::Below, ratio};
}
inline Target atMost(double ratio) {
    return {Target::Kind::AtMost, ratio};
}

struct Row {
    QString figure;
    double value = 0;
    QString unit;
    QString peer;                // what it is held against: "bare C move 16000 /s", "bound 300 MB"
    std::optional<double> ratio; // value / peer, both of this run; none: not measured, or no peer
    Target target;
};

inline bool isReached(const Row& row) {
    if (row.target.kind == Target::Kind::None)
        return true;
    if (!row.ratio) // a target that nobody measured is not reached
        return false;
    switch (row.target.kind) {
    case Target::Kind::AtLeast:
        return *row.ratio >= row.target.value;
    case Target::Kind::Above:
        return *row.ratio > row.target.value;
    case Target::Kind::Below:
        return *row.ratio < row.target.value;
    case Target::Kind::AtMost:
        return *row.ratio <= row.target.value;
    case Target::Kind::None:
        break;
    }
    return true;
}

inline QString targetText(const Target& target) {
    const QString value = QString::number(target.value, 'g', 3);
    switch (target.kind) {
    case Target::Kind::AtLeast:
        return QStringLiteral(">= ") + value;
    case Target::Kind::Above:
        return QStringLiteral("> ") + value;
    case Target::Kind::Below:
        return QStringLiteral("< ") + value;
    case Target::Kind::AtMost:
        return QStringLiteral("<= ") + value;
    case Target::Kind::None:
        break;
    }
    return QStringLiteral("-");
}

class Table {
public:
    // Below this program's own figure there is a bound, not a peer: ratio = value / bound.
    void bound(const QString& figure, double value, const QString& unit, double limit, Target target) {
        add({figure, value, unit,
             QStringLiteral("bound %1 %2").arg(QString::number(limit, 'g', 6), unit).trimmed(), value / limit,
             target});
    }
    // None of them may be there: the bound is 0, and so is the ratio that reaches it.
    void none(const QString& figure, double value, const QString& unit) {
        add({figure, value, unit, QStringLiteral("bound 0"), value, atMost(0)});
    }
    void plain(const QString& figure, double value, const QString& unit) {
        add({figure, value, unit, QStringLiteral("-"), std::nullopt, {}});
    }
    void add(const Row& row) {
        const bool hasTarget = row.target.kind != Target::Kind::None;
        missed_ = missed_ || !isReached(row);
        const QString value =
            QString::number(row.value, 'f', row.value < 100 && row.value != 0 ? 2 : 0) + u' ' + row.unit;
        std::printf("| %-52s | %16s | %-34s | %6s | %7s | %-3s |\n", qPrintable(row.figure),
                    qPrintable(value.trimmed()), qPrintable(row.peer),
                    row.ratio ? qPrintable(QString::number(*row.ratio, 'f', 2)) : "-",
                    qPrintable(targetText(row.target)),
                    !hasTarget       ? "-"
                    : isReached(row) ? "yes"
                                     : "NO");
        std::fflush(stdout);
    }
    // Exit code of a benchmark: 0 when every target is reached.
    int code() const { return missed_ ? 1 : 0; }

private:
    bool missed_ = false;
};

} // namespace signalbox::bench
