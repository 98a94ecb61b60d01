// Whether bytes are UTF-8 text: the strict rule (no overlong forms, no surrogates) that JSON needs.
#pragma once

#include <QByteArray>

namespace signalbox {

inline bool isUtf8(QByteArrayView bytes) {
    return bytes.isValidUtf8();
}

} // namespace signalbox
