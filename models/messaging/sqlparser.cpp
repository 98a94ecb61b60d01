#include "models/messaging/sqllexer.h"
#include "models/messaging/sqlnode.h"

namespace signalbox {

namespace {

using SqlKind = SqlNode::Kind;
using SqlNodePtr = std::shared_ptr<const SqlNode>;
constexpr qsizetype longestSqlFilter = 8 * 1024; // the service takes 1,024 letters
constexpr int deepestSqlNesting = 200;

SqlNodePtr sqlNode(SqlKind kind, std::vector<SqlNodePtr> children) {
    auto made = std::make_shared<SqlNode>();
    made->kind = kind;
    made->children = std::move(children);
    return made;
}

SqlNodePtr sqlConstant(SqlValue value) {
    auto made = std::make_shared<SqlNode>();
    made->constant = std::move(value);
    return made;
}

SqlNodePtr sqlProperty(SqlScope scope, const QString& name) {
    auto made = std::make_shared<SqlNode>();
    made->kind = SqlKind::Property;
    made->scope = scope;
    made->name = name;
    return made;
}

struct SqlProblem { // thrown and caught in this file only
    qsizetype at;
    QString what;
    ErrorKind kind = ErrorKind::Invalid;
};

class SqlParser {
public:
    explicit SqlParser(std::vector<SqlToken> tokens)
        : tokens_(std::move(tokens)) {}

    SqlNodePtr whole() {
        SqlNodePtr all = either();
        if (now().kind != SqlToken::Kind::End)
            fail(QStringLiteral("the filter should end here"));
        return all;
    }

private:
    const SqlToken& now() const { return tokens_[at_]; }
    [[noreturn]] void fail(const QString& what) const {
        throw SqlProblem{now().at, what, ErrorKind::Invalid};
    }
    bool takeWord(const char* word) {
        if (!now().isWord(QLatin1StringView(word)))
            return false;
        ++at_;
        return true;
    }
    bool takeSign(const char* sign) {
        if (!now().isSign(QLatin1StringView(sign)))
            return false;
        ++at_;
        return true;
    }
    void needSign(const char* sign) {
        if (!takeSign(sign))
            fail(QStringLiteral("here should be \"%1\"").arg(QLatin1StringView(sign)));
    }

    class Depth {
    public:
        explicit Depth(SqlParser& parser)
            : parser_(parser) {
            if (++parser_.depth_ > deepestSqlNesting)
                parser_.fail(QStringLiteral("it is nested too deep"));
        }
        ~Depth() { --parser_.depth_; }
        Depth(const Depth&) = delete;
        Depth& operator=(const Depth&) = delete;

    private:
        SqlParser& parser_;
    };

    SqlNodePtr either() {
        SqlNodePtr left = both();
        while (takeWord("or"))
            left = sqlNode(SqlKind::Or, {left, both()});
        return left;
    }
    SqlNodePtr both() {
        SqlNodePtr left = negated();
        while (takeWord("and"))
            left = sqlNode(SqlKind::And, {left, negated()});
        return left;
    }
    SqlNodePtr negated() {
        const Depth depth(*this);
        return takeWord("not") ? sqlNode(SqlKind::Not, {negated()}) : test();
    }

    SqlNodePtr test() {
        SqlNodePtr left = sum();
        static const std::pair<const char*, SqlKind> comparisons[] = {
            {"=", SqlKind::Equal},        {"<>", SqlKind::NotEqual},  {"!=", SqlKind::NotEqual},
            {"<", SqlKind::Less},         {"<=", SqlKind::LessEqual}, {">", SqlKind::Greater},
            {">=", SqlKind::GreaterEqual}};
        for (const auto& [sign, kind] : comparisons) {
            if (takeSign(sign))
                return sqlNode(kind, {left, sum()});
        }
        if (takeWord("is")) {
            const bool isNot = takeWord("not");
            if (!takeWord("null"))
                fail(QStringLiteral("here should be NULL"));
            if (left->kind != SqlKind::Property && left->kind != SqlKind::PropertyByName)
                fail(QStringLiteral("IS NULL is for properties"));
            return inverted(sqlNode(SqlKind::IsNull, {left}), isNot);
        }
        const bool isNot = takeWord("not");
        if (takeWord("in"))
            return inverted(list(left), isNot);
        if (takeWord("like"))
            return inverted(pattern(left), isNot);
        if (isNot)
            fail(QStringLiteral("here should be IN or LIKE"));
        return left;
    }
    static SqlNodePtr inverted(SqlNodePtr what, bool isNot) {
        return isNot ? sqlNode(SqlKind::Not, {std::move(what)}) : what;
    }

    SqlNodePtr list(const SqlNodePtr& what) {
        std::vector<SqlNodePtr> children{what};
        needSign("(");
        do
            children.push_back(sum());
        while (takeSign(","));
        needSign(")");
        return sqlNode(SqlKind::In, std::move(children));
    }
    SqlNodePtr pattern(const SqlNodePtr& what) {
        std::vector<SqlNodePtr> children{what, sum()};
        if (takeWord("escape"))
            children.push_back(sum());
        return sqlNode(SqlKind::Like, std::move(children));
    }

