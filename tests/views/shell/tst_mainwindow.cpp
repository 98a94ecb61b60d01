#include "tests/views/shell/openwindow.h"
#include "views/connections/elevationdialog.h"
#include "views/shell/commandpalette.h"
#include "views/shell/navigationbar.h"
#include "views/shell/workpanel.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/environmentbadge.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QStatusBar>
#include <QTabBar>

using namespace signalbox;

namespace {

QString nameOf(const QWidget& widget) {
    if (!widget.accessibleName().isEmpty())
        return widget.accessibleName();
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget))
        return button->text();
    if (const auto* edit = qobject_cast<const QLineEdit*>(&widget))
        return edit->placeholderText();
    return {};
}

} // namespace

class TestMainWindow : public QObject, private OpenWindow {
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { end(); }
    void firstRun_saysAddAConnection();
    void keys_goFromSubjectToSubject();
    void navigation_walksByArrowsAndMarksTheSubject();
    void palette_findsAndRunsACommand();
    void palette_listsPlacesOfEveryPage();
    void palette_saysWhyNot();
    void production_staysUnmistakableOnEveryPage();
    void production_isNotEnteredUnasked();
    void elevation_showsTheTimeLeftAndEnds();
    void switcher_changesTheConnectionOfAllPages();
    void state_isRemembered();
    void keyboardHelp_listsTheKeysOfThePage();
    void refusedShortcut_saysWhy();
    void commandsOfThePage_winOverTheFilterLine();
    void errorOfAPage_goesWithTheNextThing();
    void look_changesAndIsRemembered();
    void panes_areWalkedByF6();
    void everyControl_hasAName();
    void largeText_fitsTheScreen();
    void pictures_forLooking();
};

void TestMainWindow::firstRun_saysAddAConnection() {
    open();
    QVERIFY(shows(QStringLiteral("connections")));
    const auto states = window_->page(QStringLiteral("connections"))->findChildren<EmptyState*>();
    EmptyState* seen = nullptr;
    for (EmptyState* state : states) {
        if (state->isVisible() && state->button()->isVisible())
            seen = state;
    }
    QVERIFY2(seen, "the page must say what to do next");
    QVERIFY2(seen->button()->text().contains(QLatin1String("Add")), qPrintable(seen->button()->text()));
    seen->button()->click();
    QTRY_VERIFY(dialog());
    QVERIFY(!window_->connectionBar()->badge()->isVisible());
}

void TestMainWindow::keys_goFromSubjectToSubject() {
    f_->addConnection(crm);
    open();
    for (int i = 3; i >= 0; --i) {
        press(Qt::Key_1 + i, Qt::ControlModifier);
        QVERIFY2(shows(pageIds.at(i)), qPrintable(window_->currentPage()));
        QVERIFY(window_->navigation()->button(i)->isChecked());
        QVERIFY(window_->page(pageIds.at(i))->isAncestorOf(QApplication::focusWidget()));
    }
}

void TestMainWindow::navigation_walksByArrowsAndMarksTheSubject() {
    f_->addConnection(crm);
    open();
    NavigationBar* bar = window_->navigation();
    QCOMPARE(bar->count(), 4);
    bar->button(0)->setFocus(Qt::TabFocusReason);
    press(Qt::Key_Down);
    QVERIFY(bar->button(1)->hasFocus());
    press(Qt::Key_Space);
    QVERIFY(shows(QStringLiteral("replays")));
    bar->button(3)->click();
    QVERIFY(shows(QStringLiteral("activity")));
    for (int i = 0; i < bar->count(); ++i)
        QCOMPARE(bar->button(i)->isChecked(), i == 3);
}

void TestMainWindow::palette_findsAndRunsACommand() {
    f_->addConnection(crm);
    open();
    press(Qt::Key_K, Qt::ControlModifier);
    CommandPalette* palette = window_->openedPalette();
    QVERIFY(palette && palette->isVisible());
    QTest::keyClicks(palette->edit(), QStringLiteral("go activ"));
    QCOMPARE(palette->shown().first(), QStringLiteral("Go to Activity"));
    QVERIFY(palette->rightOf(0).contains(QLatin1String("Ctrl+4")));
    QTest::keyClick(palette->edit(), Qt::Key_Return);
    QTRY_VERIFY(shows(QStringLiteral("activity")));
    QVERIFY(!window_->openedPalette() || !window_->openedPalette()->isVisible());
}

