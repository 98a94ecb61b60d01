// The words of a SQL filter.
#pragma once

#include "models/base/result.h"

#include <QString>
#include <vector>

namespace signalbox {

struct SqlToken {
    enum class Kind { End, Name, DelimitedName, Text, Integer, Real, Parameter, Sign };
    Kind kind = Kind::End;
    QString text;     // a name or text without its quotes
    qsizetype at = 0; // column, from 1
    bool isWord(QLatin1StringView word) const {
        return kind == Kind::Name && text.compare(word, Qt::CaseInsensitive) == 0;
    }
    bool isSign(QLatin1StringView sign) const { return kind == Kind::Sign && text == sign; }
};

// Ends with one of kind End.
Result<std::vector<SqlToken>> sqlTokens(const QString& text);

Error sqlFilterError(qsizetype column, const QString& what);

} // namespace signalbox
