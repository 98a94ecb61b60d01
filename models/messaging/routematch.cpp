#include "models/messaging/routematch.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace signalbox {

namespace {

QList<QStringView> wordsOf(const QString& key) {
    return key.isEmpty() ? QList<QStringView>() : QStringView(key).split(u'.');
}

bool acceptDirect(const BindingInfo& binding, const QStringList& keys, const HeaderTable&) {
    return keys.contains(binding.key);
}

bool acceptTopic(const BindingInfo& binding, const QStringList& keys, const HeaderTable&) {
    return std::any_of(keys.begin(), keys.end(),
                       [&](const QString& key) { return topicAccepts(binding.key, key); });
}

bool acceptAll(const BindingInfo&, const QStringList&, const HeaderTable&) {
    return true;
}

bool acceptHeaders(const BindingInfo& binding, const QStringList&, const HeaderTable& headers) {
    return headersAccept(binding.arguments, headers);
}

// Whole numbers in the first kind they fit into, so that equal numbers are of equal kind.
using Number = std::variant<std::int64_t, std::uint64_t, double>;

std::optional<Number> numberOf(const HeaderValue& value) {
    constexpr double limit = 9223372036854775808.0; // 2^63
    if (const auto* whole = std::get_if<std::int64_t>(&value.data))
        return *whole;
    if (const auto* natural = std::get_if<std::uint64_t>(&value.data)) {
        if (std::in_range<std::int64_t>(*natural))
            return static_cast<std::int64_t>(*natural);
        return *natural;
    }
    const auto* real = std::get_if<double>(&value.data);
    if (!real)
        return std::nullopt;
    if (std::trunc(*real) == *real && *real >= -limit && *real < limit)
        return static_cast<std::int64_t>(*real);
    if (std::trunc(*real) == *real && *real >= limit && *real < 2 * limit)
        return static_cast<std::uint64_t>(*real);
    return *real;
}

// As the broker compares: by the value, not by its type on the wire, so that 5, 5.0 and a time of 5 are the
// same. Inside of lists and tables types count.
bool isSameValue(const HeaderValue& wanted, const HeaderValue& given) {
    const QByteArray* left = wanted.asBytes();
    const QByteArray* right = given.asBytes();
    if (left && right)
        return *left == *right;
    const auto leftNumber = numberOf(wanted);
    return leftNumber ? leftNumber == numberOf(given) : wanted == given;
}

struct MatchRule {
    bool any = false;
    bool withX = false;
};

MatchRule ruleOf(const HeaderTable& arguments) {
    const HeaderValue* match = findHeader(arguments, "x-match");
    const QByteArray* word = match && match->kind == ValueKind::String ? match->asBytes() : nullptr;
    if (!word)
        return {};
    return {*word == "any" || *word == "any-with-x", *word == "any-with-x" || *word == "all-with-x"};
}

} // namespace

BindingMatch acceptsOf(const QString& exchangeType) {
    if (exchangeType == QLatin1String("direct"))
        return acceptDirect;
    if (exchangeType == QLatin1String("topic"))
        return acceptTopic;
    if (exchangeType == QLatin1String("fanout"))
        return acceptAll;
    if (exchangeType == QLatin1String("headers"))
        return acceptHeaders;
    return nullptr;
}

bool topicAccepts(const QString& pattern, const QString& key) {
    const QList<QStringView> wanted = wordsOf(pattern);
    const QList<QStringView> words = wordsOf(key);
    // As a glob with one kind of star: on a mismatch the last `#` takes one word more.
    qsizetype at = 0, word = 0, star = -1, resume = 0;
    while (word < words.size()) {
        if (at < wanted.size() && wanted.at(at) == u'#') {
            star = at++;
            resume = word;
        } else if (at < wanted.size() && (wanted.at(at) == u'*' || wanted.at(at) == words.at(word))) {
            ++at;
            ++word;
        } else if (star >= 0) {
            at = star + 1;
            word = ++resume;
        } else {
            return false;
        }
    }
    return std::all_of(wanted.begin() + at, wanted.end(), [](QStringView rest) { return rest == u'#'; });
}

bool headersAccept(const HeaderTable& arguments, const HeaderTable& headers) {
    const MatchRule rule = ruleOf(arguments);
    for (const Header& wanted : arguments) {
        if (wanted.name == "x-match" || (!rule.withX && wanted.name.startsWith("x-")))
            continue;
        const HeaderValue* given = findHeader(headers, wanted.name);
        // An argument without a value asks for presence only.
        const bool fits =
            given && (wanted.value.kind == ValueKind::Void || isSameValue(wanted.value, *given));
        if (fits == rule.any)
            return rule.any;
    }
    return !rule.any;
}

} // namespace signalbox
