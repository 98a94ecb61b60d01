#include "models/messaging/deathfacts.h"

#include "models/messaging/amqp10.h"
#include "models/messaging/conventions.h"
#include "models/messaging/deathpath.h"
#include "models/messaging/failuretext.h"
#include "models/messaging/frameworkfacts.h"

#include <algorithm>
#include <limits>

namespace signalbox {

namespace {

void addPath(DeathFacts& facts, DeathPath&& path) {
    facts.path = std::move(path.hops);
    facts.reason = path.newestReason;
    facts.originQueue = path.firstQueue;
    facts.originExchange = path.firstExchange;
    for (const DeathHop& hop : facts.path) {
        const bool isFull = hop.count > std::numeric_limits<qint64>::max() - facts.deaths;
        facts.deaths = isFull ? std::numeric_limits<qint64>::max() : facts.deaths + hop.count;
        if (!hop.time.isValid())
            continue;
        if (!facts.firstDeath.isValid() || hop.time < facts.firstDeath)
            facts.firstDeath = hop.time;
        if (!facts.lastDeath.isValid() || hop.time > facts.lastDeath)
            facts.lastDeath = hop.time;
    }
    // A broker always writes the keys, be it an empty one: without them nobody knows where it was sent.
    if (path.hasOrigin && !facts.path.front().routingKeys.isEmpty()) {
        facts.originKeys = facts.path.front().routingKeys;
        facts.originKnown = true;
    }
}

void addFramework(DeathFacts& facts, FrameworkFacts&& said) {
    facts.framework = std::move(said.framework);
    facts.exceptionType = std::move(said.exceptionType);
    facts.exceptionText = std::move(said.exceptionText);
    facts.stackTrace = std::move(said.stackTrace);
    facts.messageType = std::move(said.messageType);
    if (facts.reason.isEmpty())
        facts.reason = std::move(said.reason);
    if (facts.originQueue.isEmpty())
        facts.originQueue = std::move(said.failedQueue);
    if (!facts.originKnown && said.originExchange && said.originKey) {
        facts.originExchange = *said.originExchange;
        facts.originKeys = QStringList{*said.originKey};
        facts.originKnown = true;
    }
    if (!facts.framework.isEmpty() && facts.deaths == 0)
        facts.deaths = 1;
    if (said.failedAt.isValid()) {
        if (!facts.firstDeath.isValid())
            facts.firstDeath = said.failedAt;
        facts.lastDeath =
            facts.lastDeath.isValid() ? std::max(facts.lastDeath, said.failedAt) : said.failedAt;
    }
}

// Application properties that the broker or a receiver sets when it moves a message to a dead-letter
// sub-queue. Source: Azure's documentation "Overview of Service Bus dead-letter queues".
void addServiceBus(DeathFacts& facts, const Message& message) {
    const auto said = [&](const char* name) { return amqp10::text(message.header(name)); };
    facts.reason = said("DeadLetterReason");
    if (facts.exceptionText.isEmpty())
        facts.exceptionText = said("DeadLetterErrorDescription");
    facts.originQueue = amqp10::text(amqp10::annotation(message, "x-opt-deadletter-source"));
    if (facts.reason.isEmpty()) { // not dead, but why no receiver gets it
        const amqp10::State state = amqp10::stateOf(message);
        if (state != amqp10::State::Active)
            facts.reason =
                state == amqp10::State::Deferred ? QStringLiteral("deferred") : QStringLiteral("scheduled");
        return;
    }
    if (facts.originQueue.isEmpty()) // dead letters lie in a sub-queue of the entity they died in
        facts.originQueue = QString::fromUtf8(message.routingKey);
    facts.deaths = std::max<qint64>(facts.deaths, 1);
}

} // namespace

DeathFacts deathFacts(const Message& message, const Conventions& conventions) {
    DeathFacts facts;
    addPath(facts, deathPath(message));
    addFramework(facts, frameworkFacts(message, conventions));
    if (message.properties.amqp10)
        addServiceBus(facts, message);
    if (facts.messageType.isEmpty() && message.properties.type) {
        facts.messageType = QString::fromUtf8(*message.properties.type);
        if (!facts.framework.isEmpty())
            facts.messageType = plainTypeName(facts.messageType);
    }
    std::int64_t attempts = 0;
    if (const HeaderValue* counted = message.header(attemptHeader);
        counted && headerInteger(*counted, &attempts) && attempts > 0)
        facts.replayAttempts = attempts;
    return facts;
}

} // namespace signalbox
