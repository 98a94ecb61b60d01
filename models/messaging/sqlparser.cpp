#include "models/messaging/sqllexer.h"
#include "models/messaging/sqlnode.h"

namespace signalbox {

namespace {

using Kind = SqlNode::Kind;
using Node = std::shared_ptr<const SqlNode>;
constexpr qsizetype longestFilter = 8 * 1024; // the service takes 1,024 letters
constexpr int deepest = 200;

Node node(Kind kind, std::vector<Node> children) {
    auto made = std::make_shared<SqlNode>();
    made->kind = kind;
    made->children = std::move(children);
    return made;
}

Node constant(SqlValue value) {
    auto made = std::make_shared<SqlNode>();
    made->constant = std::move(value);
    return made;
}

Node property(SqlScope scope, const QString& name) {
    auto made = std::make_shared<SqlNode>();
    made->kind = Kind::Property;
    made->scope = scope;
    made->name = name;
    return made;
}

struct SqlProblem { // thrown and caught in this file only
    qsizetype at;
    QString what;
};

class SqlParser {
public:
    explicit SqlParser(std::vector<SqlToken> tokens)
        : tokens_(std::move(tokens)) {}

    Node whole() {
        Node all = either();
        if (now().kind != SqlToken::Kind::End)
            fail(QStringLiteral("the filter should end here"));
        return all;
    }

private:
    const SqlToken& now() const { return tokens_[at_]; }
    [[noreturn]] void fail(const QString& what) const { throw SqlProblem{now().at, what}; }
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
            if (++parser_.depth_ > deepest)
                parser_.fail(QStringLiteral("it is nested too deep"));
        }
        ~Depth() { --parser_.depth_; }
        Depth(const Depth&) = delete;
        Depth& operator=(const Depth&) = delete;

    private:
        SqlParser& parser_;
    };

    Node either() {
        Node left = both();
        while (takeWord("or"))
            left = node(Kind::Or, {left, both()});
        return left;
    }
    Node both() {
        Node left = negated();
        while (takeWord("and"))
            left = node(Kind::And, {left, negated()});
        return left;
    }
    Node negated() {
        const Depth depth(*this);
        return takeWord("not") ? node(Kind::Not, {negated()}) : test();
    }

