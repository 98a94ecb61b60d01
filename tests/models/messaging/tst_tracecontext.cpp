// The trace that a message belongs to, in the ways that senders note it.
#include "models/messaging/tracecontext.h"

#include <QTest>

using namespace signalbox;

class TestTraceContext : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void trace_isFound_data() {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("text");
        const QByteArray id = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        const QString words = QStringLiteral("4bf92f3577b34da6a3ce929d0e0e4736, span 00f067aa0ba902b7");
        QTest::newRow("Azure") << QByteArray("Diagnostic-Id") << id << words;
        QTest::newRow("W3C") << QByteArray("traceparent") << id << words;
        QTest::newRow("hierarchical")
            << QByteArray("Diagnostic-Id") << QByteArray("|a3f.1.2.") << QStringLiteral("|a3f.1.2.");
        QTest::newRow("empty") << QByteArray("Diagnostic-Id") << QByteArray(" ") << QString();
        QTest::newRow("another header") << QByteArray("id") << id << QString();
    }
    void trace_isFound() {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, value);
        Message message;
        message.properties.headers = HeaderTable{{header, HeaderValue::string(value)}};
        const auto trace = traceOf(message);
        QTEST(trace ? traceText(*trace) : QString(), "text");
    }
};

QTEST_GUILESS_MAIN(TestTraceContext)
#include "tst_tracecontext.moc"
