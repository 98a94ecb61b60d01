#include "models/messaging/routematch.h"

#include <algorithm>

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

bool isReal(const HeaderValue& value) {
    return value.kind == ValueKind::Float || value.kind == ValueKind::Double;
}

// The broker compares numbers by value within whole and within real numbers, and never across kinds.
bool isSameValue(const HeaderValue& wanted, const HeaderValue& given) {
    const auto* left = std::get_if<std::int64_t>(&wanted.data);
    const auto* leftNatural = std::get_if<std::uint64_t>(&wanted.data);
    const auto* right = std::get_if<std::int64_t>(&given.data);
    const auto* rightNatural = std::get_if<std::uint64_t>(&given.data);
    const bool isTime = wanted.kind == ValueKind::Timestamp || given.kind == ValueKind::Timestamp;
    if (isTime && wanted.kind != given.kind)
        return false;
    if (left && rightNatural)
        return std::cmp_equal(*left, *rightNatural);
    if (leftNatural && right)
        return std::cmp_equal(*leftNatural, *right);
    if (left || leftNatural || (isReal(wanted) && isReal(given)))
        return wanted.data == given.data;
    return wanted == given;
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
