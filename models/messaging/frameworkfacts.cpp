#include "models/messaging/frameworkfacts.h"

#include "models/messaging/deathpath.h"
#include "models/messaging/failuretext.h"

#include <algorithm>

namespace signalbox {

namespace {

const HeaderValue* firstOf(const Message& message, const QList<QByteArray>& names) {
    for (const QByteArray& name : names) {
        if (const HeaderValue* value = message.header(name))
            return value;
    }
    return nullptr;
}

QString textOfFirst(const Message& message, const QList<QByteArray>& names) {
    const HeaderValue* value = firstOf(message, names);
    return value ? QString::fromUtf8(headerText(*value)) : QString();
}

FrameworkFacts headerFacts(const Message& message, const FrameworkConvention& convention) {
    FrameworkFacts facts;
    facts.framework = convention.framework;
    facts.exceptionType = plainTypeName(textOfFirst(message, convention.exceptionType));
    facts.exceptionText = textOfFirst(message, convention.exceptionText);
    facts.stackTrace = textOfFirst(message, convention.stackTrace);
    facts.failedQueue = queueOfAddress(textOfFirst(message, convention.failedQueue));
    facts.messageType = plainTypeName(textOfFirst(message, convention.messageType));
    facts.reason = textOfFirst(message, convention.reason);
    facts.failedAt = failureTime(textOfFirst(message, convention.failedAt));
    if (const HeaderValue* exchange = firstOf(message, convention.originExchange))
        facts.originExchange = textOf(exchange);
    if (const HeaderValue* key = firstOf(message, convention.originKey))
        facts.originKey = textOf(key);
    return facts;
}

// Some write one dump instead of type and text, some "type: text" and no type of its own.
void splitDump(FrameworkFacts& facts) {
    const bool isOneDump = facts.exceptionText == facts.stackTrace;
    if (!facts.exceptionType.isEmpty() && !isOneDump)
        return;
    ExceptionWords words =
        exceptionWords(facts.stackTrace.isEmpty() ? facts.exceptionText : facts.stackTrace);
    if (words.type.isEmpty())
        words = exceptionWords(facts.exceptionText);
    if (facts.exceptionType.isEmpty())
        facts.exceptionType = words.type;
    if (words.text.isEmpty())
        return;
    const bool isPrefixed = facts.exceptionText.startsWith(words.type + QStringLiteral(": "));
    if (isOneDump || (isPrefixed && facts.exceptionType == words.type))
        facts.exceptionText = words.text;
}

} // namespace

FrameworkFacts frameworkFacts(const Message& message, const Conventions& conventions) {
    const bool hasHeaders = message.properties.headers && !message.properties.headers->empty();
    for (const FrameworkConvention& convention : conventions.frameworks) {
        if (hasHeaders && firstOf(message, convention.markerHeaders)) {
            FrameworkFacts facts = headerFacts(message, convention);
            splitDump(facts);
            return facts;
        }
        if (!convention.jsonEnvelope)
            continue;
        if (auto facts = envelopeFacts(message)) {
            facts->framework = convention.framework;
            splitDump(*facts);
            return *facts;
        }
    }
    return {};
}

} // namespace signalbox
