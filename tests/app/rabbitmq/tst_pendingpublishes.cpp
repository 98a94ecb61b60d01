// What becomes of each published message when answers come one by one, together, out of order, or as a closed
// channel.
#include "app/rabbitmq/pendingpublishes.h"

#include <QTest>
#include <amqp.h>
#include <amqp_framing.h>
#include <deque>
#include <map>

using namespace signalbox;
using rabbitmq::PendingPublishes;
using Kind = PublishOutcome::Kind;

class TestPendingPublishes : public QObject {
    Q_OBJECT
    std::deque<Message> messages_;

    void publish(PendingPublishes& pending, qint64 item, const QByteArray& exchange, const QByteArray& key,
                 const QByteArray& body, const QByteArray& userId = {}) {
        messages_.emplace_back();
        messages_.back().body = body;
        messages_.back().exchange = exchange;
        messages_.back().routingKey = key;
        if (!userId.isEmpty())
            messages_.back().properties.userId = userId;
        pending.published({item, exchange, key, &messages_.back()});
    }
    static std::map<qint64, Kind> kinds(const std::vector<PublishOutcome>& outcomes) {
        std::map<qint64, Kind> all;
        for (const PublishOutcome& outcome : outcomes)
            all[outcome.item] = outcome.kind;
        return all;
    }

private Q_SLOTS:
    void init() { messages_.clear(); }

    void confirms_singleMultipleAndAll() {
        PendingPublishes pending;
        for (qint64 item = 10; item < 20; ++item)
            publish(pending, item, {}, "q", "x");
        std::vector<PublishOutcome> out;
        pending.confirmed(3, false, out);
        QCOMPARE(out.size(), std::size_t{1});
        QCOMPARE(out.front().item, 12);
        pending.confirmed(5, true, out);
        QCOMPARE(out.size(), std::size_t{5});
        pending.confirmed(5, true, out); // again
        pending.confirmed(2, false, out);
        pending.confirmed(99, false, out);
        QCOMPARE(out.size(), std::size_t{5});
        pending.refused(6, false, out);
        QCOMPARE(out.back().kind, Kind::Refused);
        pending.confirmed(0, true, out); // AMQP: everything so far
        QCOMPARE(out.size(), std::size_t{10});
        QVERIFY(pending.isEmpty());
    }

    void returned_isTheOneWithThatContent() {
        PendingPublishes pending;
        publish(pending, 1, "ex", "key", "one");
        publish(pending, 2, "ex", "key", "two");
        publish(pending, 3, "ex", "other", "two");
        std::vector<PublishOutcome> out;
        pending.returned(messages_[1], QStringLiteral("312 NO_ROUTE"), out);
        pending.confirmed(3, true, out);
        QCOMPARE(kinds(out),
                 (std::map<qint64, Kind>{{1, Kind::Confirmed}, {2, Kind::Returned}, {3, Kind::Confirmed}}));
        QCOMPARE(out.size(), std::size_t{3});
        QCOMPARE(out.front().reason, QStringLiteral("312 NO_ROUTE"));
    }

    void returned_twinsOldestFirst() {
        PendingPublishes pending;
        publish(pending, 1, {}, "gone", "same");
        publish(pending, 2, {}, "gone", "same");
        std::vector<PublishOutcome> out;
        pending.returned(messages_.back(), {}, out);
        pending.returned(messages_.back(), {}, out);
        QCOMPARE(out.size(), std::size_t{2});
        QCOMPARE(out[0].item, 1);
        QCOMPARE(out[1].item, 2);
        Message stranger;
        stranger.routingKey = "never sent";
        pending.returned(stranger, {}, out);
        QCOMPARE(out.size(), std::size_t{2});
    }

