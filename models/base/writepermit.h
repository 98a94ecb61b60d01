// Proof that the guard rails of a connection allowed a change. Only models/connections hands one out
// (GuardRail::permit), and every job that changes a broker asks for one in its constructor.
#pragma once

#include <QDateTime>
#include <QString>

namespace signalbox {

class WritePermit {
public:
    const QString& connectionId() const { return connectionId_; }
    const QString& reason() const { return reason_; }     // typed by the person; empty outside production
    const QDateTime& expires() const { return expires_; } // invalid: does not expire

private:
    friend class GuardRail;
    friend struct TestPermit;
    WritePermit(QString connectionId, QString reason, QDateTime expires)
        : connectionId_(std::move(connectionId))
        , reason_(std::move(reason))
        , expires_(std::move(expires)) {}
    QString connectionId_;
    QString reason_;
    QDateTime expires_;
};

} // namespace signalbox
