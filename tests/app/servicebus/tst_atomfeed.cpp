// The management API's XML: lists, one entity, what goes back, and broken or hostile answers.
#include "app/servicebus/atomfeed.h"

#include <QTest>

#include <random>

using namespace signalbox;
using namespace signalbox::servicebus;

namespace {

const QByteArray queue =
    R"(<QueueDescription xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">)"
    R"(<LockDuration>PT1M</LockDuration><MaxDeliveryCount>10</MaxDeliveryCount><MessageCount>7</MessageCount>)"
    R"(<Status>Active</Status><CountDetails xmlns:d2p1="http://schemas.microsoft.com/netservices/2011/06/servicebus">)"
    R"(<d2p1:ActiveMessageCount>4</d2p1:ActiveMessageCount><d2p1:DeadLetterMessageCount>3</d2p1:DeadLetterMessageCount>)"
    R"(<d2p1:ScheduledMessageCount>many</d2p1:ScheduledMessageCount></CountDetails>)"
    R"(<FutureField xmlns:d="urn:d" i:type="d:odd">x &amp; y</FutureField></QueueDescription>)";

QByteArray entry(const QByteArray& title, const QByteArray& id, const QByteArray& description = queue) {
    return "<entry xmlns=\"http://www.w3.org/2005/Atom\"><id>" + id + "</id><title type=\"text\">" + title +
           "</title><updated>2026-11-26T18:00:00Z</updated><content type=\"application/xml\">" + description +
           "</content></entry>";
}

QByteArray feed(const QByteArray& inside) {
    return "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Queues</title>" +
           inside + "</feed>";
}

QStringList fields(const XmlNode& description) {
    QStringList names;
    for (const XmlNode& field : description.children)
        names << field.name;
    return names;
}

template<class T>
QString said(const Result<T>& result) {
    return result ? QStringLiteral("fine")
                  : errorWord(result.error().kind) + QStringLiteral(": ") + result.error().summary +
                        result.error().detail;
}

} // namespace

class TestAtomFeed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void feed_listsEntities() {
        const auto page =
            readFeed(feed(entry("orders", "https://ns.servicebus.windows.net/orders?api-version=2021-05") +
                          entry("eu", "https://ns.servicebus.windows.net/events/Subscriptions/e%20u") +
                          "<link rel=\"next\" href=\"x\"/>"));
        QVERIFY2(page, qPrintable(said(page)));
        QCOMPARE(page->entries.size(), std::size_t(2));
        QVERIFY(page->hasMore);
        QCOMPARE(page->entries[0].name, QStringLiteral("orders"));
        QCOMPARE(page->entries[0].path, QStringLiteral("orders"));
        QCOMPARE(page->entries[1].path, QStringLiteral("events/Subscriptions/e u"));
        QVERIFY(page->entries[0].updated.isValid());
        QCOMPARE(page->entries[0].description.childText(QStringLiteral("MaxDeliveryCount")),
                 QStringLiteral("10"));
        const auto last = readFeed(feed({}));
        QVERIFY(last && last->entries.empty() && !last->hasMore);
    }

    void counts_areMatchedByName() {
        const auto one = readEntry(entry("orders", {}), QStringLiteral("queue orders"));
        const MessageCounts counts = countsOf(one->description);
        QCOMPARE(counts.active, 4);
        QCOMPARE(counts.deadLetters, 3);
        QCOMPARE(counts.scheduled, -1); // no number
        QCOMPARE(counts.transfer, -1);  // not told
    }

    void missingEntity_isAnEmptyList() {
        QCOMPARE(said(readEntry(feed({}), QStringLiteral("queue gone"))),
                 QStringLiteral("not-found: There is no queue gone in the namespace."));
    }

    // The service ignores a field that stands at the wrong place, without a word.
    void written_keepsOrderAndUnknownFields() {
        auto one = readEntry(entry("orders", {}), QStringLiteral("queue"));
        setField(one->description, QStringLiteral("Status"), QStringLiteral("Disabled"));
        setField(one->description, QStringLiteral("RequiresSession"), QStringLiteral("true"));
        setField(one->description, QStringLiteral("ForwardTo"), QStringLiteral("sb://ns/a<b"));
        const auto again =
            readEntry(writeEntry(one->description).replace("<content", "<title>orders</title><content"),
                      QStringLiteral("queue"));
        QVERIFY2(again, qPrintable(said(again)));
        QCOMPARE(
            fields(again->description).join(QLatin1Char(' ')),
            QStringLiteral("LockDuration RequiresSession MaxDeliveryCount Status ForwardTo FutureField"));
        QCOMPARE(again->description.childText(QStringLiteral("Status")), QStringLiteral("Disabled"));
        QCOMPARE(again->description.childText(QStringLiteral("ForwardTo")), QStringLiteral("sb://ns/a<b"));
        QCOMPARE(*again->description.child(QStringLiteral("FutureField")),
                 *one->description.child(QStringLiteral("FutureField"))); // attributes too
        QCOMPARE(again->description.space, one->description.space);
    }

    void durations_areRead_data() {
        QTest::addColumn<qint64>("ms");
        const auto row = [](const char* text, qint64 ms) { QTest::newRow(text) << ms; };
        row("PT1M", 60000);
        row("P14D", 14LL * 86400000);
        row("P1DT2H3M4.5S", 86400000 + 7200000 + 180000 + 4500);
        row("PT0.25S", 250);
        row("P10675199DT2H48M5.4775807S", -1);
        row("P", -1);
        row("PT", -1);
        row("soon", -1);
        row("P99999999999D", -1);
    }
    void durations_areRead() {
        QFETCH(qint64, ms);
        QCOMPARE(durationMs(QString::fromUtf8(QTest::currentDataTag())).value_or(-1), ms);
    }

    void brokenAnswers_areRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const QByteArray& bytes, const char* words) {
            QTest::newRow(name) << bytes << QString::fromLatin1(words);
        };
        row("nothing", "", "not valid XML");
        row("text", "503 Service Unavailable", "not valid XML");
        row("cut", feed(entry("a", {})).chopped(20), "not valid XML");
        row("page", "<html><body/></html>", "it is <html>, not a list");
        row("no content", feed("<entry><title>a</title></entry>"), "no description");
        row("no title", feed(entry({}, {})), "no title");
        row("entities", "<!DOCTYPE a [<!ENTITY b \"bbbb\">]>" + feed({}), "document types");
        row("deep", QByteArray("<a>").repeated(100000), "nested too deep");
        row("two roots", feed({}) + feed({}), "not valid XML");
        row("no UTF-8", feed("<a>\xff\xfe</a>"), "not valid XML");
    }
    void brokenAnswers_areRefused() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, words);
        const QString problem = said(readFeed(bytes));
        QVERIFY2(problem.startsWith(QLatin1String("corrupt: ")) && problem.contains(words),
                 qPrintable(problem));
    }

    // A list with its bytes changed by chance is read or refused, never more.
    void changedBytes_neverCrash() {
        const QByteArray whole = feed(entry("orders", "https://ns/orders"));
        std::mt19937 random(20261126);
        int refused = 0;
        for (int i = 0; i < 5000; ++i) {
            QByteArray bytes = whole;
            for (unsigned n = 1 + random() % 4; n > 0; --n)
                bytes[static_cast<qsizetype>(random() % static_cast<unsigned>(bytes.size()))] =
                    static_cast<char>(random());
            refused += readFeed(bytes) ? 0 : 1;
        }
        QVERIFY(refused > 500);
    }
};

QTEST_GUILESS_MAIN(TestAtomFeed)
#include "tst_atomfeed.moc"
