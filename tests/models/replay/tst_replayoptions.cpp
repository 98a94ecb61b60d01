// What a person chose, as the journal keeps it.
#include "models/replay/replayoptions.h"

#include <QTest>

using namespace signalbox;

class TestReplayOptions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void options_readBackFromJson() {
        ReplayOptions options;
        options.destination = {
            ReplayDestination::Kind::Exchange, QStringLiteral("orders"), QStringLiteral("k\"ü"), {}};
        options.deathHeaders = KeepOrStrip::Keep;
        options.priority = KeepOrStrip::Strip;
        options.userId = KeepOrStrip::Strip;
        options.expiration = KeepOrStrip::Strip;
        options.restoreExpiration = true;
        options.markAttempts = false;
        options.allowRepeat = true;
        options.ratePerSecond = 12.5;
        options.limit = 9'000'000'000'000;
        options.order = QStringLiteral("last_death desc");
        const auto back = replayOptionsFromJson(toJson(options));
        QVERIFY(back.has_value());
        QVERIFY(*back == options);
    }

    void options_refuseUnknownDestination() {
        for (const QByteArray& json : {QByteArray("{\"destination\":{\"kind\":\"moon\"}}"), QByteArray("[]"),
                                       QByteArray(), QByteArray("{"), QByteArray("{\"destination\":7}")})
            QCOMPARE(errorWord(replayOptionsFromJson(json).error().kind), QStringLiteral("corrupt"));
    }
};

QTEST_APPLESS_MAIN(TestReplayOptions)
#include "tst_replayoptions.moc"
