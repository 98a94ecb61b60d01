// The banner over a page: what happened, what to do, details to copy.
#include "views/widgets/detailsbox.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtTest>

using namespace signalbox;

namespace {

QString s(const char* text) {
    return QString::fromUtf8(text);
}

const Error full{ErrorKind::Storage, s("The disk is full."), s("write: ENOSPC\nfile: journal")};

} // namespace

class TestErrorBanner : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        settings_ = std::make_unique<QSettings>(folder_.filePath(s("settings.ini")), QSettings::IniFormat);
        theme_ = std::make_unique<Theme>(*settings_);
        page_ = std::make_unique<QWidget>();
        banner_ = new ErrorBanner(page_.get());
        auto* layout = new QVBoxLayout(page_.get());
        layout->addWidget(banner_);
        layout->addStretch(1);
        page_->resize(900, 300);
        page_->show();
        QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
        QVERIFY(!banner_->isVisible());
    }
    void cleanup() {
        page_.reset();
        theme_.reset();
    }

    void error_saysWhatHappened() {
        banner_->present(full);
        QVERIFY(banner_->isVisible());
        QCOMPARE(banner_->severity(), Severity::Error);
        QVERIFY(visibleTexts().contains(s("The disk is full.")));
        QCOMPARE(banner_->accessibleName(), s("Error: The disk is full."));
        QVERIFY(!banner_->actionButton()->isVisible());
        QVERIFY(banner_->closeButton()->isVisible());
    }
    void details_openAndAreCopiedWithTheSummary() {
        banner_->present(full);
        QVERIFY(!banner_->details()->isVisible());
        QCOMPARE(banner_->detailsButton()->text(), s("Details…"));
        banner_->detailsButton()->click();
        QVERIFY(banner_->details()->isVisible());
        QCOMPARE(banner_->details()->text(), full.detail);
        QCOMPARE(banner_->detailsButton()->text(), s("Hide details"));
        banner_->details()->copyButton()->click();
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 s("The disk is full.\n\nwrite: ENOSPC\nfile: journal"));
        banner_->detailsButton()->click();
        QVERIFY(!banner_->details()->isVisible());
    }
    void details_areClosedForTheNextError() {
        banner_->present(full);
        banner_->detailsButton()->click();
        banner_->present(Error{ErrorKind::Lost, s("The link broke."), s("EOF")});
        QVERIFY(!banner_->details()->isVisible());
        QCOMPARE(banner_->details()->text(), s("EOF"));
        banner_->details()->copy();
        QCOMPARE(QGuiApplication::clipboard()->text(), s("The link broke.\n\nEOF"));
    }
    void details_noneNoButton() {
        banner_->present(Error{ErrorKind::Lost, s("The link broke."), {}});
        QVERIFY(!banner_->detailsButton()->isVisible());
        QCOMPARE(banner_->copyText(), s("The link broke."));
    }
    void cancelled_isNotPresented() {
        banner_->present(Error{ErrorKind::Cancelled, s("Cancelled."), {}});
        QVERIFY(!banner_->isVisible());
    }
    void markup_staysText() {
        banner_->present(Error{ErrorKind::Lost, s("<img src=x><b>big</b>"), {}});
        for (const QLabel* label : banner_->findChildren<QLabel*>()) {
            if (label->text().contains(s("<b>")))
                QCOMPARE(label->textFormat(), Qt::PlainText);
        }
        QCOMPARE(banner_->summary(), s("<img src=x><b>big</b>"));
    }

    void action_runsOnceAndPutsTheBannerAway() {
        int runs = 0;
        banner_->present(full, s("Try again"), [&] { ++runs; });
        QCOMPARE(banner_->actionButton()->text(), s("Try again"));
        banner_->actionButton()->click();
        QCOMPARE(runs, 1);
        QVERIFY(!banner_->isVisible());
    }
    void action_mayPresentTheNextTrouble() {
        banner_->present(full, s("Try again"), [this] { banner_->present(full, s("Once more"), [] {}); });
        banner_->actionButton()->click();
        QVERIFY2(banner_->isVisible(), "the new trouble was put away with the old one");
        QCOMPARE(banner_->actionButton()->text(), s("Once more"));
    }
    void dismissed_byButtonOrEscape() {
        QSignalSpy dismissed(banner_, &ErrorBanner::dismissed);
        banner_->present(full);
        banner_->closeButton()->click();
        QVERIFY(!banner_->isVisible());
        banner_->present(full);
        QTest::keyClick(banner_->closeButton(), Qt::Key_Escape);
        QVERIFY(!banner_->isVisible());
        QCOMPARE(dismissed.count(), 2);
        banner_->dismiss(); // nothing there
        QCOMPARE(dismissed.count(), 2);
    }
    void lasting_cannotBePutAway() {
        banner_->setDismissible(false);
        banner_->present(Severity::Warning, s("Not encrypted."));
        QVERIFY(!banner_->closeButton()->isVisible());
        QTest::keyClick(banner_, Qt::Key_Escape);
        QVERIFY(banner_->isVisible());
    }

    void severities_lookDifferent() {
        QList<QImage> pictures;
        for (const Severity severity :
             {Severity::Info, Severity::Success, Severity::Warning, Severity::Error}) {
            banner_->present(severity, s("Something."));
            const QImage picture = banner_->grab().toImage();
            for (const QImage& other : pictures)
                QVERIFY2(picture != other, "two severities cannot be told apart");
            pictures << picture;
        }
        QCOMPARE(banner_->accessibleName(), s("Error: Something."));
    }

private:
    QStringList visibleTexts() const {
        QStringList texts;
        for (const QLabel* label : banner_->findChildren<QLabel*>()) {
            if (label->isVisible())
                texts << label->text();
        }
        return texts;
    }

    QTemporaryDir folder_;
    std::unique_ptr<QSettings> settings_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<QWidget> page_;
    ErrorBanner* banner_ = nullptr;
};

QTEST_MAIN(TestErrorBanner)
#include "tst_errorbanner.moc"
