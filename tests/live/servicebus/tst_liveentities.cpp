// Entities and rules changed over the peer's management API, judged by what the peer then holds and does.
#include "app/servicebus/atomadmin.h"
#include "app/servicebus/servicebusgateway.h"
#include "models/messaging/ruledraft.h"
#include "tests/live/servicebus/letter.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::live;
using namespace signalbox::servicebus;
using Status = BusEntity::Status;

namespace {

constexpr const char* shop = R"({
    "keys": [{"name": "RootManageSharedAccessKey", "key": "SAS_KEY_VALUE"},
             {"name": "listener", "key": "listens", "rights": ["Listen"]}],
    "queues": [{"name": "orders", "maxDeliveryCount": 7, "lockMs": 30000, "timeToLiveMs": 86400000,
                "detectsDuplicates": true, "duplicateWindowMs": 3600000, "userMetadata": "<a & b>"},
               {"name": "archive"}, {"name": "dead"},
               {"name": "chain", "forwardTo": "archive", "forwardDeadLettersTo": "dead"}],
    "topics": [{"name": "events", "subscriptions": [
        {"name": "audit", "maxDeliveryCount": 3, "rules": [{"name": "eu", "sql": "region = 'EU'"}]},
        {"name": "mail"}]}]})";

template<class T>
Result<T> got(QFuture<Result<T>> future) {
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, 30000) || future.resultCount() == 0)
        return failure(ErrorKind::Internal, QStringLiteral("no answer"));
    return future.result();
}

template<class T>
QString said(const Result<T>& result) {
    return result ? QStringLiteral("fine")
                  : errorWord(result.error().kind) + QStringLiteral(": ") + result.error().summary;
}

BusRule rule(const QString& name, BusRule::Kind kind, const QString& sql, const QStringList& conditions = {},
             const QString& action = {}) {
    RuleDraft draft;
    draft.name = name;
    draft.kind = kind;
    draft.sql = sql;
    draft.conditions = conditions;
    draft.action = action;
    return checkedRule(draft)->rule;
}

} // namespace

class TestLiveEntities : public QObject {
    Q_OBJECT
    std::unique_ptr<sbpeer::Peer> peer_;
    std::unique_ptr<NamespaceAdmin> admin_;
    std::unique_ptr<AtomAdmin> entities_;
    const QString audit_ = QStringLiteral("events/Subscriptions/audit");

    NamespaceAccess access(const QString& user, const QByteArray& key) const {
        ConnectionProfile profile;
        profile.technology = technology::serviceBus;
        profile.user = user;
        profile.port = peer_->ports().amqp;
        return accessOf(profile, Secret(key));
    }
    void connectAs(const QString& user, const QByteArray& key) {
        entities_.reset();
        admin_ =
            std::make_unique<NamespaceAdmin>(QStringLiteral("http://localhost:%1").arg(peer_->ports().http),
                                             access(user, key), http::Patience{4, 20, 2000, 4000});
        entities_ = std::make_unique<AtomAdmin>(*admin_, QStringLiteral("localhost"));
    }
    void throttle(int count, int status = 429, int seconds = -1) {
        sbpeer::Faults faults;
        faults.throttleHttp = count;
        faults.throttleHttpStatus = status;
        faults.throttleHttpSeconds = seconds;
        peer_->setFaults(faults);
    }
    // What the peer holds of an entity; the answer is valid on its thread only.
    sbpeer::EntitySettings settings(const QByteArray& path) {
        sbpeer::EntitySettings copy;
        peer_->run([&](sbpeer::Host& host) {
            if (const sbpeer::Entity* entity = host.broker().find(path))
                copy = entity->settings;
        });
        return copy;
    }
    QStringList ruleNames() { return namesIn(got(entities_->rules(audit_))); }
    static QStringList namesIn(const Result<std::vector<BusRule>>& rules) {
        QStringList names;
        for (const BusRule& each : rules ? *rules : std::vector<BusRule>())
            names << each.name + QStringLiteral(": ") + conditionText(each) +
                         (each.hasAction ? QStringLiteral(" -> ") + each.action : QString());
        return names;
    }

private Q_SLOTS:
    void init() {
        peer_ = std::make_unique<sbpeer::Peer>();
        const auto started = peer_->start(shop);
        QVERIFY2(started, started ? "" : started.error().description.constData());
        connectAs(QStringLiteral("RootManageSharedAccessKey"), "SAS_KEY_VALUE");
    }
    void cleanup() {
        entities_.reset();
        admin_.reset();
        peer_.reset();
    }

