// Where the reading of a stream begins, as people type it.
#include "models/deadletters/streamstart.h"

#include <QTest>

using namespace signalbox;

namespace {
const QDateTime now = QDateTime::fromString(QStringLiteral("2026-11-23T10:00:01Z"), Qt::ISODate);
}

class TestStreamStart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void text_isRead_data();
    void text_isRead();
    void nonsense_isRefusedWithTheForms_data();
    void nonsense_isRefusedWithTheForms();
    void sequenceNumber_isToldAsOne() {
        const auto start = streamStartFromText(QStringLiteral("sequence:9007199254740993"), now);
        QVERIFY(start);
        QCOMPARE(streamStartText(*start, true), QStringLiteral("sequence number 9007199254740993"));
    }
    void timeAhead_isRefused() {
        const auto start = streamStartFromText(QStringLiteral("time:2026-11-23T10:00:02Z"), now);
        QVERIFY(!start);
        QVERIFY2(start.error().summary.contains(QLatin1String("lies ahead")),
                 qPrintable(start.error().summary));
    }
};

void TestStreamStart::text_isRead_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("words");
    QTest::newRow("first") << QStringLiteral(" First ") << QString();
    QTest::newRow("last") << QStringLiteral("last") << QStringLiteral("the last chunk");
    QTest::newRow("offset") << QStringLiteral("offset:9007199254740993")
                            << QStringLiteral("offset 9007199254740993");
    QTest::newRow("time") << QStringLiteral("time:2026-11-23T10:00:00Z")
                          << QStringLiteral("2026-11-23 10:00:00 UTC");
    QTest::newRow("time without zone")
        << QStringLiteral("time:2026-11-23T10:00:00") << QStringLiteral("2026-11-23 10:00:00 UTC");
    QTest::newRow("time elsewhere") << QStringLiteral("time:2026-11-23T12:00:00+02:00")
                                    << QStringLiteral("2026-11-23 10:00:00 UTC");
}

void TestStreamStart::text_isRead() {
    QFETCH(QString, typed);
    QFETCH(QString, words);
    const auto start = streamStartFromText(typed, now);
    QVERIFY2(start.has_value(), start ? "" : qPrintable(start.error().summary));
    QCOMPARE(streamStartText(*start), words);
}

void TestStreamStart::nonsense_isRefusedWithTheForms_data() {
    QTest::addColumn<QString>("typed");
    for (const char* typed : {"", "middle", "offset:", "offset:-1", "offset:99999999999999999999",
                              "offset:1x", "time:", "time:yesterday"})
        QTest::newRow(typed) << QString::fromLatin1(typed);
}

void TestStreamStart::nonsense_isRefusedWithTheForms() {
    QFETCH(QString, typed);
    const auto start = streamStartFromText(typed, now);
    QVERIFY(!start.has_value());
    QCOMPARE(start.error().kind, ErrorKind::Invalid);
    QVERIFY(start.error().summary.contains(QLatin1String("offset:1200")));
}

QTEST_GUILESS_MAIN(TestStreamStart)
#include "tst_streamstart.moc"
