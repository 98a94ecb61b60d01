// A replay of the product on a real node: numbered messages from one queue to another, with the journal on
// disk, counted by a judge that knows nothing of the product.
#pragma once

#include "app/rabbitmq/amqpsource.h"
#include "app/rabbitmq/amqptarget.h"
#include "app/store/sqlreplayjournal.h"
#include "models/replay/replayjob.h"
#include "tests/live/rabbitmq/liveprofile.h"
#include "tests/support/live/rawamqp.h"
#include "tests/support/testpermit.h"

#include <QMap>
#include <QTemporaryDir>

namespace signalbox::live {

struct LiveRunOptions {
    QByteArray type = "classic"; // of both queues; the target of a stream is classic
    qint64 messages = 600;
    double perSecond = 0; // 0: as fast as it goes
    QString user;         // empty: the node's own
    QString password;
    QString targetQueue = QStringLiteral("to");
    int deliveryLimit = -1;  // of the queue "from", as the plan knows it
    QString exchange;        // named: the messages go through it, a fanout to the queue "to"
    bool staysQuiet = false; // a paused run does not speak to the broker
    int heartbeat = 60;      // seconds; a test may look away for long on a busy machine
};

class LiveRun {
public:
    LiveRun(RabbitNode& node, LiveRunOptions options)
        : node_(node)
        , options_(std::move(options)) {}

    Result<void> prepare() {
        auto judge = RawAmqp::open(node_.login());
        if (!judge)
            return failure(judge.error());
        const bool stream = isStream();
        for (const char* name : {"from", "to"}) {
            (void)(*judge)->deleteQueue(QString::fromLatin1(name));
            const QByteArray type = stream && name[0] == 't' ? QByteArray("classic") : options_.type;
            if (auto made = (*judge)->declareQueue(QString::fromLatin1(name),
                                                   {{"x-queue-type", HeaderValue::string(type)}});
                !made)
                return made;
        }
        if (!options_.exchange.isEmpty()) {
            if (auto made = (*judge)->declareExchange(options_.exchange, QStringLiteral("fanout")); !made)
                return made;
            if (auto bound = (*judge)->bindQueue(QStringLiteral("to"), options_.exchange, {}, {}); !bound)
                return bound;
        }
        if (auto filled = (*judge)->publish(options_.messages, &LiveRun::message); !filled)
            return filled;
        auto workspace = WorkspaceDb::open(folder_.filePath(QStringLiteral("run.signalbox")));
        if (!workspace)
            return failure(workspace.error());
        workspace_ = std::move(*workspace);
        auto journal = SqlReplayJournal::open(*workspace_, clock_);
        if (!journal)
            return failure(journal.error());
        journal_ = std::move(*journal);
        return plan();
    }

    // Starts the job; the permit stands for the person's yes.
    ReplayJob& start(std::optional<int> deliveryLimit = std::nullopt) {
        rabbitmq::Dial dial = dialOf(node_);
        dial.profile.heartbeatSeconds = options_.heartbeat;
        if (!options_.user.isEmpty()) {
            dial.profile.user = options_.user;
            dial.password = Secret(options_.password.toUtf8());
        }
        ReplayJob::Parts parts;
        parts.journal = journal_;
        parts.source = std::make_unique<rabbitmq::AmqpSource>(
            dial, SourceOptions{entity(QStringLiteral("from")), 1000, {}});
        parts.target = std::make_unique<rabbitmq::AmqpTarget>(dial);
        parts.facts = [](const Message&) { return DeathFacts{}; };
        parts.deliveryLimit = deliveryLimit;
        parts.tuning.backOffCap = std::chrono::milliseconds(2000);
        if (options_.staysQuiet)
            parts.tuning.keepAlive = std::chrono::minutes(10);
        job_ = std::make_unique<ReplayJob>(TestPermit::make(QStringLiteral("test")), run(), std::move(parts));
        job_->start();
        return *job_;
    }
    ReplayJob& job() { return *job_; }
    bool isOver() const {
        return job_->state() == ReplayJob::State::Finished || job_->state() == ReplayJob::State::Failed;
    }

