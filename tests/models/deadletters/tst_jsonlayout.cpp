// JSON with and without blanks: only blanks between the parts come and go.
#include "models/deadletters/jsonlayout.h"

#include <QJsonDocument>
#include <QTest>

using namespace signalbox;

class TestJsonLayout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void layout_aMemberALine() {
        QCOMPARE(laidOutJson(QStringLiteral("{\"id\":1,\"lines\":[{\"sku\":\"a b\"},{}],\"none\":[]}")),
                 QStringLiteral("{\n  \"id\": 1,\n  \"lines\": [\n    {\n      \"sku\": \"a b\"\n    },\n"
                                "    {}\n  ],\n  \"none\": []\n}"));
    }

    void parts_stayLetterForLetter_data() {
        QTest::addColumn<QString>("compact");
        const char* texts[] = {"{\"big\":12345678901234567890123,\"tiny\":1.0e-400,\"zero\":-0.0}",
                               "[\"a\\\"b\",\"c\\\\\",\"{[,:]}\",\"\\u00e9 \\n \\t\"]",
                               "{\"a\":1,\"a\":2}",
                               "\"only a string\"",
                               "12",
                               "{}",
                               "[[],[[]],{\"\":{}}]"};
        for (const char* text : texts)
            QTest::newRow(text) << QString::fromUtf8(text);
        QTest::newRow("letters") << QStringLiteral("{\"\u00fc\":\"\u00a0 \U0001F600\"}");
    }

    void parts_stayLetterForLetter() {
        QFETCH(QString, compact);
        const QString laidOut = laidOutJson(compact);
        QCOMPARE(compactJson(laidOut), compact);
        QCOMPARE(laidOutJson(laidOut), laidOut);
        QCOMPARE(QJsonDocument::fromJson(laidOut.toUtf8()), QJsonDocument::fromJson(compact.toUtf8()));
    }

    void blanks_inStringsStay() {
        QCOMPARE(compactJson(QStringLiteral("{ \"a b\" :\t\" c\\\" d \"\r\n}")),
                 QStringLiteral("{\"a b\":\" c\\\" d \"}"));
    }

    // A text that nests as deep as its length must not become its square.
    void deepNesting_staysSmall() {
        constexpr int depth = 10000;
        const QString nested = QString(depth, QLatin1Char('[')) + QString(depth, QLatin1Char(']'));
        const QString laidOut = laidOutJson(nested);
        QVERIFY2(laidOut.size() < nested.size() * 130, qPrintable(QString::number(laidOut.size())));
        QCOMPARE(compactJson(laidOut), nested);
    }

    void brokenText_isNoCrash() {
        for (const char* text : {"", "\"", "\"\\", "}}]]", "{[", ",:,"})
            QCOMPARE(compactJson(laidOutJson(QString::fromUtf8(text))), QString::fromUtf8(text));
    }
};

QTEST_GUILESS_MAIN(TestJsonLayout)
#include "tst_jsonlayout.moc"
