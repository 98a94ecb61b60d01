#include "models/deadletters/whereliteral.h"

#include <array>
#include <cmath>

namespace signalbox {

namespace {

bool isDigit(QChar c) {
    return c >= u'0' && c <= u'9';
}

struct Unit {
    QLatin1StringView word;
    double factor;
};

constexpr std::array<Unit, 8> sizeUnits = {{
    {QLatin1StringView("b"), 1},
    {QLatin1StringView("kb"), 1e3},
    {QLatin1StringView("mb"), 1e6},
    {QLatin1StringView("gb"), 1e9},
    {QLatin1StringView("kib"), 1024},
    {QLatin1StringView("mib"), 1024.0 * 1024},
    {QLatin1StringView("gib"), 1024.0 * 1024 * 1024},
    {QLatin1StringView(""), 1},
}};

constexpr std::array<Unit, 7> timeUnits = {{
    {QLatin1StringView("ms"), 1},
    {QLatin1StringView("s"), 1e3},
    {QLatin1StringView("m"), 60e3},
    {QLatin1StringView("min"), 60e3},
    {QLatin1StringView("h"), 3600e3},
    {QLatin1StringView("d"), 86400e3},
    {QLatin1StringView("w"), 7 * 86400e3},
}};

template<std::size_t N>
std::optional<double> factorOf(QStringView word, const std::array<Unit, N>& units) {
    for (const Unit& unit : units) {
        if (word.compare(unit.word, Qt::CaseInsensitive) == 0)
            return unit.factor;
    }
    return std::nullopt;
}

// Number at the start of `text`: digits, perhaps a fraction. Cuts it off.
std::optional<double> takeNumber(QStringView& text) {
    qsizetype end = 0;
    while (end < text.size() && isDigit(text.at(end)))
        ++end;
    if (end == 0)
        return std::nullopt;
    if (end + 1 < text.size() && text.at(end) == u'.' && isDigit(text.at(end + 1))) {
        ++end;
        while (end < text.size() && isDigit(text.at(end)))
            ++end;
    }
    const double number = text.left(end).toDouble();
    text = text.mid(end);
    return number;
}

std::optional<qint64> wholeIfFits(double value) {
    if (!(std::abs(value) < 9e15))
        return std::nullopt;
    return std::llround(value);
}

// Takes exactly `digits` digits.
std::optional<int> takeDigits(QStringView& text, int digits) {
    if (text.size() < digits)
        return std::nullopt;
    int value = 0;
    for (int i = 0; i < digits; ++i) {
        if (!isDigit(text.at(i)))
            return std::nullopt;
        value = value * 10 + (text.at(i).unicode() - u'0');
    }
    text = text.mid(digits);
    return value;
}

bool takeChar(QStringView& text, QChar c) {
    if (text.isEmpty() || text.front() != c)
        return false;
    text = text.mid(1);
    return true;
}

std::optional<QDate> takeDate(QStringView& text) {
    const auto year = takeDigits(text, 4);
    if (!year || !takeChar(text, u'-'))
        return std::nullopt;
    const auto month = takeDigits(text, 2);
    if (!month || !takeChar(text, u'-'))
        return std::nullopt;
    const auto day = takeDigits(text, 2);
    if (!day)
        return std::nullopt;
    const QDate date(*year, *month, *day);
    return date.isValid() ? std::optional<QDate>(date) : std::nullopt;
}

struct DayTime {
    qint64 ms = 0;
    qint64 width = 60000;
};

std::optional<DayTime> takeDayTime(QStringView& text) {
    const auto hour = takeDigits(text, 2);
    if (!hour || *hour > 23 || !takeChar(text, u':'))
        return std::nullopt;
    const auto minute = takeDigits(text, 2);
    if (!minute || *minute > 59)
        return std::nullopt;
    DayTime time{(*hour * 60LL + *minute) * 60000, 60000};
    if (!takeChar(text, u':'))
        return time;
    const auto second = takeDigits(text, 2);
    if (!second || *second > 59)
        return std::nullopt;
    time.ms += *second * 1000LL;
    time.width = 1000;
    if (text.size() > 1 && (text.front() == u'.' || text.front() == u',') && isDigit(text.at(1))) {
        text = text.mid(1);
        time.width = 1;
        for (int scale = 100; !text.isEmpty() && isDigit(text.front()); scale /= 10, text = text.mid(1))
            time.ms += static_cast<qint64>(text.front().unicode() - u'0') * scale;
    }
    return time;
}

// Offset from UTC in ms; an empty text and Z are UTC.
std::optional<qint64> takeZone(QStringView& text) {
    if (text.isEmpty() || takeChar(text, u'Z') || takeChar(text, u'z'))
        return 0;
    const int sign = text.front() == u'-' ? -1 : 1;
    if (!takeChar(text, u'+') && !takeChar(text, u'-'))
        return std::nullopt;
    const auto hours = takeDigits(text, 2);
    if (!hours || *hours > 14)
        return std::nullopt;
    takeChar(text, u':');
    const auto minutes = text.isEmpty() ? std::optional<int>(0) : takeDigits(text, 2);
    if (!minutes || *minutes > 59)
        return std::nullopt;
    return sign * (*hours * 60LL + *minutes) * 60000;
}

} // namespace

std::optional<double> strictNumber(QStringView text) {
    QStringView rest = text;
    takeChar(rest, u'-');
    if (rest.isEmpty() || !isDigit(rest.front()) || text.size() > 40 ||
        (rest.front() == u'0' && rest.size() > 1 && isDigit(rest.at(1))))
        return std::nullopt;
    for (const QChar c : rest) {
        if (!isDigit(c) && c != u'.' && c != u'e' && c != u'E' && c != u'-' && c != u'+')
            return std::nullopt;
    }
    if (rest.back() == u'.')
        return std::nullopt;
    bool ok = false;
    const double number = text.toDouble(&ok);
    return ok && std::isfinite(number) ? std::optional<double>(number) : std::nullopt;
}

std::optional<qint64> strictInteger(QStringView text) {
    if (!strictNumber(text))
        return std::nullopt;
    bool ok = false;
    const qint64 number = text.toLongLong(&ok);
    return ok ? std::optional<qint64>(number) : std::nullopt;
}

std::optional<qint64> sizeFromText(QStringView text) {
    const auto number = takeNumber(text);
    const auto factor = factorOf(text.trimmed(), sizeUnits);
    return number && factor ? wholeIfFits(*number * *factor) : std::nullopt;
}

std::optional<qint64> durationFromText(QStringView text) {
    double total = 0;
    do {
        const auto number = takeNumber(text);
        qsizetype end = 0;
        while (end < text.size() && !isDigit(text.at(end)))
            ++end;
        const auto factor = factorOf(text.left(end).trimmed(), timeUnits);
        if (!number || !factor)
            return std::nullopt;
        total += *number * *factor;
        text = text.mid(end);
    } while (!text.isEmpty());
    return wholeIfFits(total);
}

std::optional<WhereLiteral::Time> timeFromText(QStringView text) {
    const auto date = takeDate(text);
    if (!date)
        return std::nullopt;
    const qint64 day = QDateTime(*date, QTime(0, 0), Qt::UTC).toMSecsSinceEpoch();
    if (text.isEmpty())
        return WhereLiteral::Time{day, day + 86400000};
    if (!takeChar(text, u'T') && !takeChar(text, u't') && !takeChar(text, u' '))
        return std::nullopt;
    const auto time = takeDayTime(text);
    if (!time)
        return std::nullopt;
    const auto zone = takeZone(text);
    if (!zone || !text.isEmpty())
        return std::nullopt;
    const qint64 from = day + time->ms - *zone;
    return WhereLiteral::Time{from, from + time->width};
}

WhereLiteral makeLiteral(QString text, bool quoted) {
    WhereLiteral literal;
    literal.quoted = quoted;
    if (!quoted) {
        literal.number = strictNumber(text);
        literal.integer = strictInteger(text);
    }
    literal.time = timeFromText(text);
    literal.text = std::move(text);
    return literal;
}

} // namespace signalbox