    Result<RunRecord> record() { return journal_->run(run()); }
    // Messages ready in both queues; nobody takes any.
    Result<qint64> countBoth() {
        auto judge = RawAmqp::open(node_.login());
        if (!judge)
            return failure(judge.error());
        const auto source = (*judge)->count(QStringLiteral("from"));
        const auto target = (*judge)->count(QStringLiteral("to"));
        if (!source || !target)
            return failure(source ? target.error() : source.error());
        return *source + *target;
    }
    // How often each number is at the target and in the source, by a connection of the judge's own.
    struct Verdict {
        QList<qint64> lost, twice, unlisted;
        qint64 atTarget = 0, inSource = 0, inDoubt = 0;
        QString text() const {
            return QStringLiteral("%1 lost, %2 twice, %3 of them not in doubt; %4 at the target, %5 in the "
                                  "source, %6 in doubt")
                .arg(lost.size())
                .arg(twice.size())
                .arg(unlisted.size())
                .arg(atTarget)
                .arg(inSource)
                .arg(inDoubt);
        }
    };
    Result<Verdict> judge() {
        auto judge = RawAmqp::open(node_.login());
        if (!judge)
            return failure(judge.error());
        QMap<qint64, int> seen;
        Verdict verdict;
        auto target = (*judge)->drain(QStringLiteral("to"));
        if (!target)
            return failure(target.error());
        auto source = isStream() ? std::vector<Message>() : (*judge)->drain(QStringLiteral("from"));
        if (!source)
            return failure(source.error());
        verdict.atTarget = static_cast<qint64>(target->size());
        verdict.inSource = static_cast<qint64>(source->size());
        for (const auto* all : {&*target, &*source}) {
            for (const Message& one : *all)
                ++seen[one.body.toLongLong()];
        }
        for (qint64 number = 0; number < options_.messages; ++number) {
            const auto item = journal_->item(run(), number + 1);
            if (!item)
                return failure(item.error());
            const bool doubt = item->state == ItemState::InDoubt;
            verdict.inDoubt += doubt ? 1 : 0;
            if (seen.value(number) == 0)
                verdict.lost << number;
            if (seen.value(number) > 1) {
                verdict.twice << number;
                if (!doubt)
                    verdict.unlisted << number;
            }
        }
        return verdict;
    }
    Result<std::map<ItemState, qint64>> states() {
        auto record = journal_->run(run());
        if (!record)
            return failure(record.error());
        std::erase_if(record->counts, [](const auto& entry) { return entry.second == 0; });
        return record->counts;
    }

private:
    static Message message(qint64 number) {
        Message made = textMessage(QByteArray::number(number));
        made.routingKey = "from";
        made.properties.messageId = "m" + QByteArray::number(number);
        return made;
    }
    static QString run() { return QStringLiteral("run"); }
    static EntityRef entity(const QString& queue) {
        return {QStringLiteral("test"), QStringLiteral("/"), queue};
    }
    bool isStream() const { return options_.type == "stream"; }

    Result<void> plan() {
        RunHeader header;
        header.id = run();
        header.source = entity(QStringLiteral("from"));
        header.sourceIsStream = isStream();
        header.createdAt = clock_.now();
        header.options.destination.kind = ReplayDestination::Kind::Queue;
        header.options.destination.queue = options_.targetQueue;
        header.options.ratePerSecond = options_.perSecond;
        header.deliveryLimit = options_.deliveryLimit;
        header.deliveriesBefore = 0;
        if (auto made = journal_->createRun(header); !made)
            return made;
        std::vector<PlanItem> items;
        for (qint64 number = 0; number < options_.messages; ++number) {
            PlanItem item;
            item.number = item.snapshotId = item.position = number + 1;
            item.fingerprint = fingerprintOf(message(number));
            item.exchange = options_.exchange.toUtf8();
            item.routingKey = options_.targetQueue.toUtf8();
            item.receivers = QStringList{options_.targetQueue};
            item.receiversKnown = true;
            items.push_back(std::move(item));
        }
        return journal_->addItems(header.id, items);
    }

    RabbitNode& node_;
    LiveRunOptions options_;
    QTemporaryDir folder_;
    SystemClock clock_;
    std::unique_ptr<WorkspaceDb> workspace_;
    std::shared_ptr<ReplayJournal> journal_;
    std::unique_ptr<ReplayJob> job_;
};

} // namespace signalbox::live
