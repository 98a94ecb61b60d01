// What is wrong where in a JSON document. Thrown and caught inside this room only, so that the readers stay
// plain; every public function turns it into an Error.
#pragma once

#include "models/base/result.h"

namespace signalbox {

struct JsonProblem {
    QString where; // "headers[2].value"; empty = the document itself
    QString what;

    Error toError() const {
        return {ErrorKind::Invalid, where.isEmpty() ? what : QStringLiteral("%1: %2").arg(where, what), {}};
    }
};

} // namespace signalbox
