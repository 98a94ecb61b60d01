// The examples of docs/formats.md are what the program writes and reads.
#include "models/messaging/conventions.h"
#include "models/messaging/messagecodec.h"

#include <QFile>
#include <QTest>

using namespace signalbox;

class TestFormatsDoc : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void message_isWrittenAsDocumented();
    void headers_areWrittenAsDocumented();
    void conventions_areReadAsDocumented();
    void base64_withoutPadding_isRead();

private:
    QList<QByteArray> examples_;
};

void TestFormatsDoc::initTestCase() {
    QFile file(QStringLiteral(SIGNALBOX_SOURCE_DIR "/docs/formats.md"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    const QByteArray opening("```json\n");
    for (qsizetype at = text.indexOf(opening); at >= 0; at = text.indexOf(opening, at)) {
        at += opening.size();
        examples_ << text.mid(at, text.indexOf("\n```", at) - at);
    }
    QCOMPARE(examples_.size(), 3);
}

void TestFormatsDoc::message_isWrittenAsDocumented() {
    const auto message = fromJsonLine(examples_[0]);
    QVERIFY2(message, qPrintable(message ? QString() : message.error().summary));
    QCOMPARE(toJsonLine(*message), examples_[0]);
}

void TestFormatsDoc::headers_areWrittenAsDocumented() {
    const auto headers = headersFromJson(examples_[1]);
    QVERIFY2(headers, qPrintable(headers ? QString() : headers.error().summary));
    QCOMPARE(headersToJson(*headers), examples_[1]);
}

void TestFormatsDoc::conventions_areReadAsDocumented() {
    const auto conventions = parseConventions(examples_[2]);
    QVERIFY2(conventions, qPrintable(conventions ? QString() : conventions.error().summary));
    QCOMPARE(conventionOf(QStringLiteral("ours.failed.billing"), *conventions), QStringLiteral("Ours"));
}

void TestFormatsDoc::base64_withoutPadding_isRead() {
    for (const char* text : {"/w==", "/w"}) {
        const auto message = fromJsonLine(R"({"exchange":"","routingKey":"","body":{"base64":")" +
                                          QByteArray(text) + R"("}})");
        QVERIFY(message);
        QCOMPARE(message->body, QByteArray("\xFF"));
    }
}

QTEST_GUILESS_MAIN(TestFormatsDoc)
#include "tst_formatsdoc.moc"
