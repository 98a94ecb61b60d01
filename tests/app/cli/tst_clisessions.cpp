// The commands about sessions, over a broker in memory.
#include "tests/app/cli/cliharness.h"
#include "tests/support/fakesessions.h"

using namespace signalbox;

class TestCliSessions : public QObject {
    Q_OBJECT
    std::unique_ptr<CliHarness> cli_;
    FakeSessions sessions_;

private Q_SLOTS:
    void init() {
        cli_ = std::make_unique<CliHarness>();
        sessions_.asked.clear();
        cli_->addConnection();
        cli_->declareQueue(QStringLiteral("orders"), QueueType::ServiceBus);
        cli_->queues.back().hasSessions = true;
        cli_->declareQueue(QStringLiteral("plain"), QueueType::ServiceBus);
        sessions_.listing = SessionListing{{{QStringLiteral("a"), true, std::nullopt},
                                            {QStringLiteral("b"), true, QByteArray(R"({"step": 3})")},
                                            {QStringLiteral("c"), false, QByteArray("\0\1", 2)}},
                                           true};
        cli_->prepare = [this, before = cli_->prepare](FakeGateway& gateway) {
            before(gateway);
            gateway.directory = &sessions_;
        };
    }
    void cleanup() { cli_.reset(); }

    void list_showsIdsAndStates() {
        const CliResult listed = (*cli_)("sessions list orders");
        QCOMPARE(listed.err, QByteArray());
        QCOMPARE(listed.code, 0);
        QCOMPARE(listed.out, QByteArray("session  messages  state bytes  state\n"
                                        "a        yes       -\n"
                                        "b        yes       11           {\"step\": 3}\n"
                                        "c        none      2            (bytes)\n"));
        QCOMPARE(sessions_.asked, QStringList{QStringLiteral("orders")});
    }

    void list_givesJson() {
        const CliResult listed = (*cli_)("sessions list orders --json");
        QCOMPARE(listed.code, 0);
        const std::vector<QJsonObject> all = listed.objects();
        QCOMPARE(all.size(), std::size_t{3});
        const auto expected = [](const char* id, bool hasMessages, const QJsonValue& size,
                                 const QJsonValue& state, const QJsonValue& text) {
            return QJsonObject{{QStringLiteral("session"), QString::fromLatin1(id)},
                               {QStringLiteral("hasMessages"), hasMessages},
                               {QStringLiteral("stateKnown"), true},
                               {QStringLiteral("stateSize"), size},
                               {QStringLiteral("state"), state},
                               {QStringLiteral("stateText"), text}};
        };
        const QJsonValue none;
        QCOMPARE(all[0], expected("a", true, none, none, none));
        QCOMPARE(all[1], expected("b", true, 11, QStringLiteral("eyJzdGVwIjogM30="),
                                  QStringLiteral("{\"step\": 3}")));
        QCOMPARE(all[2], expected("c", false, 2, QStringLiteral("AAE="), none));
    }

    void list_saysThatThereAreMore() {
        sessions_.listing->isWhole = false;
        const CliResult listed = (*cli_)("sessions list orders --most 3");
        QCOMPARE(listed.code, 1);
        QVERIFY2(listed.err.contains("There are more sessions than these 3"), listed.err.constData());
        QCOMPARE(sessions_.askedMost, 3);
    }

    void list_ofNoneSaysSo() {
        sessions_.listing->sessions.clear();
        const CliResult listed = (*cli_)("sessions list orders");
        QCOMPARE(listed.code, 0);
        QCOMPARE(listed.out, QByteArray("orders has no session with messages or state.\n"));
    }

    void list_refusesWhereThereAreNone() {
        const CliResult plain = (*cli_)("sessions list plain");
        QCOMPARE(plain.code, 2);
        QVERIFY2(plain.err.contains("plain has no sessions"), plain.err.constData());
        QVERIFY(sessions_.asked.isEmpty());
        cli_->prepare = [before = cli_->prepare](FakeGateway& gateway) {
            before(gateway);
            gateway.directory = nullptr;
        };
        const CliResult rabbit = (*cli_)("sessions list orders");
        QVERIFY2(rabbit.code != 0 && rabbit.err.contains("this broker has none"), rabbit.err.constData());
    }

    void errorOfTheService_isTold() {
        sessions_.listing = failure(ErrorKind::NotAllowed, QStringLiteral("No right Listen."));
        const CliResult refused = (*cli_)("sessions list orders");
        QCOMPARE(refused.code, 3);
        QVERIFY2(refused.err.contains("No right Listen."), refused.err.constData());
    }

    void show_givesTheStateAsTextOrBytes() {
        const CliResult text = (*cli_)("sessions show orders b");
        QCOMPARE(text.code, 0);
        QCOMPARE(text.out, QByteArray("Session b of orders\n"
                                      "Messages wait in it.\n"
                                      "\n"
                                      "State, 11 bytes\n"
                                      "{\"step\": 3}\n"));
        const CliResult bytes = (*cli_)("sessions show orders c");
        QVERIFY2(bytes.out.contains("00000000  00 01"), bytes.out.constData());
        const CliResult raw = (*cli_)("sessions show orders c --state");
        QCOMPARE(raw.out, QByteArray("\0\1", 2));
        const CliResult none = (*cli_)("sessions show orders a");
        QVERIFY2(none.out.endsWith("It has no state.\n"), none.out.constData());
    }

    void stateThatIsNotTold_isNotSaidToBeNone() {
        sessions_.listing->sessions = {{QStringLiteral("a"), false, std::nullopt, false}};
        const CliResult listed = (*cli_)("sessions list orders");
        QVERIFY2(listed.out.contains("a        none      ?"), listed.out.constData());
        const CliResult shown = (*cli_)("sessions show orders a");
        QCOMPARE(shown.code, 0);
        QVERIFY2(shown.out.contains("Its state is not told"), shown.out.constData());
    }

    void show_ofAnUnknownOneSaysSo() {
        const CliResult unknown = (*cli_)("sessions show orders x");
        QCOMPARE(unknown.code, 1);
        QVERIFY2(unknown.err.contains("orders has no session x"), unknown.err.constData());
        const CliResult noState = (*cli_)("sessions show orders a --state");
        QVERIFY2(noState.code != 0 && noState.err.contains("has no state"), noState.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestCliSessions)
#include "tst_clisessions.moc"
