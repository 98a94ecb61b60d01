// Changes of entities and rules: allowed, looked at first, on record before and after.
#include "models/connections/entitydesk.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakeentities.h"
#include "tests/support/fakegateway.h"
#include "tests/support/fakeworkspace.h"
#include "tests/support/testpermit.h"

#include <QTest>

using namespace signalbox;

namespace {

const QString audit = QStringLiteral("events/Subscriptions/audit");

template<class T>
Result<T> got(QFuture<Result<T>> future) {
    if (!QTest::qWaitFor([&future] { return future.isFinished() && future.resultCount() > 0; }, 5000))
        return failure(ErrorKind::Internal, QStringLiteral("no answer"));
    return future.result();
}

template<class T>
QString said(const Result<T>& result) {
    return result ? QStringLiteral("fine")
                  : errorWord(result.error().kind) + QStringLiteral(": ") + result.error().summary;
}

} // namespace

class TestEntityDesk : public QObject {
    Q_OBJECT
    std::unique_ptr<FakeGateway> gateway_;
    std::unique_ptr<FakeEntities> entities_;
    std::unique_ptr<FakeAudit> audit_;
    FakeClock clock_;
    std::unique_ptr<EntityDesk> desk_;

    EntityDesk::Scene scene(const WritePermit& permit = TestPermit::make(QStringLiteral("bus"))) const {
        return {gateway_.get(), QStringLiteral("Bus"), permit, QStringLiteral("INC-1")};
    }

private Q_SLOTS:
    void init() {
        entities_ = std::make_unique<FakeEntities>();
        entities_->add(BusEntity::Kind::Queue, QStringLiteral("orders"), 10, 2);
        entities_->add(BusEntity::Kind::Topic, QStringLiteral("events"));
        entities_->add(BusEntity::Kind::Subscription, audit, 5, 1);
        entities_->add(BusEntity::Kind::Subscription, QStringLiteral("events/Subscriptions/mail"), 7, 0);
        entities_->rulesOf[audit] = {sqlRule(QStringLiteral("eu"), QStringLiteral("region = 'EU'"))};
        gateway_ = std::make_unique<FakeGateway>(QStringLiteral("bus"));
        gateway_->entities = entities_.get();
        audit_ = std::make_unique<FakeAudit>();
        desk_ = std::make_unique<EntityDesk>(*audit_, clock_, QStringLiteral("ann@box"));
    }

    void status_isSetAndOnRecord() {
        const auto done =
            got(desk_->setStatus(scene(), QStringLiteral("orders"), BusEntity::Status::ReceiveDisabled));
        QCOMPARE(said(done), QStringLiteral("fine"));
        QVERIFY(done->before.status == BusEntity::Status::Active);
        QVERIFY(done->after.status == BusEntity::Status::ReceiveDisabled);
        QCOMPARE(audit_->lines(), QStringList({QStringLiteral("entity.status.start Bus ok"),
                                               QStringLiteral("entity.status.end Bus ok")}));
        QCOMPARE(audit_->events[0].reason, QStringLiteral("INC-1"));
        QVERIFY(audit_->events[0].detail.contains(QLatin1String(R"("status":"active")")));
        QVERIFY(audit_->events[1].detail.contains(QLatin1String(R"("status":"receive-disabled")")));
    }

    void sameStatus_changesNothing() {
        const auto done = got(desk_->setStatus(scene(), QStringLiteral("orders"), BusEntity::Status::Active));
        QVERIFY(done && done->isNone());
        QVERIFY(entities_->done.isEmpty());
        QVERIFY(audit_->events.empty());
    }

    void permit_hasToHold() {
        const auto ended = TestPermit::make(QStringLiteral("bus"), clock_.now().addSecs(-1));
        const auto other = TestPermit::make(QStringLiteral("other"));
        for (const WritePermit& permit : {ended, other}) {
            const auto refused =
                got(desk_->setStatus(scene(permit), QStringLiteral("orders"), BusEntity::Status::Disabled));
            QVERIFY2(said(refused).startsWith(QLatin1String("not-allowed: ")), qPrintable(said(refused)));
        }
        // It ends while the entity is asked for.
        const auto soon = TestPermit::make(QStringLiteral("bus"), clock_.now().addSecs(1));
        entities_->onAsked = [this] { clock_.advanceSeconds(5); };
        const auto late =
            got(desk_->setStatus(scene(soon), QStringLiteral("orders"), BusEntity::Status::Disabled));
        QVERIFY2(said(late).startsWith(QLatin1String("not-allowed: ")), qPrintable(said(late)));
        QVERIFY(entities_->done.isEmpty());
    }

    void noRecord_noChange() {
        audit_->failure = Error{ErrorKind::Storage, QStringLiteral("The disk is full."), {}};
        const auto refused =
            got(desk_->setStatus(scene(), QStringLiteral("orders"), BusEntity::Status::Disabled));
        QCOMPARE(said(refused), QStringLiteral("storage: The disk is full."));
        QVERIFY(entities_->done.isEmpty());
    }

    void refusal_isOnRecord() {
        entities_->refusal = Error{ErrorKind::Busy, QStringLiteral("Throttled."), {}};
        const auto refused =
            got(desk_->setStatus(scene(), QStringLiteral("orders"), BusEntity::Status::Disabled));
        QCOMPARE(said(refused), QStringLiteral("busy: Throttled."));
        QCOMPARE(audit_->lines().last(), QStringLiteral("entity.status.end Bus Throttled."));
    }

