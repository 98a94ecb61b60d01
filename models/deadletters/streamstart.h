// Where the reading of a stream, or of an entity of Service Bus, begins, in words that people type and read.
// Pure.
#pragma once

#include "models/messaging/messagesource.h"

namespace signalbox {

// "first", "last" (a stream's last chunk), "offset:1200" or "sequence:1200" (a sequence number of Service
// Bus), "time:2026-11-23T10:00:00Z" (UTC where no zone is given). RabbitMQ begins at the chunk that holds the
// offset or time, so a few earlier messages may come as well. A time that lies ahead is Invalid: RabbitMQ
// would give whatever comes next. Source: rabbitmq.com documentation "Streams", x-stream-offset.
Result<StreamStart> streamStartFromText(const QString& text,
                                        const QDateTime& now = QDateTime::currentDateTimeUtc());
// "offset 1200" ("sequence number 1200"), "2026-11-23 10:00:00 UTC"; empty for the first one.
QString streamStartText(const StreamStart& start, bool isServiceBus = false);

} // namespace signalbox
