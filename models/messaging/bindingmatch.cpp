#include "models/messaging/bindingmatch.h"

#include <algorithm>

namespace signalbox {

namespace {

// Both already split at dots. An empty key is one empty word for the broker, and so it is here.
bool topicMatches(const QStringList& pattern, const QStringList& words) {
    // matched[j]: the pattern so far takes the first j words.
    std::vector<bool> matched(static_cast<std::size_t>(words.size()) + 1, false);
    matched[0] = true;
    for (const QString& part : pattern) {
        std::vector<bool> next(matched.size(), false);
        if (part == QLatin1String("#")) {
            bool any = false;
            for (std::size_t j = 0; j < matched.size(); ++j) {
                any = any || matched[j];
                next[j] = any;
            }
        } else {
            for (std::size_t j = 1; j < matched.size(); ++j)
                next[j] = matched[j - 1] &&
                          (part == QLatin1String("*") || part == words.at(static_cast<qsizetype>(j) - 1));
        }
        matched = std::move(next);
    }
    return matched.back();
}

// Numbers of different widths are equal by value, as the broker compares them.
bool sameValue(const HeaderValue& wanted, const HeaderValue& given) {
    std::int64_t a = 0;
    std::int64_t b = 0;
    if (headerInteger(wanted, &a) && headerInteger(given, &b))
        return a == b;
    const bool bothText = (wanted.kind == ValueKind::String || wanted.kind == ValueKind::Bytes) &&
                          (given.kind == ValueKind::String || given.kind == ValueKind::Bytes);
    return bothText ? wanted.data == given.data : wanted == given;
}

bool headersMatch(const HeaderTable& arguments, const HeaderTable& headers) {
    QByteArray mode = "all";
    if (const HeaderValue* match = findHeader(arguments, "x-match"))
        mode = headerText(*match);
    const bool withX = mode.endsWith("-with-x");
    const bool any = mode.startsWith("any");
    bool one = false;
    for (const Header& wanted : arguments) {
        if (wanted.name == "x-match" || (!withX && wanted.name.startsWith("x-")))
            continue;
        const HeaderValue* given = findHeader(headers, wanted.name);
        // A binding value of type void only asks for the header's presence.
        const bool fits = given && (wanted.value.kind == ValueKind::Void || sameValue(wanted.value, *given));
        if (any && fits)
            one = true;
        if (!any && !fits)
            return false;
    }
    return !any || one;
}

} // namespace

bool isKnownType(const QString& exchangeType) {
    return exchangeType == QLatin1String("direct") || exchangeType == QLatin1String("topic") ||
           exchangeType == QLatin1String("fanout") || exchangeType == QLatin1String("headers");
}

bool bindingMatches(const QString& exchangeType, const BindingInfo& binding, const QStringList& keys,
                    const HeaderTable& headers) {
    if (exchangeType == QLatin1String("fanout"))
        return true;
    if (exchangeType == QLatin1String("headers"))
        return headersMatch(binding.arguments, headers);
    if (exchangeType == QLatin1String("direct"))
        return keys.contains(binding.key);
    const QStringList pattern = binding.key.split(QLatin1Char('.'));
    return std::any_of(keys.cbegin(), keys.cend(), [&pattern](const QString& key) {
        return topicMatches(pattern, key.split(QLatin1Char('.')));
    });
}

} // namespace signalbox
