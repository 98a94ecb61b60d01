// Names of what a namespace holds, as people and links write them. Pure.
// Source: Azure's documentation; a dead-letter sub-queue is never a session entity.
#pragma once

#include <QString>

namespace signalbox::servicebus {

enum class SubQueue { None, DeadLetter, TransferDeadLetter };

struct EntityPath {
    QString entity; // "orders", "events/Subscriptions/audit"
    SubQueue subQueue = SubQueue::None;

    QString address() const;    // "orders/$DeadLetterQueue"
    QString management() const; // "orders/$DeadLetterQueue/$management"
};

// Reads "orders/$deadletterqueue" and the like, in any case.
EntityPath entityPath(const QString& name);

} // namespace signalbox::servicebus
