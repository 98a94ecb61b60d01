// What is asked before a queue is read.
#include "views/deadletters/browsepanel.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
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
