// What a command sees of the terminal it was started from: streams, whether a person sits there, environment
// variables, questions. A value, so that tests can play the terminal. Main thread.
#pragma once

#include "models/base/result.h"
#include "models/base/secret.h"

#include <functional>
#include <optional>
#include <ostream>

namespace signalbox {

struct Terminal {
    std::ostream* out = nullptr;
    std::ostream* err = nullptr;
    bool personAtInput = false;  // standard input is a terminal: questions can be asked
    bool personAtErrors = false; // standard error is a terminal: progress is shown
    int width = 0;               // columns of standard output; 0 = not a terminal, nothing is cut
    std::function<std::optional<QByteArray>(const QByteArray& name)> variable;
    std::function<Result<Secret>(const QString& prompt)> askSecret; // without echo
    std::function<Result<QString>(const QString& prompt)> askLine;
};

Terminal systemTerminal();

} // namespace signalbox
