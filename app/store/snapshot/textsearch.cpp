#include "app/store/snapshot/textsearch.h"

#include "app/store/snapshot/messagewords.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int termLimit = 64;
constexpr qsizetype guidDigits = 32;

// Start of a GUID ("3fa85f64", "3fa85f64-57"): the index has GUIDs as one word without dashes. At least eight
// digits, so that few words of the index begin with it.
QByteArray guidStart(QByteArrayView word) {
    QByteArray joined;
    bool hasDigit = false;
    for (qsizetype i = 0; i < word.size(); ++i) {
        const char c = word.at(i);
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (c != '-')
                return {};
            continue;
        }
        const bool digit = c >= '0' && c <= '9';
        if (!digit && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
            return {};
        hasDigit = hasDigit || digit;
        joined += c;
    }
    return joined.size() >= 8 && joined.size() < guidDigits && hasDigit ? joined.toLower() : QByteArray();
}

bool contains(QByteArrayView words, const TextSearch::Word& word) {
    return words.indexOf(QByteArray(' ' + word.text + (word.prefix ? "" : " "))) >= 0;
}

QByteArray quoted(const TextSearch::Word& word) {
    return '"' + word.text + (word.prefix ? "\" *" : "\"");
}

} // namespace

TextSearch::TextSearch(const QString& text) {
    MessageWords splitter;
    const QList<QByteArray> pieces = text.toUtf8().simplified().split(' ');
    for (const QByteArray& piece : pieces) {
        if (piece.isEmpty())
            continue;
        empty_ = false;
        const QList<QByteArray> parts = splitter.ofText(piece).split(' ');
        std::vector<Word> all;
        for (const QByteArray& part : parts) {
            if (!part.isEmpty() && part != MessageWords::oddNumber)
                all.push_back({part, false});
        }
        if (all.empty() || terms_.size() >= termLimit)
            continue;
        if (piece.endsWith('*'))
            all.back().prefix = true;
        Term term{all};
        if (const QByteArray start = guidStart(piece.endsWith('*') ? piece.chopped(1) : piece);
            !start.isEmpty())
            term.push_back({{start, true}});
        terms_.push_back(std::move(term));
    }
}

QByteArray TextSearch::expression() const {
    QByteArrayList terms;
    for (const Term& term : terms_) {
        QByteArrayList choices;
        for (const std::vector<Word>& choice : term) {
            QByteArrayList words;
            for (const Word& word : choice) {
                if (term.size() > 1 || !word.prefix)
                    words << quoted(word);
            }
            if (!words.isEmpty())
                choices << '(' + words.join(" AND ") + ')';
        }
        if (!choices.isEmpty())
            terms << '(' + choices.join(" OR ") + ')';
    }
    return terms.join(" AND ");
}

std::vector<QByteArray> TextSearch::prefixes() const {
    std::vector<QByteArray> all;
    for (const Term& term : terms_) {
        if (term.size() == 1 && term.front().back().prefix)
            all.push_back(term.front().back().text);
    }
    return all;
}

bool TextSearch::matches(QByteArrayView words) const {
    const auto has = [&](const Word& word) { return contains(words, word); };
    const auto hasAll = [&](const std::vector<Word>& choice) {
        return std::all_of(choice.begin(), choice.end(), has);
    };
    return empty_ || (!terms_.empty() && std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
               return std::any_of(term.begin(), term.end(), hasAll);
           }));
}

} // namespace signalbox
