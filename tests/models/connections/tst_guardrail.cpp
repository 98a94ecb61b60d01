#include "models/connections/guardrail.h"

#include <QTest>

using namespace signalbox;

class TestGuardRail : public QObject {
    Q_OBJECT

    const QDateTime now_{QDate(2024, 3, 1), QTime(12, 0), Qt::UTC};
    ConnectionProfile profile(Environment environment) const {
        ConnectionProfile made;
        made.id = QStringLiteral("c1");
        made.name = QStringLiteral("payroll");
        made.environment = environment;
        return made;
    }

private Q_SLOTS:
    void permit_outsideProductionNeedsNothing() {
        for (const Environment one : {Environment::Development, Environment::Test}) {
            const auto permit = GuardRail::permit(profile(one), nullptr, now_);
            QVERIFY(permit);
            QCOMPARE(permit->connectionId(), QStringLiteral("c1"));
            QVERIFY(!permit->expires().isValid());
        }
    }

    void permit_productionIsReadOnlyUntilElevated() {
        const ConnectionProfile production = profile(Environment::Production);
        const auto refused = GuardRail::permit(production, nullptr, now_);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::NotAllowed);
        QVERIFY(refused.error().summary.contains(QStringLiteral("payroll")));

        const auto elevation = GuardRail::elevate(production, QStringLiteral("ann@box"),
                                                  QStringLiteral("ticket 4711"), 15, now_);
        QVERIFY(elevation);
        QCOMPARE(elevation->until, now_.addSecs(15 * 60));
        const auto permit = GuardRail::permit(production, &*elevation, now_);
        QVERIFY(permit);
        QCOMPARE(permit->reason(), QStringLiteral("ticket 4711"));
        QCOMPARE(permit->expires(), elevation->until);
    }

    void permit_endsOnTheSecond() {
        const ConnectionProfile production = profile(Environment::Production);
        const auto elevation =
            GuardRail::elevate(production, QStringLiteral("ann"), QStringLiteral("because"), 1, now_);
        QVERIFY(elevation);
        QVERIFY(GuardRail::permit(production, &*elevation, now_.addSecs(59)));
        QVERIFY(!GuardRail::permit(production, &*elevation, now_.addSecs(60)));
    }

    void permit_ignoresElevationOfAnotherConnection() {
        Elevation other{QStringLiteral("c2"), QStringLiteral("ann"), QStringLiteral("because"),
                        now_.addSecs(60)};
        QVERIFY(!GuardRail::permit(profile(Environment::Production), &other, now_));
        other.connectionId = QStringLiteral("c1");
        other.until = {};
        QVERIFY(!GuardRail::permit(profile(Environment::Production), &other, now_));
    }

    void elevate_refusesPoorInput_data() {
        QTest::addColumn<QString>("reason");
        QTest::addColumn<int>("minutes");
        QTest::newRow("empty") << QString() << 15;
        QTest::newRow("blanks") << QStringLiteral("            ") << 15;
        QTest::newRow("dots") << QStringLiteral("..........") << 15;
        QTest::newRow("four letters") << QStringLiteral("a b c d") << 15;
        QTest::newRow("too long") << QString(501, QLatin1Char('x')) << 15;
        QTest::newRow("no time") << QStringLiteral("because") << 0;
        QTest::newRow("negative time") << QStringLiteral("because") << -5;
        QTest::newRow("too much time") << QStringLiteral("because") << 121;
    }
    void elevate_refusesPoorInput() {
        QFETCH(QString, reason);
        QFETCH(int, minutes);
        const auto result = GuardRail::elevate(profile(Environment::Production), QStringLiteral("ann"),
                                               reason, minutes, now_);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Invalid);
    }

    void elevate_tidiesTheReasonAndTakesTheLimit() {
        const auto result = GuardRail::elevate(profile(Environment::Production), QStringLiteral("ann"),
                                               QStringLiteral("  stuck\n orders "), 120, now_);
        QVERIFY(result);
        QCOMPARE(result->reason, QStringLiteral("stuck orders"));
        QCOMPARE(result->actor, QStringLiteral("ann"));
    }

    void confirmPurge_wantsTheNameLetterForLetter() {
        const QString queue = QStringLiteral("Orders.dead");
        QVERIFY(GuardRail::confirmPurge(queue, queue));
        for (const QString& typed : {QString(), QStringLiteral("orders.dead"), QStringLiteral("Orders.dead "),
                                     QStringLiteral("Orders.dea"), QStringLiteral("Orders.deads")}) {
            const auto result = GuardRail::confirmPurge(queue, typed);
            QVERIFY2(!result, qPrintable(typed));
            QCOMPARE(result.error().kind, ErrorKind::Invalid);
        }
        QVERIFY(!GuardRail::confirmPurge({}, {}));
    }
};

QTEST_GUILESS_MAIN(TestGuardRail)
#include "tst_guardrail.moc"
