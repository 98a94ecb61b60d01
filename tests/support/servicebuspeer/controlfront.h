// The control endpoint of the peer's program, below /$peer/: faults, time and the truth about what lies
// where. Lives on the peer's thread.
#pragma once

#include "tests/support/servicebuspeer/http.h"

#include <QJsonObject>

namespace signalbox::sbpeer {

class Host;

// GET counts, GET messages?entity=&part=, POST faults, POST clock. See README.md.
HttpResponse answerControl(Host& host, const HttpRequest& request);

QJsonObject countsOf(Host& host); // by entity path

} // namespace signalbox::sbpeer
