// A password or token. It has no formatter, no stream operator and no QString conversion, so it cannot
// be logged by accident. Only adapters call reveal(), at the moment the wire needs it.
#pragma once

#include <QByteArray>

namespace signalbox {

class Secret {
public:
    Secret() = default;
    explicit Secret(QByteArray bytes)
        : bytes_(std::move(bytes)) {}

    bool isEmpty() const { return bytes_.isEmpty(); }
    const QByteArray& reveal() const { return bytes_; }

private:
    QByteArray bytes_;
};

} // namespace signalbox