    SqlNodePtr sum() {
        SqlNodePtr left = product();
        for (;;) {
            if (takeSign("+"))
                left = sqlNode(SqlKind::Add, {left, product()});
            else if (takeSign("-"))
                left = sqlNode(SqlKind::Subtract, {left, product()});
            else
                return left;
        }
    }
    SqlNodePtr product() {
        SqlNodePtr left = signedOne();
        for (;;) {
            if (takeSign("*"))
                left = sqlNode(SqlKind::Multiply, {left, signedOne()});
            else if (takeSign("/"))
                left = sqlNode(SqlKind::Divide, {left, signedOne()});
            else if (takeSign("%"))
                left = sqlNode(SqlKind::Modulo, {left, signedOne()});
            else
                return left;
        }
    }
    SqlNodePtr signedOne() {
        const Depth depth(*this);
        if (takeSign("-"))
            return sqlNode(SqlKind::Negate, {signedOne()});
        if (takeSign("+"))
            return sqlNode(SqlKind::Plus, {signedOne()});
        return one();
    }

    SqlNodePtr one() {
        const Depth depth(*this);
        const SqlToken token = now();
        switch (token.kind) {
        case SqlToken::Kind::Text:
            ++at_;
            return sqlConstant(token.text);
        case SqlToken::Kind::Integer:
        case SqlToken::Kind::Real:
            return number();
        case SqlToken::Kind::Parameter:
            ++at_;
            return sqlNode(SqlKind::Anything, {});
        case SqlToken::Kind::Name:
        case SqlToken::Kind::DelimitedName:
            return named();
        default:
            break;
        }
        if (takeSign("(")) {
            SqlNodePtr inside = either();
            needSign(")");
            return inside;
        }
        fail(token.kind == SqlToken::Kind::End
                 ? QStringLiteral("the filter ends too early")
                 : QStringLiteral("\"%1\" has no meaning here").arg(token.text));
    }

    SqlNodePtr number() {
        const SqlToken token = now();
        bool fits = false;
        const SqlValue value = token.kind == SqlToken::Kind::Integer ? SqlValue(token.text.toLongLong(&fits))
                                                                     : SqlValue(token.text.toDouble(&fits));
        if (!fits)
            fail(QStringLiteral("%1 is too large a number").arg(token.text.left(40)));
        ++at_;
        return sqlConstant(value);
    }

    // The word after a scope is a name, whatever else it means.
    SqlNodePtr named() {
        const SqlToken token = now();
        const bool plain = token.kind == SqlToken::Kind::Name;
        ++at_;
        if (plain && now().isSign(QLatin1StringView(".")) &&
            (token.isWord(QLatin1StringView("sys")) || token.isWord(QLatin1StringView("user")))) {
            ++at_;
            const SqlToken name = now();
            if (name.kind != SqlToken::Kind::Name && name.kind != SqlToken::Kind::DelimitedName)
                fail(QStringLiteral("here should be the name of a property"));
            ++at_;
            return sqlProperty(token.isWord(QLatin1StringView("sys")) ? SqlScope::System : SqlScope::User,
                               name.text);
        }
        if (plain && token.isWord(QLatin1StringView("true")))
            return sqlConstant(true);
        if (plain && token.isWord(QLatin1StringView("false")))
            return sqlConstant(false);
        if (plain && now().isSign(QLatin1StringView("(")))
            return call(token);
        for (const char* reserved : {"and", "or", "not", "in", "like", "escape", "is", "null", "exists"}) {
            if (plain && token.isWord(QLatin1StringView(reserved)))
                throw SqlProblem{token.at, QStringLiteral("%1 has no meaning here").arg(token.text),
                                 ErrorKind::Invalid};
        }
        return sqlProperty(SqlScope::User, token.text);
    }

    SqlNodePtr call(const SqlToken& function) {
        needSign("(");
        if (function.isWord(QLatin1StringView("newid"))) {
            needSign(")");
            return sqlNode(SqlKind::Anything, {});
        }
        const bool isExists = function.isWord(QLatin1StringView("exists"));
        const bool isProperty =
            function.isWord(QLatin1StringView("property")) || function.isWord(QLatin1StringView("p"));
        // The service may know it, with whatever arguments.
        if (!isExists && !isProperty)
            throw SqlProblem{function.at, QStringLiteral("there is no function %1").arg(function.text),
                             ErrorKind::Unsupported};
        SqlNodePtr argument = sum();
        needSign(")");
        if (isProperty)
            return sqlNode(SqlKind::PropertyByName, {argument});
        if (argument->kind != SqlKind::Property && argument->kind != SqlKind::PropertyByName)
            throw SqlProblem{function.at, QStringLiteral("EXISTS is for properties"), ErrorKind::Invalid};
        return sqlNode(SqlKind::Exists, {argument});
    }

    std::vector<SqlToken> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

} // namespace

Result<std::shared_ptr<const SqlNode>> parseSqlFilter(const QString& text) {
    if (text.size() > longestSqlFilter)
        return tl::unexpected(sqlFilterError(longestSqlFilter, QStringLiteral("it is too long")));
    auto tokens = sqlTokens(text);
    if (!tokens)
        return tl::unexpected(std::move(tokens.error()));
    try {
        return SqlParser(std::move(*tokens)).whole();
    } catch (const SqlProblem& problem) {
        Error error = sqlFilterError(problem.at, problem.what);
        error.kind = problem.kind;
        return tl::unexpected(std::move(error));
    }
}

} // namespace signalbox
