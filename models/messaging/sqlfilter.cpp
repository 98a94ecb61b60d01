#include "models/messaging/sqlfilter.h"

#include "models/messaging/sqlnode.h"

#include <cmath>
#include <limits>

namespace signalbox {

namespace {

using SqlKind = SqlNode::Kind;

// The answers that are possible: SQL's three, and any mixture where it is not known which.
class Truth {
public:
    static constexpr unsigned yes = 1, no = 2, unknown = 4;
    constexpr Truth(unsigned possible) // NOLINT(google-explicit-constructor): one of the three, or several
        : possible_(possible) {}
    constexpr bool may(unsigned answer) const { return (possible_ & answer) != 0; }
    constexpr bool isOnly(unsigned answer) const { return possible_ == answer; }

    Truth operator!() const {
        return (may(yes) ? no : 0U) | (may(no) ? yes : 0U) | (may(unknown) ? unknown : 0U);
    }
    friend Truth operator&(Truth a, Truth b) {
        unsigned all = a.may(no) || b.may(no) ? no : 0U;
        all |= a.may(yes) && b.may(yes) ? yes : 0U;
        all |= (a.may(unknown) && b.may(yes | unknown)) || (b.may(unknown) && a.may(yes | unknown)) ? unknown
                                                                                                    : 0U;
        return all;
    }
    friend Truth operator|(Truth a, Truth b) { return !((!a) & (!b)); }

private:
    unsigned possible_;
};

constexpr unsigned anyAnswer = Truth::yes | Truth::no | Truth::unknown;
constexpr unsigned yesOrNo = Truth::yes | Truth::no;

template<class T>
const T* as(const SqlValue& value) {
    return std::get_if<T>(&value);
}

std::optional<double> asReal(const SqlValue& value) {
    if (const auto* whole = as<qint64>(value))
        return static_cast<double>(*whole);
    if (const auto* real = as<double>(value))
        return *real;
    return std::nullopt;
}

// Missing comes before anything: an operation with a missing operand has no value.
bool isMissing(const SqlValue& a, const SqlValue& b) {
    return as<SqlMissing>(a) || as<SqlMissing>(b);
}

Truth ordered(SqlKind kind, int order) { // order of the left one: -1, 0, 1
    const bool holds = kind == SqlKind::Equal       ? order == 0
                       : kind == SqlKind::NotEqual  ? order != 0
                       : kind == SqlKind::Less      ? order < 0
                       : kind == SqlKind::LessEqual ? order <= 0
                       : kind == SqlKind::Greater   ? order > 0
                                                    : order >= 0;
    return holds ? Truth::yes : Truth::no;
}

template<class T>
int orderOf(const T& a, const T& b) {
    return a < b ? -1 : b < a ? 1 : 0;
}

// Whether the broker minds the case of letters, and how it orders texts, is not documented.
Truth compareTexts(SqlKind kind, const QString& a, const QString& b) {
    const bool isEquality = kind == SqlKind::Equal || kind == SqlKind::NotEqual;
    if (a == b)
        return ordered(kind, 0);
    if (!isEquality || a.compare(b, Qt::CaseInsensitive) == 0)
        return yesOrNo;
    return ordered(kind, 1);
}

Truth compare(SqlKind kind, const SqlValue& a, const SqlValue& b) {
    if (isMissing(a, b))
        return Truth::unknown;
    const auto *wholeA = as<qint64>(a), *wholeB = as<qint64>(b);
    if (wholeA && wholeB)
        return ordered(kind, orderOf(*wholeA, *wholeB));
    const auto realA = asReal(a), realB = asReal(b);
    if (realA && realB && !std::isnan(*realA) && !std::isnan(*realB))
        return ordered(kind, orderOf(*realA, *realB));
    const auto *textA = as<QString>(a), *textB = as<QString>(b);
    if (textA && textB)
        return compareTexts(kind, *textA, *textB);
    const auto *flagA = as<bool>(a), *flagB = as<bool>(b);
    if (flagA && flagB && (kind == SqlKind::Equal || kind == SqlKind::NotEqual))
        return ordered(kind, orderOf(*flagA, *flagB));
    return anyAnswer;
}

// % any letters, _ one; a sign behind the escape stands for itself.
bool fitsPattern(QStringView text, QStringView pattern, std::optional<QChar> escape,
                 Qt::CaseSensitivity letters) {
    const auto same = [letters](QChar a, QChar b) {
        return letters == Qt::CaseSensitive ? a == b : a.toCaseFolded() == b.toCaseFolded();
    };
    qsizetype t = 0, p = 0, starAt = -1, resumeAt = 0;
    while (t < text.size()) {
        const bool escaped = p + 1 < pattern.size() && escape && pattern[p] == *escape;
        if (p < pattern.size() && !escaped && pattern[p] == QLatin1Char('%')) {
            starAt = p++;
            resumeAt = t;
        } else if (p < pattern.size() && ((!escaped && pattern[p] == QLatin1Char('_')) ||
                                          same(pattern[escaped ? p + 1 : p], text[t]))) {
            p += escaped ? 2 : 1;
            ++t;
        } else if (starAt >= 0) {
            p = starAt + 1;
            t = ++resumeAt;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == QLatin1Char('%'))
        ++p;
    return p == pattern.size();
}

class SqlEvaluation {
public:
    explicit SqlEvaluation(const SqlProperties& properties)
        : properties_(properties) {}

    Truth truth(const SqlNode& node) const {
        switch (node.kind) {
        case SqlKind::Not:
            return !truth(*node.children[0]);
        case SqlKind::And:
            return truth(*node.children[0]) & truth(*node.children[1]);
        case SqlKind::Or:
            return truth(*node.children[0]) | truth(*node.children[1]);
        case SqlKind::Equal:
        case SqlKind::NotEqual:
        case SqlKind::Less:
        case SqlKind::LessEqual:
        case SqlKind::Greater:
        case SqlKind::GreaterEqual:
            return compare(node.kind, value(*node.children[0]), value(*node.children[1]));
        case SqlKind::In:
            return isIn(node);
        case SqlKind::Like:
            return isLike(node);
        case SqlKind::IsNull:
        case SqlKind::Exists:
            return isThere(value(*node.children[0]), node.kind == SqlKind::Exists);
        default:
            return asTruth(value(node));
        }
    }

private:
    static Truth asTruth(const SqlValue& value) {
        if (const auto* flag = as<bool>(value))
            return *flag ? Truth::yes : Truth::no;
        return as<SqlMissing>(value) ? Truth(Truth::unknown) : Truth(anyAnswer);
    }
    static Truth isThere(const SqlValue& value, bool wanted) {
        if (as<SqlPerhaps>(value))
            return yesOrNo;
        if (as<SqlAnything>(value)) // of a property: it is there, but its value is not one of ours
            return wanted ? Truth::yes : Truth::no;
        return (as<SqlMissing>(value) == nullptr) == wanted ? Truth::yes : Truth::no;
    }

    Truth isIn(const SqlNode& node) const {
        const SqlValue what = value(*node.children[0]);
        if (as<SqlMissing>(what))
            return Truth::unknown;
        Truth any = Truth::no;
        for (std::size_t i = 1; i < node.children.size(); ++i)
            any = any | compare(SqlKind::Equal, what, value(*node.children[i]));
        return any;
    }

    Truth isLike(const SqlNode& node) const {
        const SqlValue what = value(*node.children[0]);
        const SqlValue pattern = value(*node.children[1]);
        if (isMissing(what, pattern))
            return Truth::unknown;
        const auto *text = as<QString>(what), *like = as<QString>(pattern);
        std::optional<QChar> escape;
        if (node.children.size() > 2) {
            const SqlValue given = value(*node.children[2]);
            const auto* sign = as<QString>(given);
            if (!sign || sign->size() != 1)
                return anyAnswer;
            escape = sign->front();
        }
        if (!text || !like)
            return anyAnswer;
        if (fitsPattern(*text, *like, escape, Qt::CaseSensitive))
            return Truth::yes;
        return fitsPattern(*text, *like, escape, Qt::CaseInsensitive) ? Truth(yesOrNo) : Truth(Truth::no);
    }

    SqlValue value(const SqlNode& node) const {
        switch (node.kind) {
        case SqlKind::Constant:
            return node.constant;
        case SqlKind::Property:
            return properties_(node.scope, node.name);
        case SqlKind::PropertyByName: {
            const SqlValue name = value(*node.children[0]);
            const auto* text = as<QString>(name);
            return text ? properties_(SqlScope::User, *text) : SqlValue(SqlAnything());
        }
        case SqlKind::Anything:
            return SqlAnything();
        case SqlKind::Negate:
            return negated(value(*node.children[0]));
        case SqlKind::Plus: {
            SqlValue same = value(*node.children[0]);
            return asReal(same) || as<SqlMissing>(same) ? same : SqlValue(SqlAnything());
        }
        case SqlKind::Add:
        case SqlKind::Subtract:
        case SqlKind::Multiply:
        case SqlKind::Divide:
        case SqlKind::Modulo:
            return calculated(node.kind, value(*node.children[0]), value(*node.children[1]));
        default: {
            const Truth answer = truth(node);
            return answer.isOnly(Truth::yes)       ? SqlValue(true)
                   : answer.isOnly(Truth::no)      ? SqlValue(false)
                   : answer.isOnly(Truth::unknown) ? SqlValue(SqlMissing())
                                                   : SqlValue(SqlAnything());
        }
        }
    }

    static SqlValue negated(const SqlValue& value) {
        if (const auto* whole = as<qint64>(value); whole && *whole != std::numeric_limits<qint64>::min())
            return -*whole;
        if (const auto* real = as<double>(value))
            return -*real;
        return as<SqlMissing>(value) ? SqlValue(SqlMissing()) : SqlValue(SqlAnything());
    }

    static SqlValue calculated(SqlKind kind, const SqlValue& a, const SqlValue& b) {
        if (isMissing(a, b))
            return SqlMissing();
        const auto *wholeA = as<qint64>(a), *wholeB = as<qint64>(b);
        if (wholeA && wholeB)
            return calculatedWhole(kind, *wholeA, *wholeB);
        const auto realA = asReal(a), realB = asReal(b);
        if (!realA || !realB || (*realB == 0 && (kind == SqlKind::Divide || kind == SqlKind::Modulo)))
            return SqlAnything();
        return kind == SqlKind::Add        ? *realA + *realB
               : kind == SqlKind::Subtract ? *realA - *realB
               : kind == SqlKind::Multiply ? *realA * *realB
               : kind == SqlKind::Divide   ? *realA / *realB
                                           : std::fmod(*realA, *realB);
    }

    // An overflow or a division by zero is an error at the broker, with an outcome not told here.
    static SqlValue calculatedWhole(SqlKind kind, qint64 a, qint64 b) {
        qint64 result = 0;
        const bool overflows = kind == SqlKind::Add        ? qAddOverflow(a, b, &result)
                               : kind == SqlKind::Subtract ? qSubOverflow(a, b, &result)
                               : kind == SqlKind::Multiply
                                   ? qMulOverflow(a, b, &result)
                                   : b == 0 || (b == -1 && a == std::numeric_limits<qint64>::min());
        if (overflows)
            return SqlAnything();
        if (kind == SqlKind::Divide)
            return a / b;
        return kind == SqlKind::Modulo ? a % b : result;
    }

    const SqlProperties& properties_;
};

} // namespace

Result<SqlFilter> SqlFilter::parse(const QString& text) {
    auto root = parseSqlFilter(text);
    if (!root)
        return failure(std::move(root.error()));
    return SqlFilter(std::move(*root));
}

FilterVerdict SqlFilter::judge(const SqlProperties& properties) const {
    const Truth answer = SqlEvaluation(properties).truth(*root_);
    if (answer.isOnly(Truth::yes))
        return FilterVerdict::Matches;
    return answer.may(Truth::yes) ? FilterVerdict::NotKnown : FilterVerdict::MatchesNot;
}

} // namespace signalbox
