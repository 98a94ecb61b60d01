// The window over a workspace in memory, shown and active, and what one does on it in tests.
#pragma once

#include "tests/views/shell/consolefixture.h"
#include "views/shell/connectionbar.h"
#include "views/shell/mainwindow.h"
#include "views/shell/statusline.h"
#include "views/widgets/errorbanner.h"

#include <QPushButton>
#include <QToolButton>

namespace signalbox {

class OpenWindow {
protected:
    static constexpr int soon = 20000; // waits for threads, never a measure of speed

    void prepare() { f_ = std::make_unique<ConsoleFixture>(); }
    void end() {
        window_.reset();
        f_.reset();
    }
    void open() {
        window_ = std::make_unique<MainWindow>(f_->context);
        window_->resize(1280, 800);
        window_->show();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }
    void press(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QWidget* at = QApplication::focusWidget();
        QTest::keyClick(at ? at : window_.get(), static_cast<Qt::Key>(key), modifiers);
    }
    // Current and also seen.
    bool shows(const QString& id) const {
        return window_->currentPage() == id && window_->page(id)->isVisible();
    }
    QDialog* dialog() const {
        const auto all = window_->findChildren<QDialog*>();
        for (QDialog* each : all) {
            if (each->isVisible())
                return each;
        }
        return nullptr;
    }

    const QString crm = QStringLiteral("crm");
    const QString shop = QStringLiteral("shop");
    const QStringList pageIds{QStringLiteral("deadletters"), QStringLiteral("replays"),
                              QStringLiteral("connections"), QStringLiteral("activity")};
    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<MainWindow> window_;
};

} // namespace signalbox