void TestMainWindow::palette_listsPlacesOfEveryPage() {
    f_->addConnection(crm);
    f_->addConnection(shop, Environment::Production);
    f_->addRun(f_->header(QStringLiteral("run-a")), 1, RunState::Finished);
    f_->fill(1);
    open();
    const auto found = [this](const QString& query) {
        window_->openPalette();
        window_->openedPalette()->edit()->setText(query);
        const QStringList shown = window_->openedPalette()->shown();
        delete window_->openedPalette();
        return shown;
    };
    QTRY_VERIFY(found(QStringLiteral("run dead")).join(QLatin1Char('\n')).contains(QLatin1String("Replay")));
    QVERIFY(found(QStringLiteral("shop")).join(QLatin1Char('\n')).contains(shop));
    QTRY_VERIFY(!found(QStringLiteral("dead queue")).isEmpty());
}

void TestMainWindow::palette_saysWhyNot() {
    f_->addConnection(crm);
    open();
    window_->showPage(QStringLiteral("replays"));
    window_->openPalette();
    CommandPalette* palette = window_->openedPalette();
    palette->edit()->setText(QStringLiteral("restore saved copies"));
    QCOMPARE(palette->shown().first(), QStringLiteral("Restore saved copies…"));
    QVERIFY2(palette->rightOf(0).contains(QLatin1String("not now: no run is chosen")),
             qPrintable(palette->rightOf(0)));
}

void TestMainWindow::production_staysUnmistakableOnEveryPage() {
    f_->addConnection(crm, Environment::Production);
    open();
    EnvironmentBadge* badge = window_->connectionBar()->badge();
    for (const QString& id : pageIds) {
        window_->showPage(id);
        QVERIFY(badge->isVisible());
        QCOMPARE(badge->text(), QStringLiteral("PRODUCTION · read-only"));
        const QImage picture = window_->grab().toImage();
        const QColor wanted = toneOf(Tone::Production, window_->palette());
        QCOMPARE(picture.pixelColor(picture.width() / 2, 1), wanted);
        QCOMPARE(picture.pixelColor(2, 1), wanted);
    }
}

void TestMainWindow::production_isNotEnteredUnasked() {
    f_->addConnection(crm, Environment::Production);
    open();
    QCoreApplication::processEvents(); // a first start connects from its event loop
    QCOMPARE(window_->connectionBar()->current(), crm);
    QVERIFY(!f_->context.connections.gateway(crm));
    window_.reset();
    f_->addConnection(shop, Environment::Development);
    f_->context.settings.clear();
    open();
    QCOMPARE(window_->connectionBar()->current(), shop);
    QTRY_VERIFY(f_->context.connections.gateway(shop));
    QVERIFY(!f_->context.connections.gateway(crm));
}

void TestMainWindow::elevation_showsTheTimeLeftAndEnds() {
    f_->addConnection(crm, Environment::Production);
    open();
    ConnectionBar* bar = window_->connectionBar();
    QVERIFY(bar->elevateButton()->isVisible());
    bar->elevateButton()->click();
    auto* asking = qobject_cast<ElevationDialog*>(dialog());
    QVERIFY(asking);
    asking->reasonEdit()->setText(QStringLiteral("mending orders"));
    asking->elevateButton()->click();
    QTRY_COMPARE(bar->badge()->text(), QStringLiteral("PRODUCTION · elevated, 15 min left"));
    QCOMPARE(bar->elevateButton()->text(), QStringLiteral("Back to read-only"));
    bar->elevateButton()->click();
    QCOMPARE(bar->badge()->text(), QStringLiteral("PRODUCTION · read-only"));
}

void TestMainWindow::switcher_changesTheConnectionOfAllPages() {
    f_->addConnection(crm);
    f_->addConnection(shop, Environment::Development);
    open();
    QComboBox* switcher = window_->connectionBar()->switcher();
    press(Qt::Key_L, Qt::ControlModifier);
    QVERIFY(switcher->hasFocus());
    press(Qt::Key_Down);
    QCOMPARE(window_->connectionBar()->current(), shop);
    QCOMPARE(window_->connectionBar()->badge()->text(), QStringLiteral("DEVELOPMENT"));
    QVERIFY2(window_->status()->linkText().contains(QLatin1String("Not connected")),
             qPrintable(window_->status()->linkText()));
}

