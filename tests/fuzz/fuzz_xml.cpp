// Bytes of the management API as XML, as a list, as an entity and as the structure that a plan asks. A tree
// that was read must come out again as it was read: a description goes back to the service that way.
#include "app/servicebus/atomfeed.h"

#include <cstdint>
#include <cstdlib>

using namespace signalbox::servicebus;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArray bytes(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    if (const auto page = readFeed(bytes)) {
        for (const AtomEntry& entry : page->entries) {
            (void)countsOf(entry.description);
            (void)durationMs(entry.description.childText(QStringLiteral("LockDuration")));
        }
    }
    (void)readEntry(bytes, QStringLiteral("queue"));
    const auto root = parseXml(bytes);
    if (!root)
        return 0;
    const auto again = parseXml(writeXml(*root));
    if (!again || writeXml(*again) != writeXml(*root))
        std::abort();
    return 0;
}