    void throttled_isWaitedFor() {
        throttle(2);
        QCOMPARE(said(got(admin_->info())), QStringLiteral("fine"));
        throttle(2, 503);
        QCOMPARE(said(got(entities_->entities())), QStringLiteral("fine"));
        throttle(3, 429, 0);
        QCOMPARE(said(got(entities_->setStatus(QStringLiteral("orders"), Status::Disabled))),
                 QStringLiteral("fine"));
        QVERIFY(settings("orders").status == sbpeer::EntityStatus::Disabled);
        throttle(1, 429, 1);
        QCOMPARE(said(got(entities_->remove(QStringLiteral("mail-not-there")))).left(9),
                 QStringLiteral("not-found"));
    }

    void throttledForLong_isSaid() {
        throttle(1000);
        const QString words = said(got(entities_->entity(QStringLiteral("orders"))));
        QVERIFY2(words.startsWith(QLatin1String("busy: ")), qPrintable(words));
        QCOMPARE(peer_->faults().throttleHttp, 1000 - 4);
        throttle(1000, 429, 300);
        QVERIFY(said(got(entities_->remove(QStringLiteral("orders"))))
                    .contains(QLatin1String("Retry-After: 300")));
        QCOMPARE(peer_->faults().throttleHttp, 999);
        QVERIFY(peer_->count("orders") >= 0);
    }

    void status_changesAndNothingElse_data() {
        QTest::addColumn<QString>("path");
        for (const char* path : {"orders", "chain", "events", "events/Subscriptions/audit"})
            QTest::newRow(path) << QString::fromLatin1(path);
    }
    void status_changesAndNothingElse() {
        QFETCH(const QString, path);
        const auto before = got(entities_->entity(path));
        QVERIFY2(before, qPrintable(said(before)));
        QVERIFY(before->properties.size() > 5);
        for (const Status status :
             {Status::ReceiveDisabled, Status::SendDisabled, Status::Disabled, Status::Active}) {
            const auto after = got(entities_->setStatus(path, status));
            QVERIFY2(after, qPrintable(said(after)));
            QVERIFY(after->status == status);
            auto expected = before->properties;
            auto kept = after->properties;
            const auto isStamp = [](const auto& property) {
                return property.first == QLatin1String("UpdatedAt") ||
                       property.first == QLatin1String("AccessedAt");
            };
            std::erase_if(expected, isStamp);
            std::erase_if(kept, isStamp);
            QVERIFY(kept == expected);
        }
    }

    // Forwarding goes back as addresses, with a token for each target: the peer asks for both.
    void forwarding_survives() {
        QVERIFY(got(entities_->setStatus(QStringLiteral("chain"), Status::SendDisabled)));
        QCOMPARE(settings("chain").forwardTo, QByteArray("archive"));
        QCOMPARE(settings("chain").forwardDeadLettersTo, QByteArray("dead"));
        QCOMPARE(settings("orders").userMetadata, QByteArray("<a & b>"));
    }

    void disabled_takesNothing() {
        QVERIFY(got(entities_->setStatus(QStringLiteral("archive"), Status::ReceiveDisabled)));
        QVERIFY(settings("archive").status == sbpeer::EntityStatus::ReceiveDisabled);
    }

    void subQueue_meansItsEntity() {
        QVERIFY(got(entities_->setStatus(QStringLiteral("orders/$deadletterqueue"), Status::Disabled)));
        QVERIFY(settings("orders").status == sbpeer::EntityStatus::Disabled);
        QVERIFY(said(got(entities_->remove(QStringLiteral("orders/$DeadLetterQueue"))))
                    .startsWith(QLatin1String("invalid: ")));
    }

    void counts_areTold() {
        QVERIFY(put(*peer_, "orders", {"m-1", "body", {}}));
        const auto facts = got(entities_->entity(QStringLiteral("orders")));
        QVERIFY(facts && facts->active == 1 && facts->messages() == 1);
        for (const auto& [name, value] : facts->properties)
            QVERIFY2(!value.contains(QLatin1String("SAS_KEY_VALUE")), qPrintable(name));
    }

    void deletion_takesTheEntity() {
        QCOMPARE(said(got(entities_->remove(QStringLiteral("dead")))), QStringLiteral("fine"));
        QCOMPARE(peer_->count("dead"), qint64{-1});
        QCOMPARE(said(got(entities_->remove(QStringLiteral("events")))), QStringLiteral("fine"));
        QCOMPARE(peer_->count("events/Subscriptions/mail"), qint64{-1});
        QVERIFY(
            said(got(entities_->remove(QStringLiteral("dead")))).startsWith(QLatin1String("not-found: ")));
    }