void TestMainWindow::state_isRemembered() {
    f_->addConnection(crm);
    f_->addConnection(shop);
    open();
    window_->connectionBar()->setCurrent(shop);
    window_->showPage(QStringLiteral("activity"));
    window_->resize(1111, 777);
    window_->close();
    window_ = std::make_unique<MainWindow>(f_->context);
    window_->show();
    QVERIFY(shows(QStringLiteral("activity")));
    QCOMPARE(window_->connectionBar()->current(), shop);
    QCOMPARE(window_->size(), QSize(1111, 777));
}

void TestMainWindow::keyboardHelp_listsTheKeysOfThePage() {
    f_->addConnection(crm);
    open();
    window_->showPage(QStringLiteral("replays"));
    press(Qt::Key_F1);
    QVERIFY(dialog());
    QStringList texts;
    const auto labels = dialog()->findChildren<QLabel*>();
    for (const QLabel* label : labels)
        texts << label->text();
    for (const char* text : {"Ctrl+K", "Ctrl+4", "Activity", "Work under way", "Restore saved copies…"})
        QVERIFY2(texts.contains(QString::fromUtf8(text)), text);
}

void TestMainWindow::refusedShortcut_saysWhy() {
    f_->addConnection(crm);
    open();
    window_->showPage(QStringLiteral("replays"));
    press(Qt::Key_E, Qt::ControlModifier);
    QVERIFY2(window_->statusBar()->currentMessage().contains(QLatin1String("no run is chosen")),
             qPrintable(window_->statusBar()->currentMessage()));
}

void TestMainWindow::commandsOfThePage_winOverTheFilterLine() {
    f_->addConnection(crm);
    open();
    window_->showPage(QStringLiteral("replays"));
    press(Qt::Key_F, Qt::ControlModifier);
    auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    QVERIFY(line);
    QTest::keyClicks(line, QStringLiteral("abc"));
    QTest::keyClick(line, Qt::Key_E, Qt::ControlModifier);
    QVERIFY2(window_->statusBar()->currentMessage().contains(QLatin1String("no run is chosen")),
             qPrintable(window_->statusBar()->currentMessage()));
    QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier); // text is still edited as everywhere
    QCOMPARE(line->selectedText(), QStringLiteral("abc"));
}

void TestMainWindow::errorOfAPage_goesWithTheNextThing() {
    f_->addConnection(crm);
    open();
    window_->showPage(QStringLiteral("deadletters"));
    Page* page = window_->page(QStringLiteral("deadletters"));
    const Error wrong{ErrorKind::Invalid, QStringLiteral("The filter is wrong."), {}};
    Q_EMIT page->errorRaised(wrong);
    QVERIFY(window_->banner()->isVisible());
    Q_EMIT window_->page(QStringLiteral("replays"))->wentOn(); // not about this one
    QVERIFY(window_->banner()->isVisible());
    Q_EMIT page->wentOn();
    QVERIFY(!window_->banner()->isVisible());
    Q_EMIT page->errorRaised(wrong);
    QVERIFY(window_->banner()->isVisible());
    window_->showPage(QStringLiteral("replays"));
    QVERIFY(!window_->banner()->isVisible());
}

void TestMainWindow::look_changesAndIsRemembered() {
    f_->addConnection(crm);
    open();
    const auto choose = [this](const QString& text) {
        window_->openPalette();
        window_->openedPalette()->edit()->setText(text);
        QTest::keyClick(window_->openedPalette()->edit(), Qt::Key_Return);
    };
    choose(QStringLiteral("dark look"));
    QTRY_VERIFY(isDark(window_->palette()));
    QVERIFY(window_->grab().toImage().pixelColor(640, 700).lightness() < 100);
    const auto labels = window_->findChildren<QLabel*>();
    for (const QLabel* label : labels) {
        const QColor text = label->palette().color(label->foregroundRole());
        QVERIFY2(!label->isVisible() || label->text().isEmpty() || text.lightness() > 100,
                 qPrintable(QStringLiteral("dark on dark: ") + label->text()));
    }
    window_.reset();
    open();
    QVERIFY(isDark(window_->palette()));
    choose(QStringLiteral("light look"));
    QTRY_VERIFY(!isDark(window_->palette()));
}

void TestMainWindow::panes_areWalkedByF6() {
    f_->addConnection(crm);
    open();
    window_->showPage(QStringLiteral("replays"));
    QWidget* first = QApplication::focusWidget();
    press(Qt::Key_F6);
    QVERIFY(QApplication::focusWidget() != first);
    press(Qt::Key_F6, Qt::ShiftModifier);
    QCOMPARE(QApplication::focusWidget(), first);
}

