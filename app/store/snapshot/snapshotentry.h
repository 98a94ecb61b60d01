// What is computed of a message before it is stored: pure work, done on a helper thread beside the writing.
#pragma once

#include "app/store/snapshot/messagewords.h"
#include "models/deadletters/signature.h"
#include "models/deadletters/snapshot.h"

#include <functional>

namespace signalbox {

using FactsOf = std::function<DeathFacts(const Message&)>;

struct PreparedEntry {
    const SnapshotEntry* entry = nullptr; // alive until it is written
    DeathFacts facts;
    Fingerprint fingerprint;
    QByteArray properties; // encoded
    QByteArray digest;     // of the message without its body, if that is not kept
    MessageWords::Words words;
    FailureSignature signature;
};

PreparedEntry prepareEntry(const SnapshotEntry& entry, const FactsOf& factsOf, bool keepBody,
                           MessageWords& splitter);

// facts.flags
inline constexpr int flagRedelivered = 1;
inline constexpr int flagBodyComplete = 2;
inline constexpr int flagWordsPartial = 4;
inline constexpr int flagHasMessageId = 8;
inline constexpr int flagHasCorrelationId = 16;
inline constexpr int flagHasError = 32;

} // namespace signalbox