    void rules_areWritten() {
        QCOMPARE(said(got(entities_->addRule(audit_, rule(QStringLiteral("big"), BusRule::Kind::Sql,
                                                          QStringLiteral("quantity > 5"), {},
                                                          QStringLiteral("SET mark = 1"))))),
                 QStringLiteral("fine"));
        QCOMPARE(said(got(entities_->addRule(
                     audit_, rule(QStringLiteral("placed"), BusRule::Kind::Correlation, {},
                                  {QStringLiteral("label=OrderPlaced"), QStringLiteral("quantity:int=5"),
                                   QStringLiteral("region=EU")})))),
                 QStringLiteral("fine"));
        QCOMPARE(
            said(got(entities_->addRule(audit_, rule(QStringLiteral("none"), BusRule::Kind::Never, {})))),
            QStringLiteral("fine"));
        QCOMPARE(ruleNames(),
                 QStringList({QStringLiteral("big: quantity > 5 -> SET mark = 1"),
                              QStringLiteral("eu: region = 'EU'"), QStringLiteral("none: no message"),
                              QStringLiteral("placed: label=OrderPlaced and quantity:int=5 and region=EU")}));
        QVERIFY(said(got(entities_->addRule(audit_, rule(QStringLiteral("big"), BusRule::Kind::Never, {}))))
                    .startsWith(QLatin1String("conflict: ")));
    }

    void rule_isReplacedInOneStep() {
        throttle(1);
        QCOMPARE(said(got(entities_->replaceRule(audit_, rule(QStringLiteral("eu"), BusRule::Kind::Sql,
                                                              QStringLiteral("region = 'DE'"))))),
                 QStringLiteral("fine"));
        QCOMPARE(ruleNames(), QStringList{QStringLiteral("eu: region = 'DE'")});
        QVERIFY(said(got(entities_->replaceRule(
                         audit_, rule(QStringLiteral("gone"), BusRule::Kind::Sql, QStringLiteral("a = 1")))))
                    .startsWith(QLatin1String("not-found: ")));
    }

    // The peer's own parser knows no functions either: its refusal comes with its words.
    void serviceRefusal_isSaid() {
        const auto refused = got(entities_->addRule(
            audit_, rule(QStringLiteral("odd"), BusRule::Kind::Sql, QStringLiteral("upper(region) = 'EU'"))));
        const QString words = said(refused);
        QVERIFY2(words.startsWith(QLatin1String("invalid: The service does not take that: ")),
                 qPrintable(words));
        QVERIFY(!words.contains(QLatin1String("TrackingId")));
        QVERIFY2(refused.error().detail.contains(QLatin1String("TrackingId:")), // for the service's support
                 qPrintable(refused.error().detail));
        QCOMPARE(ruleNames(), QStringList{QStringLiteral("eu: region = 'EU'")});
    }

    void manyRules_areAllListed() {
        std::vector<sbpeer::Rule> rules;
        for (int i = 0; i < 230; ++i) {
            sbpeer::Rule made;
            made.name = "rule-" + QByteArray::number(i);
            made.filter.kind = sbpeer::Filter::Kind::True;
            rules.push_back(made);
        }
        QVERIFY(peer_->addSubscription("events", "many", {}, rules));
        const auto listed = got(entities_->rules(QStringLiteral("events/Subscriptions/many")));
        QVERIFY(listed);
        QCOMPARE(listed->size(), std::size_t{230});
    }

    void rule_isDeleted() {
        QCOMPARE(said(got(entities_->removeRule(audit_, QStringLiteral("eu")))), QStringLiteral("fine"));
        QVERIFY(ruleNames().isEmpty());
    }

    void withoutManage_nothingIsChanged() {
        connectAs(QStringLiteral("listener"), "listens");
        QVERIFY(said(got(entities_->setStatus(QStringLiteral("orders"), Status::Disabled)))
                    .startsWith(QLatin1String("not-")));
        QVERIFY(said(got(entities_->remove(QStringLiteral("orders")))).startsWith(QLatin1String("not-")));
        QVERIFY(settings("orders").status == sbpeer::EntityStatus::Active);
        QVERIFY(peer_->count("orders") >= 0);
    }
};

QTEST_GUILESS_MAIN(TestLiveEntities)
#include "tst_liveentities.moc"