    void channelClosed_overAMissingExchange() {
        PendingPublishes pending;
        publish(pending, 1, {}, "q", "before");
        publish(pending, 2, "nowhere", "k", "culprit");
        publish(pending, 3, {}, "q", "after");
        std::vector<PublishOutcome> out;
        pending.channelClosed(AMQP_NOT_FOUND,
                              QStringLiteral("NOT_FOUND - no exchange 'nowhere' in vhost '/'"), "me", out);
        // 1 was before: the broker may have taken it. It stays without an answer.
        QCOMPARE(kinds(out), (std::map<qint64, Kind>{{2, Kind::Refused}, {3, Kind::NotSent}}));
        QVERIFY(out[0].reason.contains(QStringLiteral("nowhere")));
        QVERIFY(out[0].noExchange);
        QVERIFY(out[1].reason.startsWith(QStringLiteral("not sent")));
        QVERIFY(!out[1].noExchange);
    }

    // Confirms of the first ones may have been under way when the right was withdrawn.
    void channelClosed_overAWithdrawnRightIsSureOfTheLastOnly() {
        const QString text =
            QStringLiteral("ACCESS_REFUSED - write access to exchange 'ex' in vhost '/' refused");
        PendingPublishes pending;
        for (qint64 item = 1; item <= 5; ++item)
            publish(pending, item, item == 5 ? QByteArray() : QByteArray("ex"), "k", "x");
        std::vector<PublishOutcome> out;
        pending.channelClosed(AMQP_ACCESS_REFUSED, text, "me", out);
        QCOMPARE(kinds(out), (std::map<qint64, Kind>{{4, Kind::NotSent}, {5, Kind::NotSent}}));

        // What has an answer was not objected to, nor was anything before it.
        pending.restart();
        out.clear();
        for (qint64 item = 1; item <= 3; ++item)
            publish(pending, item, item == 3 ? QByteArray() : QByteArray("ex"), "k", "x");
        pending.confirmed(2, false, out);
        pending.channelClosed(AMQP_ACCESS_REFUSED, text, "me", out);
        QCOMPARE(kinds(out), (std::map<qint64, Kind>{{2, Kind::Confirmed}}));
    }

    void channelClosed_overTheDefaultExchange() {
        PendingPublishes pending;
        publish(pending, 1, {}, "q", "x");
        std::vector<PublishOutcome> out;
        pending.channelClosed(
            AMQP_ACCESS_REFUSED,
            QStringLiteral("ACCESS_REFUSED - access to exchange 'amq.default' in vhost '/' refused"), "me",
            out);
        QCOMPARE(kinds(out), (std::map<qint64, Kind>{{1, Kind::NotSent}}));
    }

    // Nobody has that right, so waiting for it would be in vain.
    void channelClosed_overAnInternalExchangeRefuses() {
        PendingPublishes pending;
        publish(pending, 1, "inner", "k", "x");
        std::vector<PublishOutcome> out;
        pending.channelClosed(
            AMQP_ACCESS_REFUSED,
            QStringLiteral("ACCESS_REFUSED - cannot publish to internal exchange 'inner' in vhost '/'"), "me",
            out);
        QCOMPARE(kinds(out), (std::map<qint64, Kind>{{1, Kind::Refused}}));
    }

    void channelClosed_overAForeignUser() {
        PendingPublishes pending;
        publish(pending, 1, {}, "q", "x", "me");
        publish(pending, 2, {}, "q", "x", "you");
        std::vector<PublishOutcome> out;
        pending.channelClosed(AMQP_PRECONDITION_FAILED,
                              QStringLiteral("PRECONDITION_FAILED - user_id property set to 'you' but ..."),
                              "me", out);
        QCOMPARE(kinds(out), (std::map<qint64, Kind>{{2, Kind::Refused}}));
    }

    void channelClosed_overSomethingUnknownBlamesNobody() {
        PendingPublishes pending;
        publish(pending, 1, {}, "q", "x");
        std::vector<PublishOutcome> out;
        pending.channelClosed(AMQP_INTERNAL_ERROR, QStringLiteral("INTERNAL_ERROR"), "me", out);
        QVERIFY(out.empty());
        pending.restart();
        QVERIFY(pending.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestPendingPublishes)
#include "tst_pendingpublishes.moc"
