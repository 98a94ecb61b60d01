// Lifting the read-only state of production: a reason, a set time, and its end.
#include "tests/views/shell/consolefixture.h"
#include "views/connections/elevationdialog.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

using namespace signalbox;

namespace {

QString s(const char* text) {
    return QString::fromUtf8(text);
}

} // namespace

class TestElevationDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ConsoleFixture>();
        theme_ = std::make_unique<Theme>(f_->settings);
        f_->addConnection(crm_, Environment::Production);
        dialog_ = std::make_unique<ElevationDialog>(f_->context, crm_);
        dialog_->open();
        QVERIFY(QTest::qWaitForWindowExposed(dialog_.get()));
    }
    void cleanup() {
        dialog_.reset();
        f_.reset();
        theme_.reset();
    }

    void open_saysWhatFollows() {
        QString shown;
        for (const QLabel* label : dialog_->findChildren<QLabel*>())
            shown += label->text() + u'\n';
        QVERIFY2(shown.contains(s("replay, delete and purge on this production connection")),
                 qPrintable(shown));
        QVERIFY2(shown.contains(s("audit trail under ann@box")), qPrintable(shown));
        QCOMPARE(badge()->text(), s("PRODUCTION · read-only"));
        QCOMPARE(dialog_->focusWidget(), dialog_->reasonEdit());
        QCOMPARE(dialog_->minutesBox()->value(), 15);
        QCOMPARE(dialog_->minutesBox()->maximum(), 120);
        ConsoleFixture::shoot(*dialog_, s("elevation"));
    }
    void reason_isAskedFor_data() {
        QTest::addColumn<QString>("reason");
        QTest::newRow("none") << QString();
        QTest::newRow("spaces") << s("         ");
        QTest::newRow("dots") << s(".........");
        QTest::newRow("too short") << s("fix");
    }
    void reason_isAskedFor() {
        QFETCH(QString, reason);
        elevate(reason);
        QCOMPARE(dialog_->problem(),
                 s("Say in a few words why (at least 5 letters or digits); it goes into the audit trail."));
        QVERIFY(dialog_->isVisible());
        QVERIFY(!f_->registry.elevation(crm_));
        QVERIFY(!f_->registry.permit(crm_));
        QVERIFY(f_->elevations.saved.empty());

        QTest::keyClicks(dialog_->reasonEdit(), s("x"));
        QCOMPARE(dialog_->problem(), QString()); // goes as soon as one mends it
    }
    void granted_lastsItsTimeAndNoLonger() {
        dialog_->minutesBox()->setValue(30);
        elevate(s("INC-4711: replay orders"));
        QVERIFY(!dialog_->isVisible());
        const auto elevation = f_->registry.elevation(crm_);
        QVERIFY(elevation.has_value());
        QCOMPARE(elevation->reason, s("INC-4711: replay orders"));
        QCOMPARE(elevation->actor, s("ann@box"));
        QCOMPARE(elevation->until, f_->clock.now().addSecs(30 * 60));
        QVERIFY(f_->registry.permit(crm_).has_value());
        QCOMPARE(badge()->text(), s("PRODUCTION · elevated, 30 min left"));
        QCOMPARE(f_->audit.lines(), QStringList(s("elevation.grant crm ok")));

        f_->clock.advanceSeconds(30 * 60 - 1);
        QVERIFY(f_->registry.permit(crm_).has_value());
        f_->clock.advanceSeconds(1);
        QVERIFY2(!f_->registry.permit(crm_), "writing goes on after the time is over");
        QTRY_COMPARE(badge()->text(), s("PRODUCTION · read-only"));
        QTRY_COMPARE(f_->audit.lines().size(), 2);
        QCOMPARE(f_->audit.lines().last().section(u' ', 0, 1), s("elevation.end crm"));
    }
    void cancelled_changesNothing() {
        QTest::keyClicks(dialog_->reasonEdit(), s("INC-4711: replay orders"));
        QTest::keyClick(dialog_.get(), Qt::Key_Escape);
        QVERIFY(!dialog_->isVisible());
        QVERIFY(!f_->registry.elevation(crm_));
        QCOMPARE(f_->audit.lines(), QStringList());
    }
    void storeRefusal_isShownAndGrantsNothing() {
        f_->elevations.failure = Error{ErrorKind::Storage, s("The disk is full."), {}};
        elevate(s("INC-4711: replay orders"));
        auto* banner = dialog_->findChild<ErrorBanner*>();
        QVERIFY(banner && banner->isVisible());
        QCOMPARE(banner->summary(), s("The disk is full."));
        QVERIFY(dialog_->isVisible());
        QVERIFY(!f_->registry.permit(crm_));
    }

private:
    void elevate(const QString& reason) {
        QTest::keyClicks(dialog_->reasonEdit(), reason);
        dialog_->elevateButton()->click();
    }
    EnvironmentBadge* badge() const { return dialog_->findChild<EnvironmentBadge*>(); }

    const QString crm_ = s("crm");
    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<ElevationDialog> dialog_;
};

QTEST_MAIN(TestElevationDialog)
#include "tst_elevationdialog.moc"
