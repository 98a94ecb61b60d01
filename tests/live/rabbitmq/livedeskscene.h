// A node for the whole test program, and for each test an operator with a workspace of its own. Main thread.
#pragma once

#include "tests/live/rabbitmq/livedesk.h"
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
        desk_ = std::make_unique<LiveDesk>(*node_, workspace());
        VERIFY_RESULT(desk_->open());
    }
    void closeDesk() { desk_.reset(); }
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
