// Words, strings and signs of a filter text. Columns count from 1 in UTF-16 units. Pure.
#pragma once

#include "models/base/result.h"
#include "models/deadletters/wherenode.h"

namespace signalbox {

struct WhereToken {
    enum class Kind { End, Word, String, Sign };
    Kind kind = Kind::End;
    QString text; // of a string: without quotes and escapes
    int column = 1;
    bool isSign(QLatin1StringView sign) const { return kind == Kind::Sign && text == sign; }
    bool isWord(QLatin1StringView word) const {
        return kind == Kind::Word && text.compare(word, Qt::CaseInsensitive) == 0;
    }
};

class WhereLexer {
public:
    explicit WhereLexer(QStringView text)
        : text_(text) {}

    Result<WhereToken> peek();
    Result<WhereToken> take();
    // The rest of a path, from `column` on: .name ."odd name" [0] [*]
    Result<std::vector<WherePathStep>> takePath(int column);
    struct Regex {
        QString pattern;
        bool ignoreCase = false;
        int column = 1; // of the first character of the pattern
    };
    Result<Regex> takeRegex(); // /pattern/ or /pattern/i, else a quoted string
    int column();              // where the next token starts

    static tl::unexpected<Error> error(int column, const QString& words);

private:
    void skipSpace();
    Result<QString> quoted();
    Result<WhereToken> scan();
    QStringView text_;
    qsizetype at_ = 0;
    std::optional<WhereToken> ahead_;
    qsizetype aheadEnd_ = 0;
};

} // namespace signalbox
