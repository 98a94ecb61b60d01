// One full-text search: "timeout crm* 3fa85f64-5717". Every word must occur, in any order; a * at its end
// makes a word a prefix. A word with marks in it ("john.smith@example.com") is found by its parts. Pure.
#pragma once

#include <QByteArray>
#include <QString>
#include <vector>

namespace signalbox {

class TextSearch {
public:
    explicit TextSearch(const QString& text);

    bool isEmpty() const { return empty_; } // nothing asked for: all messages
    // Only signs, which no message is indexed by: finds nothing.
    bool findsNothing() const { return !empty_ && terms_.empty(); }
    // For FTS5's MATCH, without prefixes(); empty when there is nothing else.
    QByteArray expression() const;
    // Beginnings of words that must occur besides: FTS5 is slow to merge the rows of many words itself.
    std::vector<QByteArray> prefixes() const;
    bool matches(QByteArrayView words) const; // of MessageWords::Words::text

    struct Word {
        QByteArray text;
        bool prefix = false;
    };
    using Term = std::vector<std::vector<Word>>; // any of these, each with all of its words

private:
    bool empty_ = true;
    std::vector<Term> terms_;
};

} // namespace signalbox
