// What a person is told, and what a run makes of it, when the broker ends a channel or a connection.
#include "app/rabbitmq/amqperrors.h"

#include <QTest>
#include <amqp_framing.h>

using namespace signalbox;

class TestAmqpErrors : public QObject {
    Q_OBJECT
    static Error closed(int code, const QString& text) {
        return rabbitmq::closeError({QStringLiteral("read the queue orders.dead"), QStringLiteral("operator"),
                                     QStringLiteral("/sales"), QStringLiteral("broker:5672")},
                                    code, text);
    }

private Q_SLOTS:
    // The kind decides whether a run waits and goes on (Lost) or ends.
    void closeError_saysWhatToDo_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("text");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("says");
        QTest::newRow("held longer than the consumer time-out")
            << AMQP_PRECONDITION_FAILED
            << QStringLiteral(
                   "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout "
                   "value used: 1800000 ms. This timeout value can be configured, see consumers "
                   "doc guide to learn more")
            << ErrorKind::Lost << QStringLiteral("held longer than its consumer time-out");
        QTest::newRow("another 406")
            << AMQP_PRECONDITION_FAILED << QStringLiteral("PRECONDITION_FAILED - unknown delivery tag 7")
            << ErrorKind::Invalid
            << QStringLiteral("Could not read the queue orders.dead: the broker found it invalid");
        QTest::newRow("a right that is missing")
            << AMQP_ACCESS_REFUSED
            << QStringLiteral("ACCESS_REFUSED - read access to queue 'orders.dead' in vhost '/sales' refused "
                              "for user 'operator'")
            << ErrorKind::NotAllowed
            << QStringLiteral("the user operator lacks the \"read\" permission on the queue orders.dead in "
                              "the virtual host /sales");
        QTest::newRow("the default exchange")
            << AMQP_ACCESS_REFUSED << QStringLiteral("access to exchange '' in vhost '/sales' refused")
            << ErrorKind::NotAllowed << QStringLiteral("\"write\" permission on the exchange (default)");
        QTest::newRow("somebody has it alone")
            << AMQP_ACCESS_REFUSED
            << QStringLiteral("ACCESS_REFUSED - queue 'orders.dead' in vhost '/sales' in exclusive use")
            << ErrorKind::Conflict << QStringLiteral("Stop that consumer first");
        QTest::newRow("gone") << AMQP_NOT_FOUND << QStringLiteral("NOT_FOUND - no queue 'orders.dead'")
                              << ErrorKind::NotFound << QStringLiteral("does not exist in the virtual host");
        QTest::newRow("the broker goes down")
            << AMQP_CONNECTION_FORCED
            << QStringLiteral("CONNECTION_FORCED - broker forced connection closure") << ErrorKind::Lost
            << QStringLiteral("The broker ended the link");
    }
    void closeError_saysWhatToDo() {
        QFETCH(int, code);
        QFETCH(QString, text);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, says);
        const Error error = closed(code, text);
        QCOMPARE(static_cast<int>(error.kind), static_cast<int>(kind));
        QVERIFY2(error.summary.contains(says), qPrintable(error.summary));
        QVERIFY2(error.detail.contains(text), "the broker's own words are kept");
        QVERIFY(error.detail.contains(QString::number(code)));
        QVERIFY(error.detail.contains(QStringLiteral("broker:5672")));
    }
};

QTEST_GUILESS_MAIN(TestAmqpErrors)
#include "tst_amqperrors.moc"
