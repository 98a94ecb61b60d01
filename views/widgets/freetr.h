// tr() for words that no QObject speaks.
#pragma once

#include <QCoreApplication>

namespace signalbox {

inline QString tr(const char* text) {
    return QCoreApplication::translate("signalbox", text);
}

} // namespace signalbox
