// A node for the whole test program, and for each test an operator with a workspace of its own. Main thread.
#pragma once

#include "app/rabbitmq/rabbitmqgateway.h"
#include "tests/live/livedesk.h"
#include "tests/live/rabbitmq/liveprofile.h"
#include "tests/live/rabbitmq/livescene.h"

namespace signalbox::live {

class LiveDeskScene {
protected:
    void startNode() {
        node_ = std::make_unique<RabbitNode>();
        VERIFY_RESULT(node_->start());
        scene_ = std::make_unique<LiveScene>(*node_);
        VERIFY_RESULT(scene_->open());
    }
    void openDesk() {
        folder_ = std::make_unique<QTemporaryDir>();
        desk_ = deskOn(workspace());
        VERIFY_RESULT(desk_->open());
    }
    void closeDesk() { desk_.reset(); }
    std::unique_ptr<LiveDesk> deskOn(const QString& file) const {
        return std::make_unique<LiveDesk>(
            std::make_unique<RabbitMqGateway>(profileOf(*node_), passwordOf(*node_)), node_->options().user,
            file);
    }
    QString workspace() const { return folder_->filePath(QStringLiteral("run.signalbox")); }
    // Of a queue or exchange of this test.
    static QString name(const char* what) {
        return QLatin1String(QTest::currentTestFunction()) + QLatin1Char('.') + QLatin1String(what);
    }

    std::unique_ptr<RabbitNode> node_;
    std::unique_ptr<LiveScene> scene_;
    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<LiveDesk> desk_;
};

} // namespace signalbox::live