void TestMainWindow::everyControl_hasAName() {
    f_->addConnection(crm, Environment::Production);
    f_->addRun(f_->header(QStringLiteral("run-a")), 5, RunState::Running);
    open();
    for (const QString& id : pageIds) {
        window_->showPage(id);
        QCoreApplication::processEvents();
        const auto all = window_->findChildren<QWidget*>();
        for (QWidget* widget : all) {
            if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus) || widget->focusProxy() ||
                !widget->isEnabled() || qobject_cast<QTabBar*>(widget) || qobject_cast<QScrollArea*>(widget))
                continue; // tabs name themselves, and a scrolled panel is no control
            QVERIFY2(
                !nameOf(*widget).isEmpty(),
                qPrintable(QStringLiteral("%1: a %2 in a %3 has no name")
                               .arg(id, QString::fromLatin1(widget->metaObject()->className()),
                                    QString::fromLatin1(widget->parentWidget()->metaObject()->className()))));
        }
    }
}

void TestMainWindow::largeText_fitsTheScreen() {
    f_->addConnection(crm, Environment::Production);
    open();
    for (int step = 0; step < 20; ++step)
        press(Qt::Key_Plus, Qt::ControlModifier);
    for (const QString& id : pageIds) {
        window_->showPage(id);
        QCoreApplication::processEvents();
        QVERIFY2(window_->minimumSizeHint().width() <= 1920,
                 qPrintable(QStringLiteral("%1 needs %2").arg(id).arg(window_->minimumSizeHint().width())));
    }
    press(Qt::Key_0, Qt::ControlModifier);
}

void TestMainWindow::pictures_forLooking() {
    if (qEnvironmentVariableIsEmpty("SIGNALBOX_SHOTS"))
        QSKIP("SIGNALBOX_SHOTS names no folder");
    ConsoleFixture empty;
    {
        MainWindow first(empty.context);
        first.resize(1280, 800);
        first.show();
        QTest::qWait(100);
        ConsoleFixture::shoot(first, QStringLiteral("window-first"));
    }
    f_->addConnection(crm, Environment::Production);
    f_->addConnection(shop, Environment::Development, false);
    f_->fill(30);
    f_->addRun(f_->header(QStringLiteral("0a1b2c3d-done")), 10, RunState::Finished);
    f_->addRun(f_->header(QStringLiteral("22222222-open")), 30, RunState::Running);
    f_->mark(QStringLiteral("22222222-open"), {1, 2}, ItemState::Confirmed);
    open();
    f_->link(crm);
    for (const char* mode : {"light", "dark"}) {
        window_->openPalette();
        window_->openedPalette()->edit()->setText(QString::fromLatin1(mode) + QStringLiteral(" look"));
        QTest::keyClick(window_->openedPalette()->edit(), Qt::Key_Return);
        for (const QSize size : {QSize(1280, 800), QSize(1920, 1080)}) {
            window_->resize(size);
            for (const QString& id : pageIds) {
                window_->showPage(id);
                QTest::qWait(150);
                ConsoleFixture::shoot(
                    *window_,
                    QStringLiteral("window-%1-%2-%3").arg(id, QString::fromLatin1(mode)).arg(size.width()));
            }
        }
        window_->openPalette();
        window_->openedPalette()->edit()->setText(QStringLiteral("re"));
        QTest::qWait(50);
        ConsoleFixture::shoot(*window_->openedPalette(),
                              QStringLiteral("palette-%1").arg(QString::fromLatin1(mode)));
        delete window_->openedPalette();
        if (!f_->desk.job(QStringLiteral("22222222-open"))) {
            f_->broker.withholdConfirms = true;
            (void)f_->registry.elevate(crm, QStringLiteral("mending orders"), 15);
            (void)f_->desk.start(QStringLiteral("22222222-open"), *f_->registry.permit(crm),
                                 *f_->registry.gateway(crm));
        }
        QTest::qWait(700);
        window_->status()->openWork();
        QTest::qWait(300);
        ConsoleFixture::shoot(*window_->status()->openedPanel(),
                              QStringLiteral("work-%1").arg(QString::fromLatin1(mode)));
        ConsoleFixture::shoot(*window_, QStringLiteral("working-%1").arg(QString::fromLatin1(mode)));
        window_->status()->openedPanel()->close();
        window_->showShortcuts();
        QTest::qWait(50);
        ConsoleFixture::shoot(*dialog(), QStringLiteral("keys-%1").arg(QString::fromLatin1(mode)));
        dialog()->close();
        QTest::qWait(20);
    }
    f_->broker.withholdConfirms = false;
}

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
