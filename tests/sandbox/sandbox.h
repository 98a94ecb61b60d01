// The sandbox as a folder: a private RabbitMQ node that keeps running, the company in it, its background
// services and a workspace connected to it. Blocking; prints what it does to standard error.
#pragma once

#include "models/base/result.h"

#include <QString>

namespace signalbox::sandbox {

// Brings it up; quick when it is up already. `program` is the signalbox binary that makes the workspace;
// empty: none.
Result<void> up(const QString& folder, const QString& program);
// Stops all of it and removes the folder.
Result<void> down(const QString& folder);
// The background services; returns when told to end, or when the sandbox is gone.
Result<void> runCompany(const QString& folder);

} // namespace signalbox::sandbox
