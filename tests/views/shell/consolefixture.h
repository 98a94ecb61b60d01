// A whole workspace in memory for pages and the window: connections, a broker with the queues "dead" and
// "work", a journal, and settings in a temporary folder.
#pragma once

#include "tests/support/fakebroker.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakegateway.h"
#include "tests/support/fakejournal.h"
#include "tests/support/fakesecrets.h"
#include "tests/support/fakesnapshot.h"
#include "tests/support/fakeworkspace.h"
#include "views/widgets/consolecontext.h"

#include <QAbstractButton>
#include <QDir>
#include <QTemporaryDir>
#include <QtTest>
#include <mutex>

namespace signalbox {

// Written to by the desk's threads and by the registry's.
class SharedAudit final : public AuditTrail {
public:
    Result<void> append(const AuditEvent& event) override {
        const std::lock_guard lock(mutex_);
        return audit_.append(event);
    }
    Result<std::vector<AuditRecord>> page(qint64 before, int limit) override {
        const std::lock_guard lock(mutex_);
        return audit_.page(before, limit);
    }
    Result<AuditVerdict> verify(WorkProgress& progress) override {
        const std::lock_guard lock(mutex_);
        return audit_.verify(progress);
    }
    QStringList lines() const {
        const std::lock_guard lock(mutex_);
        return audit_.lines();
    }

private:
    mutable std::mutex mutex_;
    FakeAudit audit_;
};

class NoSnapshots final : public SnapshotLibrary {
public:
    Result<std::vector<SnapshotInfo>> list() override { return std::vector<SnapshotInfo>(); }
    Result<std::shared_ptr<Snapshot>> openFor(const EntityRef&, const QString&, const QString&,
                                              bool) override {
        return std::make_shared<FakeSnapshot>([](const Message&) { return DeathFacts(); });
    }
    Result<std::shared_ptr<Snapshot>> open(const QString& id) override {
        return failure(ErrorKind::NotFound, QStringLiteral("There is no snapshot %1.").arg(id));
    }
    Result<void> remove(const QString&) override { return {}; }
    Result<int> prune(const QDateTime&) override { return 0; }
};

class PinTriage final : public TriageStore {
public:
    Result<std::vector<GroupNote>> notes() override { return std::vector<GroupNote>(); }
    Result<void> saveNote(const GroupNote&) override { return {}; }
    Result<std::vector<std::pair<EntityRef, bool>>> pins() override {
        const std::lock_guard lock(mutex_);
        return pins_;
    }
    Result<void> setPin(const EntityRef& queue, std::optional<bool> pinned) override {
        const std::lock_guard lock(mutex_);
        std::erase_if(pins_, [&](const auto& pin) { return pin.first == queue; });
        if (pinned)
            pins_.emplace_back(queue, *pinned);
        return {};
    }
    Result<std::vector<SavedFilter>> savedFilters() override {
        const std::lock_guard lock(mutex_);
        return filters_;
    }
    Result<void> saveFilter(const SavedFilter& filter) override {
        const std::lock_guard lock(mutex_);
        std::erase_if(filters_, [&](const auto& other) { return other.name == filter.name; });
        if (!filter.where.isEmpty() || !filter.words.isEmpty())
            filters_.push_back(filter);
        return {};
    }

private:
    std::mutex mutex_; // asked on the store's thread
    std::vector<std::pair<EntityRef, bool>> pins_;
    std::vector<SavedFilter> filters_;
};

class ConsoleFixture {
public:
    ConsoleFixture()
        : world(std::make_shared<FakeWorld>())
        , broker(world)
        , journal(std::make_shared<FakeJournal>(world))
        , settings(folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat)
        , registry({connections, elevations, secrets, audit, gateways, clock}, QStringLiteral("ann@box"))
        , desk({journal, audit, clock, [](const Message&) { return DeathFacts(); }},
               QStringLiteral("ann@box"))
        , context{registry,    desk,  snapshots,   triage,   audit,
                  conventions, clock, storeThread, settings, folder.filePath(QStringLiteral("crm.signalbox")),
                  {}} {
        storeThread.setMaxThreadCount(1);
        broker.declare("dead");
        broker.declare("work");
        gateways.prepare = [this](FakeGateway& gateway) {
            gateway.sourceMaker = [this](const SourceOptions& options) {
                return broker.makeSource(options.queue.name.toUtf8(), options.window);
            };
            gateway.targetMaker = [this](const QString&) { return broker.makeTarget(); };
            QueueListing listing;
            listing.fromManagement = true;
            for (const char* name : {"dead", "work"}) {
                QueueInfo queue;
                queue.ref = {gateway.connectionId(), QStringLiteral("/"), QString::fromLatin1(name)};
                queue.type = QueueType::Classic;
                queue.ready = static_cast<qint64>(broker.contents(name).size());
                listing.queues.push_back(queue);
            }
            gateway.queuesAnswer = listing;
        };
    }

