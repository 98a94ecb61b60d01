#include "app/store/snapshot/snapshotentry.h"

#include "models/messaging/messagecodec.h"

namespace signalbox {

PreparedEntry prepareEntry(const SnapshotEntry& entry, const FactsOf& factsOf, bool keepBody,
                           MessageWords& splitter) {
    PreparedEntry out;
    const Message& message = entry.message;
    out.entry = &entry;
    out.facts = factsOf(message);
    out.properties = encodeProperties(message.properties);
    const bool shareable = !hasVolatileHeader(message);
    out.fingerprint = fingerprintOf(message, shareable ? QByteArrayView(out.properties) : QByteArrayView());
    out.signature = failureSignature(out.facts);
    if (keepBody) {
        out.words = splitter.of(message, out.facts);
        return out;
    }
    Message bare = message;
    bare.body.clear();
    out.digest = fingerprintOf(bare).toBytes();
    out.words = splitter.of(bare, out.facts);
    return out;
}

} // namespace signalbox
