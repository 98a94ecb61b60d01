// The page of runs over a workspace in memory, opened and read, and what one does on it in tests.
#pragma once

#include "tests/views/shell/consolefixture.h"
#include "views/replay/replayspage.h"
#include "views/replay/rundetails.h"
#include "views/replay/runproxy.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"

#include <QPushButton>
#include <QSignalSpy>

namespace signalbox {

class OpenReplays {
protected:
    static constexpr int soon = 20000; // waits for threads, never a measure of speed

    void prepare() {
        f_ = std::make_unique<ConsoleFixture>();
        theme_ = std::make_unique<Theme>(f_->settings);
        f_->addConnection(crm);
    }
    void end() {
        page_.reset();
        f_.reset();
        theme_.reset();
    }
    void open() {
        page_ = std::make_unique<ReplaysPage>(f_->context);
        page_->resize(1280, 800);
        QSignalSpy loaded(page_.get(), &ReplaysPage::loaded);
        page_->show();
        QVERIFY(loaded.wait(soon));
    }
    RunDetails* details() const { return page_->details(); }
    QString shownState() const {
        return page_->table()->model()->index(0, RunModel::State).data().toString();
    }
    static void click(QAbstractButton* button) {
        QVERIFY(button && button->isVisible() && button->isEnabled());
        button->click();
    }
    static void press(const QString& answer) {
        QTRY_VERIFY(ConsoleFixture::answer(answer));
        ConsoleFixture::answer(answer)->click();
    }

    const QString crm = QStringLiteral("crm");
    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<ReplaysPage> page_;
};

} // namespace signalbox
