// Makes the believable messages of the sandbox company. Deterministic: the same cause and index give the same
// message, so that screenshots and tours repeat.
#pragma once

#include "models/messaging/message.h"

#include <QJsonObject>

namespace signalbox::sandbox {

// One entry of resources/sandbox/scenario.json.
struct Cause {
    QString how; // framework, reject, retry, expire, overflow, limit
    QString queue, exchange, key, park, cc;
    int count = 0;
    QString body; // kind of body, see company.cpp
    QString type;
    QString framework, exception, text, origin;
    static Cause fromJson(const QJsonObject& object);
};

// The message as the application published it; for `framework` causes as the framework parked it.
Message makeMessage(const Cause& cause, int index);

} // namespace signalbox::sandbox