    // Its id is its name.
    void addConnection(const QString& name, Environment environment = Environment::Test,
                       bool verifyTls = true) {
        ConnectionProfile profile;
        profile.id = profile.name = name;
        profile.environment = environment;
        profile.tls.enabled = !verifyTls;
        profile.tls.verify = verifyTls;
        connections.saved.push_back(profile);
        secrets.entries[name] = "secret";
        QVERIFY(registry.load().has_value());
    }
    // Returns once the link is up.
    void link(const QString& name) {
        (void)registry.connect(name);
        QTRY_VERIFY(registry.gateway(name) && registry.gateway(name)->linkState() == LinkState::Connected);
    }

    static Message message(int number) {
        Message made;
        made.exchange = "dlx";
        made.routingKey = "dead";
        made.body = "message " + QByteArray::number(number);
        made.bodySize = made.body.size();
        made.properties.deliveryMode = 2;
        return made;
    }
    // The first `metBefore` had been taken once and came back, as those of an earlier run do.
    void fill(int count, int metBefore = 0) {
        for (int i = 1; i <= count; ++i) {
            Message made = message(i);
            made.redelivered = i <= metBefore;
            broker.put("dead", made);
        }
    }
    RunHeader header(const QString& id, RunKind kind = RunKind::Replay) const {
        RunHeader made;
        made.id = id;
        made.kind = kind;
        made.actor = QStringLiteral("bob@ops");
        made.reason = QStringLiteral("the CRM was down");
        made.createdAt = clock.now();
        made.source = {QStringLiteral("crm"), QStringLiteral("/"), QStringLiteral("dead")};
        made.connectionName = QStringLiteral("crm");
        made.destination = QStringLiteral("to queue work");
        made.options.destination.kind = ReplayDestination::Kind::Queue;
        made.options.destination.queue = QStringLiteral("work");
        return made;
    }
    // A run over messages 1 to count of "dead", with a copy of each where `state` comes after saving one.
    void addRun(const RunHeader& made, int count, RunState state = RunState::Planned) {
        QVERIFY(journal->createRun(made).has_value());
        std::vector<PlanItem> items;
        for (int number = 1; number <= count; ++number) {
            PlanItem item;
            item.number = item.position = number;
            item.fingerprint = fingerprintOf(message(number));
            item.routingKey = "work";
            item.receivers = {QStringLiteral("work")};
            item.receiversKnown = true;
            items.push_back(item);
        }
        QVERIFY(journal->addItems(made.id, items).has_value());
        QVERIFY(journal->setRunState(made.id, state, {}).has_value());
    }
    void mark(const QString& run, const std::vector<qint64>& numbers, ItemState state) {
        for (const qint64 number : numbers) {
            const Message original = message(static_cast<int>(number));
            const SavedCopy copy{number, &original, {}, fingerprintOf(original)};
            QVERIFY(journal->saveCopies(run, std::span(&copy, 1), ItemState::Published).has_value());
        }
        QVERIFY(journal->mark(run, numbers, state, {}).has_value());
    }
    // "1,2,5": the numbers of the messages in a queue, in order.
    QString numbersIn(const QByteArray& queue) const {
        QStringList all;
        for (const Message& each : broker.contents(queue))
            all << QString::fromUtf8(each.body).mid(8);
        return all.join(QLatin1Char(','));
    }

    // The button of an open question, by its text without the mark of its key; nullptr: not asked.
    static QAbstractButton* answer(const QString& text) {
        const auto all = QApplication::topLevelWidgets();
        for (QWidget* top : all) {
            auto* box = qobject_cast<QDialog*>(top);
            if (!box || !box->isVisible())
                continue;
            const auto buttons = box->findChildren<QAbstractButton*>();
            for (QAbstractButton* button : buttons) {
                if (button->text().remove(QLatin1Char('&')) == text)
                    return button;
            }
        }
        return nullptr;
    }

    // Saves a picture where somebody wants to look at it.
    static void shoot(QWidget& widget, const QString& name) {
        const QString shots = qEnvironmentVariable("SIGNALBOX_SHOTS");
        if (!shots.isEmpty())
            QVERIFY(widget.grab().save(QDir(shots).filePath(name + QStringLiteral(".png"))));
    }

    QTemporaryDir folder;
    FakeConnections connections;
    FakeElevations elevations;
    FakeSecrets secrets;
    SharedAudit audit;
    FakeGatewayFactory gateways;
    FakeClock clock;
    std::shared_ptr<FakeWorld> world;
    FakeBroker broker;
    std::shared_ptr<FakeJournal> journal;
    NoSnapshots snapshots;
    PinTriage triage;
    Conventions conventions;
    QThreadPool storeThread;
    QSettings settings;
    ConnectionRegistry registry;
    ReplayDesk desk;
    ConsoleContext context;
};

} // namespace signalbox