    Node test() {
        Node left = sum();
        static const std::pair<const char*, Kind> comparisons[] = {
            {"=", Kind::Equal},      {"<>", Kind::NotEqual}, {"!=", Kind::NotEqual},    {"<", Kind::Less},
            {"<=", Kind::LessEqual}, {">", Kind::Greater},   {">=", Kind::GreaterEqual}};
        for (const auto& [sign, kind] : comparisons) {
            if (takeSign(sign))
                return node(kind, {left, sum()});
        }
        if (takeWord("is")) {
            const bool isNot = takeWord("not");
            if (!takeWord("null"))
                fail(QStringLiteral("here should be NULL"));
            if (left->kind != Kind::Property && left->kind != Kind::PropertyByName)
                fail(QStringLiteral("IS NULL is for properties"));
            return inverted(node(Kind::IsNull, {left}), isNot);
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
    static Node inverted(Node what, bool isNot) { return isNot ? node(Kind::Not, {std::move(what)}) : what; }

    Node list(const Node& what) {
        std::vector<Node> children{what};
        needSign("(");
        do
            children.push_back(sum());
        while (takeSign(","));
        needSign(")");
        return node(Kind::In, std::move(children));
    }
    Node pattern(const Node& what) {
        std::vector<Node> children{what, sum()};
        if (takeWord("escape"))
            children.push_back(sum());
        return node(Kind::Like, std::move(children));
    }

    Node sum() {
        Node left = product();
        for (;;) {
            if (takeSign("+"))
                left = node(Kind::Add, {left, product()});
            else if (takeSign("-"))
                left = node(Kind::Subtract, {left, product()});
            else
                return left;
        }
    }
    Node product() {
        Node left = signedOne();
        for (;;) {
            if (takeSign("*"))
                left = node(Kind::Multiply, {left, signedOne()});
            else if (takeSign("/"))
                left = node(Kind::Divide, {left, signedOne()});
            else if (takeSign("%"))
                left = node(Kind::Modulo, {left, signedOne()});
            else
                return left;
        }
    }
    Node signedOne() {
        const Depth depth(*this);
        if (takeSign("-"))
            return node(Kind::Negate, {signedOne()});
        if (takeSign("+"))
            return node(Kind::Plus, {signedOne()});
        return one();
    }

    Node one() {
        const Depth depth(*this);
        const SqlToken token = now();
        switch (token.kind) {
        case SqlToken::Kind::Text:
            ++at_;
            return constant(token.text);
        case SqlToken::Kind::Integer:
        case SqlToken::Kind::Real:
            return number();
        case SqlToken::Kind::Parameter:
            ++at_;
            return node(Kind::Anything, {});
        case SqlToken::Kind::Name:
        case SqlToken::Kind::DelimitedName:
            return named();
        default:
            break;
        }
        if (takeSign("(")) {
            Node inside = either();
            needSign(")");
            return inside;
        }
        fail(token.kind == SqlToken::Kind::End
                 ? QStringLiteral("the filter ends too early")
                 : QStringLiteral("\"%1\" has no meaning here").arg(token.text));
    }

    Node number() {
        const SqlToken token = now();
        bool fits = false;
        const SqlValue value = token.kind == SqlToken::Kind::Integer ? SqlValue(token.text.toLongLong(&fits))
                                                                     : SqlValue(token.text.toDouble(&fits));
        if (!fits)
            fail(QStringLiteral("%1 is too large a number").arg(token.text.left(40)));
        ++at_;
        return constant(value);
    }

    // The word after a scope is a name, whatever else it means.
    Node named() {
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
            return property(token.isWord(QLatin1StringView("sys")) ? SqlScope::System : SqlScope::User,
                            name.text);
        }
        if (plain && token.isWord(QLatin1StringView("true")))
            return constant(true);
        if (plain && token.isWord(QLatin1StringView("false")))
            return constant(false);
        if (plain && now().isSign(QLatin1StringView("(")))
            return call(token);
        for (const char* reserved : {"and", "or", "not", "in", "like", "escape", "is", "null", "exists"}) {
            if (plain && token.isWord(QLatin1StringView(reserved)))
                throw SqlProblem{token.at, QStringLiteral("%1 has no meaning here").arg(token.text)};
        }
        return property(SqlScope::User, token.text);
    }

    Node call(const SqlToken& function) {
        needSign("(");
        if (function.isWord(QLatin1StringView("newid"))) {
            needSign(")");
            return node(Kind::Anything, {});
        }
        Node argument = sum();
        needSign(")");
        if (function.isWord(QLatin1StringView("exists"))) {
            if (argument->kind != Kind::Property && argument->kind != Kind::PropertyByName)
                throw SqlProblem{function.at, QStringLiteral("EXISTS is for properties")};
            return node(Kind::Exists, {argument});
        }
        if (function.isWord(QLatin1StringView("property")) || function.isWord(QLatin1StringView("p")))
            return node(Kind::PropertyByName, {argument});
        throw SqlProblem{function.at, QStringLiteral("there is no function %1").arg(function.text)};
    }

    std::vector<SqlToken> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

} // namespace

Result<std::shared_ptr<const SqlNode>> parseSqlFilter(const QString& text) {
    if (text.size() > longestFilter)
        return tl::unexpected(sqlFilterError(longestFilter, QStringLiteral("it is too long")));
    auto tokens = sqlTokens(text);
    if (!tokens)
        return tl::unexpected(std::move(tokens.error()));
    try {
        return SqlParser(std::move(*tokens)).whole();
    } catch (const SqlProblem& problem) {
        return tl::unexpected(sqlFilterError(problem.at, problem.what));
    }
}

} // namespace signalbox
