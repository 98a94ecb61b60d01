// Exception dumps, times, addresses and type names as frameworks write them.
#include "models/messaging/failuretext.h"

#include <QTest>

using namespace signalbox;

class TestFailureText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void exception_data() {
        QTest::addColumn<QString>("dump");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, const char* dump, const char* type, const char* text) {
            QTest::newRow(name) << QString::fromUtf8(dump) << QString::fromUtf8(type)
                                << QString::fromUtf8(text);
        };
        row("empty", "", "", "");
        row(".NET", "System.TimeoutException: The bank is silent.\r\n   at Bank.Pay()",
            "System.TimeoutException", "The bank is silent.");
        row(".NET without text", "System.TimeoutException\n   at Bank.Pay()", "System.TimeoutException", "");
        row("Java", "java.lang.IllegalStateException: closed\n\tat a.B.c(B.java:1)",
            "java.lang.IllegalStateException", "closed");
        row("Java without text", "java.lang.NullPointerException\n\tat a.B.c(B.java:1)",
            "java.lang.NullPointerException", "");
        row("cause", "a.WrapException: outer\n\tat x\nCaused by: b.RealException: inner\n\tat y",
            "b.RealException", "inner");
        row("cause without text", "a.WrapException: outer\n\tat x\nCaused by: java.io.EOFException\n\tat y",
            "java.io.EOFException", "");
        row("first of two causes",
            "a.E1Exception: 1\nCaused by: b.E2Exception: 2\nCaused by: c.E3Exception: 3", "b.E2Exception",
            "2");
        row("nested class", "Shop.Order+ClosedException: no", "Shop.Order+ClosedException", "no");
        row("generic class", "Shop.Fault`1Exception: no", "Shop.Fault`1Exception", "no");
        row("inner class of Java", "a.B$CException: no", "a.B$CException", "no");
        row("Python", "ValueError: not a number", "ValueError", "not a number");
        row("after words", "2 unhandled exceptions: 05/04/2024 10:20:30 +00:00: System.Exception: x\n",
            "System.Exception", "x");
        row("text with colons", "System.Exception: a: b: c", "System.Exception", "a: b: c");
        row("plain sentence", "The Error was found: nothing works", "", "");
        row("no type", "something broke", "", "");
    }
    void exception() {
        QFETCH(QString, dump);
        const ExceptionWords words = exceptionWords(dump);
        QTEST(words.type, "type");
        QTEST(words.text, "text");
    }

    void time_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected"); // empty = no time
        const auto row = [](const char* text, const char* expected) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(expected);
        };
        row("2024-05-04T10:20:30Z", "2024-05-04T10:20:30.000Z");
        row("2024-05-04T10:20:30", "2024-05-04T10:20:30.000Z");
        row("2024-05-04T10:20:30.1Z", "2024-05-04T10:20:30.100Z");
        row("2024-05-04T10:20:30.1234567Z", "2024-05-04T10:20:30.123Z");
        row("2024-05-04T10:20:30.9999999Z", "2024-05-04T10:20:30.999Z");
        row("2024-05-04 10:20:30:123456 Z", "2024-05-04T10:20:30.123Z");
        row("2024-05-04T10:20:30+02:00", "2024-05-04T08:20:30.000Z");
        row("2024-05-04T10:20:30.5-0530", "2024-05-04T15:50:30.500Z");
        row(" 2024-05-04T10:20:30Z ", "2024-05-04T10:20:30.000Z");
        row("2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000Z");
        row("", "");
        row("yesterday", "");
        row("2023-02-29T10:20:30Z", "");
        row("2024-05-04T24:00:00Z", "");
        row("2024-05-04T10:20:61Z", "");
        row("2024-05-04T10:20", "");
        row("2024-05-04T10:20:30X", "");
        row("2024-05-04T10:20:30+2", "");
        row("2024-05-04T10:20:30+99:00", "");
        row("2024-05-04T10:20:30Zjunk", "");
        row("2024-٠٥-04T10:20:30Z", "");
        row("-024-05-04T10:20:30Z", "");
    }
    void time() {
        QFETCH(QString, text);
        const QDateTime time = failureTime(text);
        QTEST(time.isValid() ? time.toString(Qt::ISODateWithMs) : QString(), "expected");
    }

    void address_data() {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("queue");
        const auto row = [](const char* address, const char* queue) {
            QTest::newRow(address) << QString::fromUtf8(address) << QString::fromUtf8(queue);
        };
        row("", "");
        row("orders", "orders");
        row("orders?x", "orders?x");
        row("a/b", "a/b");
        row("rabbitmq://host/orders", "orders");
        row("rabbitmq://host:5672/prod/orders?durable=true&x=/y", "orders");
        row("amqps://host/vh/a%20b%2Fc", "a b/c");
        row("rabbitmq://host/", "");
    }
    void address() {
        QFETCH(QString, address);
        QTEST(queueOfAddress(address), "queue");
    }

    void typeName_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("plain");
        const auto row = [](const char* name, const char* plain) {
            QTest::newRow(name) << QString::fromUtf8(name) << QString::fromUtf8(plain);
        };
        row("", "");
        row("Shop.OrderPlaced", "Shop.OrderPlaced");
        row("Shop.OrderPlaced, Shop", "Shop.OrderPlaced");
        row("Shop.OrderPlaced, Shop, Version=1.0;Shop.IEvent, Shop", "Shop.OrderPlaced");
        row("Shop.Batch`1[[Shop.Order, Shop]], Shop", "Shop.Batch`1[[Shop.Order, Shop]]");
        row("]],x", "]]");
    }
    void typeName() {
        QFETCH(QString, name);
        QTEST(plainTypeName(name), "plain");
    }
};

QTEST_GUILESS_MAIN(TestFailureText)
#include "tst_failuretext.moc"
