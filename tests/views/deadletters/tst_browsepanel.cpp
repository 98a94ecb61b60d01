// What is asked before a queue is read.
#include "views/deadletters/browsepanel.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

class TestBrowsePanel : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    QSettings settings_{folder_.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat};

    static QueueInfo queueOf(QueueType type) {
        QueueInfo queue;
        queue.ref.name = QStringLiteral("events");
        queue.type = type;
        queue.ready = 10;
        return queue;
    }

private Q_SLOTS:
    void stream_isReadFromWhereItIsSaid();
    void wrongStart_isSaidAndWhatIsAskedFor();
    void otherQueues_haveNoStart();
};

void TestBrowsePanel::stream_isReadFromWhereItIsSaid() {
    BrowsePanel panel(settings_);
    panel.present(QStringLiteral("events"), queueOf(QueueType::Stream), BrowseNotice{}, false);
    QVERIFY(!panel.startEdit()->isHidden());
    QCOMPARE(panel.choice().streamStart.kind, StreamStart::Kind::First);
    QTest::keyClicks(panel.startEdit(), QStringLiteral("offset:42"));
    QVERIFY(panel.readButton()->isEnabled());
    QCOMPARE(panel.choice().streamStart.kind, StreamStart::Kind::Offset);
    QCOMPARE(panel.choice().streamStart.offset, 42);
    QTest::keyClicks(panel.startEdit(), QStringLiteral("nd"));
    QVERIFY(!panel.readButton()->isEnabled());
    QVERIFY(panel.readButton()->toolTip().contains(QLatin1String("offset:1200")));
    panel.startEdit()->clear();
    QVERIFY(panel.readButton()->isEnabled());
}

void TestBrowsePanel::wrongStart_isSaidAndWhatIsAskedFor() {
    BrowsePanel panel(settings_);
    panel.present(QStringLiteral("events"), queueOf(QueueType::Stream), BrowseNotice{}, false);
    panel.resize(900, 140);
    panel.show();
    QVERIFY(!panel.problemLabel()->isVisible());
    QTest::keyClicks(panel.startEdit(), QStringLiteral("yesterday"));
    QVERIFY(!panel.problemLabel()->isVisible()); // is still being typed
    QTRY_VERIFY(panel.problemLabel()->isVisible());
    QCOMPARE(panel.problemLabel()->text(),
             QStringLiteral("“yesterday” is no place to begin: say first, last, offset:1200 or "
                            "time:2026-11-23T10:00:00Z."));
    if (const QString shots = qEnvironmentVariable("SIGNALBOX_SHOTS"); !shots.isEmpty())
        QVERIFY(panel.grab().save(shots + QStringLiteral("/browse-wrongstart.png")));
    QSignalSpy read(&panel, &BrowsePanel::readWanted);
    QTest::keyClick(panel.startEdit(), Qt::Key_Return);
    QCOMPARE(read.count(), 0);
    panel.startEdit()->setText(QStringLiteral("last"));
    QVERIFY(!panel.problemLabel()->isVisible());
    QTest::keyClick(panel.startEdit(), Qt::Key_Return);
    QCOMPARE(read.count(), 1);
}

void TestBrowsePanel::otherQueues_haveNoStart() {
    BrowsePanel panel(settings_);
    panel.present(QStringLiteral("events"), queueOf(QueueType::Stream), BrowseNotice{}, false);
    panel.startEdit()->setText(QStringLiteral("last"));
    panel.present(QStringLiteral("orders"), queueOf(QueueType::Classic), BrowseNotice{}, false);
    QVERIFY(panel.startEdit()->isHidden());
    QCOMPARE(panel.choice().streamStart.kind, StreamStart::Kind::First);
}

QTEST_MAIN(TestBrowsePanel)
#include "tst_browsepanel.moc"
