#include "tests/views/shell/openwindow.h"
#include "views/shell/workpanel.h"
#include "views/widgets/progressstrip.h"

using namespace signalbox;

class TestStatusLine : public QObject, private OpenWindow {
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { end(); }
    void error_isABannerWithDetailsToCopy();
    void uncheckedTls_warnsAsLongAsItIsInView();
    void link_isToldInTheStatusLine();
    void work_isListedWithPauseAndCancel();
    void leaving_asksWhileWorkIsUnderWay();
    void cutShortRuns_areOfferedAtTheStart();
    void workspaceNotice_stays();
};

void TestStatusLine::error_isABannerWithDetailsToCopy() {
    f_->addConnection(crm);
    open();
    Page* shown = window_->page(window_->currentPage());
    Q_EMIT shown->errorRaised(Error{ErrorKind::Storage, QStringLiteral("The disk is full."),
                                    QStringLiteral("write: ENOSPC at block 7")});
    ErrorBanner* banner = window_->banner();
    QVERIFY(banner->isVisible());
    QCOMPARE(banner->summary(), QStringLiteral("The disk is full."));
    QVERIFY(banner->copyText().contains(QLatin1String("ENOSPC at block 7")));
    QVERIFY(banner->detailsButton()->isVisible());
    banner->closeButton()->click();
    QVERIFY(!banner->isVisible());
}

void TestStatusLine::uncheckedTls_warnsAsLongAsItIsInView() {
    f_->addConnection(crm, Environment::Test, false);
    f_->addConnection(shop);
    open();
    window_->connectionBar()->setCurrent(crm);
    ErrorBanner* warning = window_->tlsWarning();
    for (const QString& id : pageIds) {
        window_->showPage(id);
        QVERIFY(warning->isVisible());
    }
    QVERIFY2(warning->summary().contains(QLatin1String("not verified")), qPrintable(warning->summary()));
    QVERIFY(!warning->closeButton()->isVisible());
    window_->connectionBar()->setCurrent(shop);
    QVERIFY(!warning->isVisible());
}

void TestStatusLine::link_isToldInTheStatusLine() {
    f_->addConnection(crm);
    open();
    QTRY_VERIFY(f_->gateways.last);
    QTRY_VERIFY2(window_->status()->linkText().contains(QLatin1String("Connected")),
                 qPrintable(window_->status()->linkText()));
    f_->gateways.last->setLink(LinkState::Waiting, QStringLiteral("No answer."), 8);
    QTRY_VERIFY(window_->status()->linkText().contains(QLatin1String("No answer. Next try in 8 s.")));
    QCOMPARE(window_->connectionBar()->linkText(), QStringLiteral("Waiting to reconnect"));
}

void TestStatusLine::work_isListedWithPauseAndCancel() {
    f_->addConnection(crm);
    f_->fill(20);
    f_->addRun(f_->header(QStringLiteral("run-a")), 20);
    f_->broker.withholdConfirms = true;
    open();
    QVERIFY(window_->status()->workText().isEmpty());
    f_->link(crm);
    const auto permit = f_->registry.permit(crm);
    QVERIFY(f_->desk.start(QStringLiteral("run-a"), *permit, *f_->registry.gateway(crm)).has_value());
    QTRY_COMPARE(window_->status()->workText(), QStringLiteral("1 run at work"));
    press(Qt::Key_J, Qt::ControlModifier);
    WorkPanel* panel = window_->status()->openedPanel();
    QVERIFY(panel && panel->isVisible());
    QTRY_VERIFY2(panel->shown().join(QLatin1Char('\n')).contains(QLatin1String("Replay of dead")),
                 qPrintable(panel->shown().join(QLatin1Char('\n'))));
    panel->strip(QStringLiteral("run-a"))->pauseButton()->click();
    QTRY_VERIFY_WITH_TIMEOUT(panel->shown().first().contains(QLatin1String("paused")), soon);
    panel->strip(QStringLiteral("run-a"))->cancelButton()->click();
    f_->broker.withholdConfirms = false;
    QTRY_VERIFY_WITH_TIMEOUT(!window_->status()->openedPanel(), soon); // closes itself
    QTRY_VERIFY(window_->status()->workText().isEmpty());
}

void TestStatusLine::leaving_asksWhileWorkIsUnderWay() {
    f_->addConnection(crm);
    f_->fill(20);
    f_->addRun(f_->header(QStringLiteral("run-a")), 20);
    f_->broker.withholdConfirms = true;
    open();
    f_->link(crm);
    QVERIFY(f_->desk.start(QStringLiteral("run-a"), *f_->registry.permit(crm), *f_->registry.gateway(crm))
                .has_value());
    window_->close();
    QVERIFY(window_->isVisible());
    QTRY_VERIFY(ConsoleFixture::answer(QStringLiteral("Cancel")));
    ConsoleFixture::answer(QStringLiteral("Cancel"))->click();
    QVERIFY(window_->isVisible());
    window_->close();
    QTRY_VERIFY(ConsoleFixture::answer(QStringLiteral("Leave")));
    ConsoleFixture::answer(QStringLiteral("Leave"))->click();
    QTRY_VERIFY(!window_->isVisible());
    f_->broker.withholdConfirms = false;
}

void TestStatusLine::cutShortRuns_areOfferedAtTheStart() {
    f_->addConnection(crm);
    f_->addRun(f_->header(QStringLiteral("run-a")), 5, RunState::Running);
    f_->mark(QStringLiteral("run-a"), {1, 2}, ItemState::Confirmed);
    f_->mark(QStringLiteral("run-a"), {3}, ItemState::Published);
    open();
    QVERIFY(shows(QStringLiteral("deadletters")));
    ErrorBanner* offer = window_->offer();
    QTRY_VERIFY(offer->isVisible());
    for (const char* part :
         {"Replay of dead was cut short", "2 already confirmed will be removed, never sent twice",
          "1 was sent without an answer"})
        QVERIFY2(offer->summary().contains(QLatin1String(part)), qPrintable(offer->summary()));
    offer->actionButton()->click();
    QVERIFY(shows(QStringLiteral("replays")));
    QVERIFY(!offer->isVisible());
}

void TestStatusLine::workspaceNotice_stays() {
    f_->context.workspaceNotice = QStringLiteral("The workspace is newer than this program: read-only.");
    f_->addConnection(crm);
    open();
    QVERIFY(window_->notice()->isVisible());
    QVERIFY(!window_->notice()->closeButton()->isVisible());
    QCOMPARE(window_->notice()->summary(), f_->context.workspaceNotice);
}

QTEST_MAIN(TestStatusLine)
#include "tst_statusline.moc"
