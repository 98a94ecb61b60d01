// A peer of Service Bus for each test, and an operator at work on it. Main thread.
#pragma once

#include "app/servicebus/servicebusgateway.h"
#include "tests/live/livechecks.h"
#include "tests/live/livedesk.h"
#include "tests/live/servicebus/letter.h"

namespace signalbox::live {

class BusScene {
protected:
    void startPeer(const QByteArray& configuration) {
        peer_ = std::make_unique<sbpeer::Peer>();
        QVERIFY(peer_->start(configuration));
        folder_ = std::make_unique<QTemporaryDir>();
        desk_ = newDesk();
        VERIFY_RESULT(desk_->open());
    }
    void stopPeer() {
        desk_.reset();
        peer_.reset();
    }
    std::unique_ptr<LiveDesk> newDesk() const {
        return newDesk(folder_->filePath(QStringLiteral("run.signalbox")));
    }
    std::unique_ptr<LiveDesk> newDesk(const QString& workspaceFile,
                                      const QString& keyName = QStringLiteral("RootManageSharedAccessKey"),
                                      const QByteArray& key = "SAS_KEY_VALUE") const {
        ConnectionProfile profile;
        profile.id = QStringLiteral("test");
        profile.name = QStringLiteral("bus");
        profile.technology = technology::serviceBus;
        profile.host = QStringLiteral("localhost");
        profile.port = peer_->ports().amqp;
        profile.user = keyName;
        profile.managementUrl = QStringLiteral("http://localhost:%1").arg(peer_->ports().http);
        return std::make_unique<LiveDesk>(std::make_unique<ServiceBusGateway>(profile, Secret(key)),
                                          profile.user, workspaceFile);
    }
    // Puts letters that die of age: `count` of them, "id-0", "id-1" ...
    void die(const QByteArray& queue, int count) {
        for (int i = 0; i < count; ++i)
            QVERIFY(put(*peer_, queue,
                        {"id-" + QByteArray::number(i), "body " + QByteArray::number(i), {}, 1000}));
        peer_->advance(5000);
        QCOMPARE(peer_->count(queue + "/$DeadLetterQueue"), qint64{count});
    }
    QStringList idsIn(const QByteArray& address) const {
        QStringList ids;
        for (const sbpeer::HeldMessage& held : peer_->messages(address))
            ids << QString::fromUtf8(held.messageId);
        return ids;
    }

    std::unique_ptr<sbpeer::Peer> peer_;
    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<LiveDesk> desk_;
};

} // namespace signalbox::live