    void loss_countsWhatGoes() {
        const auto queue = got(desk_->loss(*gateway_, QStringLiteral("orders")));
        QVERIFY(queue && queue->messages() == 12 && queue->isWhole());
        const auto topic = got(desk_->loss(*gateway_, QStringLiteral("events")));
        QVERIFY(topic && topic->messages() == 13 && topic->subscriptions.size() == 2 && topic->isWhole());
        entities_->known[2].active = -1;
        const auto unsure = got(desk_->loss(*gateway_, QStringLiteral("events")));
        QVERIFY(unsure && !unsure->isWhole());
        const auto part = got(desk_->loss(*gateway_, audit));
        QVERIFY(part && part->rules.size() == 1);
        QVERIFY(!got(desk_->loss(*gateway_, QStringLiteral("gone"))));
    }

    void deletion_needsNameAndAgreedNumber() {
        const auto loss = got(desk_->loss(*gateway_, QStringLiteral("orders")));
        QVERIFY(loss);
        QVERIFY(said(got(desk_->remove(scene(), *loss, QStringLiteral("Orders"))))
                    .startsWith(QLatin1String("invalid: ")));
        entities_->known[0].active = 11; // one more has come
        QVERIFY(said(got(desk_->remove(scene(), *loss, QStringLiteral("orders"))))
                    .startsWith(QLatin1String("conflict: ")));
        QVERIFY(entities_->done.isEmpty() && audit_->events.empty());
        entities_->known[0].active = 9; // fewer is no more than was agreed
        const auto done = got(desk_->remove(scene(), *loss, QStringLiteral("orders")));
        QCOMPARE(said(done), QStringLiteral("fine"));
        QCOMPARE(done->messages(), qint64{11});
        QCOMPARE(entities_->done, QStringList{QStringLiteral("remove orders")});
        // Enough to make it again.
        QVERIFY(audit_->events[0].detail.contains(QLatin1String(R"("LockDuration":"PT1M")")));
    }

    void deletionOfSubscription_keepsItsRulesOnRecord() {
        const auto loss = got(desk_->loss(*gateway_, audit));
        QVERIFY(loss && got(desk_->remove(scene(), *loss, audit)));
        QVERIFY2(audit_->events[0].detail.contains(QLatin1String("region = 'EU'")),
                 qPrintable(audit_->events[0].detail));
    }

    void rules_areAddedReplacedAndDeleted() {
        const BusRule us = sqlRule(QStringLiteral("us"), QStringLiteral("region = 'US'"));
        QCOMPARE(said(got(desk_->addRule(scene(), audit, us))), QStringLiteral("fine"));
        QVERIFY(said(got(desk_->addRule(scene(), audit, us))).startsWith(QLatin1String("conflict: ")));
        QCOMPARE(said(got(desk_->replaceRule(
                     scene(), audit, sqlRule(QStringLiteral("eu"), QStringLiteral("region = 'DE'"))))),
                 QStringLiteral("fine"));
        QVERIFY(audit_->events[2].detail.contains(QLatin1String("region = 'EU'")));
        QVERIFY(audit_->events[2].detail.contains(QLatin1String("region = 'DE'")));
        QVERIFY(said(got(desk_->replaceRule(scene(), audit,
                                            sqlRule(QStringLiteral("x"), QStringLiteral("a = 1")))))
                    .startsWith(QLatin1String("not-found: ")));
        QCOMPARE(
            said(got(desk_->removeRule(scene(), audit, QStringLiteral("us"), EntityDesk::LastRule::Keep))),
            QStringLiteral("fine"));
        QCOMPARE(entities_->done, QStringList({QStringLiteral("add us"), QStringLiteral("replace eu"),
                                               QStringLiteral("drop us")}));
    }

    void lastRule_isNotDeletedByHabit() {
        const auto kept =
            got(desk_->removeRule(scene(), audit, QStringLiteral("eu"), EntityDesk::LastRule::Keep));
        QVERIFY2(said(kept).contains(QLatin1String("gets no message at all")), qPrintable(said(kept)));
        QVERIFY(entities_->done.isEmpty());
        QVERIFY(got(desk_->removeRule(scene(), audit, QStringLiteral("eu"), EntityDesk::LastRule::MayGo)));
    }

    void queue_hasNoRules() {
        QVERIFY(said(got(desk_->rules(*gateway_, QStringLiteral("orders"))))
                    .startsWith(QLatin1String("invalid: ")));
    }

    void otherBroker_hasNoEntities() {
        gateway_->entities = nullptr;
        QVERIFY(said(got(desk_->entities(*gateway_))).startsWith(QLatin1String("unsupported: ")));
        QVERIFY(said(got(desk_->setStatus(scene(), QStringLiteral("orders"), BusEntity::Status::Disabled)))
                    .startsWith(QLatin1String("unsupported: ")));
    }

    void closedConnection_isSaid() {
        const auto where = scene();
        gateway_.reset();
        QVERIFY(said(got(desk_->setStatus(where, QStringLiteral("orders"), BusEntity::Status::Disabled)))
                    .startsWith(QLatin1String("link-lost: ")));
    }
};

QTEST_GUILESS_MAIN(TestEntityDesk)
#include "tst_entitydesk.moc"
