#include "views/shell/fuzzymatch.h"

#include <QStringList>

namespace signalbox {

namespace {

constexpr int perLetter = 1;
constexpr int perRun = 3;
constexpr int perWordStart = 6;
constexpr int wholeWord = 10;

bool startsWord(const QString& text, qsizetype at) {
    return at == 0 || !text.at(at - 1).isLetterOrNumber();
}

int scoreWord(const QString& word, const QString& text) {
    qsizetype whole = text.indexOf(word, 0, Qt::CaseInsensitive);
    if (whole >= 0) {
        int score = static_cast<int>(word.size()) * (perLetter + perRun) + wholeWord;
        while (whole >= 0 && !startsWord(text, whole))
            whole = text.indexOf(word, whole + 1, Qt::CaseInsensitive);
        if (whole >= 0)
            score += perWordStart * (static_cast<int>(word.size()) + 1); // above any letters put together
        return score;
    }
    int score = 0;
    qsizetype at = -1;
    for (const QChar letter : word) {
        const qsizetype next = text.indexOf(letter, at + 1, Qt::CaseInsensitive);
        if (next < 0)
            return -1;
        score += perLetter + (next == at + 1 && at >= 0 ? perRun : 0) +
                 (startsWord(text, next) ? perWordStart : 0);
        at = next;
    }
    return score;
}

} // namespace

int fuzzyScore(const QString& query, const QString& text) {
    int score = 0;
    const QStringList queryWords = query.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString& word : queryWords) {
        const int part = scoreWord(word, text);
        if (part < 0)
            return -1;
        score += part;
    }
    return score;
}

int nameRank(const QString& query, const QString& text) {
    const QString typed = query.simplified();
    if (typed.isEmpty())
        return 0;
    const qsizetype colon = text.indexOf(QLatin1String(": "));
    const QString name = colon < 0 ? text : text.mid(colon + 2);
    for (const QString& each : {text, name}) {
        if (each.compare(typed, Qt::CaseInsensitive) == 0)
            return 2;
    }
    return text.startsWith(typed, Qt::CaseInsensitive) || name.startsWith(typed, Qt::CaseInsensitive) ? 1 : 0;
}

} // namespace signalbox
