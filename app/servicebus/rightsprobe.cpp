#include "app/servicebus/rightsprobe.h"

#include "app/servicebus/claims.h"
#include "app/servicebus/entitypath.h"

#include <QUuid>

namespace signalbox::servicebus {

namespace {

using State = TestStep::State;

constexpr int probeMs = 15000;

struct ProbedRight {
    QString name;
    bool sends = false;
    State ifMissing = State::Warned;
    QString without; // what does not work without it, and how to get it
};

ProbedRight listenRight() {
    return {QStringLiteral("Listen"), false, State::Failed,
            QStringLiteral("Without it nothing can be read: use a key with the right Listen, or the role "
                           "Azure Service Bus Data Receiver.")};
}

ProbedRight sendRight() {
    return {QStringLiteral("Send"), true, State::Warned,
            QStringLiteral("Reading works without it; replay, restore and import need it.")};
}

struct ProbeAnswer {
    enum class Verdict { There, Missing, Unknown } verdict = Verdict::Unknown;
    QString why;
};

ProbeAnswer tryLink(AmqpConnection& connection, Claims& claims, const QString& address, bool sends) {
    using Verdict = ProbeAnswer::Verdict;
    if (const auto allowed = claims.put(address); !allowed) {
        const ErrorKind kind = allowed.error().kind;
        const bool refused = kind == ErrorKind::NotAllowed || kind == ErrorKind::NotAuthenticated;
        return {refused ? Verdict::Missing : Verdict::Unknown,
                refused ? allowed.error().detail : wordsWithDetail(allowed.error())};
    }
    const QByteArray name = "signalbox-test-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    pn_session_t* session = connection.newSession();
    pn_link_t* link = sends ? pn_sender(session, name.constData()) : pn_receiver(session, name.constData());
    const QByteArray path = address.toUtf8();
    pn_terminus_set_address(pn_link_source(link), sends ? name.constData() : path.constData());
    pn_terminus_set_address(pn_link_target(link), sends ? path.constData() : name.constData());
    pn_link_set_snd_settle_mode(link, PN_SND_UNSETTLED);
    pn_link_set_rcv_settle_mode(link, sends ? PN_RCV_FIRST : PN_RCV_SECOND);
    const auto opened = connection.openLink(
        link, (sends ? QStringLiteral("open a sender to %1") : QStringLiteral("open a receiver on %1"))
                  .arg(address));
    const bool refused =
        !opened && conditionOf(pn_link_remote_condition(link)).name == "amqp:unauthorized-access";
    if (connection.isUp())
        connection.closeLink(link);
    if (opened)
        return {Verdict::There, {}};
    return {refused ? Verdict::Missing : Verdict::Unknown,
            refused ? opened.error().detail : wordsWithDetail(opened.error())};
}

TestStep stepOf(const ProbedRight& right, const QString& address, const ProbeAnswer& answer) {
    switch (answer.verdict) {
    case ProbeAnswer::Verdict::There:
        return {right.name, State::Passed,
                (right.sends ? QStringLiteral("There: a sender to %1 was accepted; nothing was sent.")
                             : QStringLiteral("There: a receiver on %1 was accepted; nothing was taken."))
                    .arg(address)};
    case ProbeAnswer::Verdict::Missing:
        return {right.name, right.ifMissing,
                (right.sends ? QStringLiteral("Missing: a sender to %1 was refused. %2 (%3)")
                             : QStringLiteral("Missing: a receiver on %1 was refused. %2 (%3)"))
                    .arg(address, right.without, answer.why)};
    case ProbeAnswer::Verdict::Unknown:
        break;
    }
    return {right.name, State::Skipped, QStringLiteral("Not known: %1").arg(answer.why)};
}

TestStep notTested(const ProbedRight& right) {
    return {
        right.name, State::Skipped,
        right.sends
            ? QStringLiteral("Not tested: name an entity. EntityPath=NAME in the connection string names the "
                             "queue or topic to try it on.")
            : QStringLiteral("Not tested: name an entity. EntityPath=NAME in the connection string names the "
                             "queue or subscription to try it on.")};
}

} // namespace

QString wordsWithDetail(const Error& error) {
    return error.detail.isEmpty() ? error.summary
                                  : QStringLiteral("%1 (%2)").arg(error.summary, error.detail);
}

std::vector<TestStep> unknownRights(const QString& why) {
    const QString text = QStringLiteral("Not known: %1").arg(why);
    return {{listenRight().name, State::Skipped, text}, {sendRight().name, State::Skipped, text}};
}

std::vector<TestStep> probeRights(const NamespaceAccess& access, const ProbePlaces& places) {
    if (places.listen.isEmpty() && places.send.isEmpty())
        return {notTested(listenRight()), notTested(sendRight())};
    AmqpConnection connection({access.endpoint, access.hostname, QStringLiteral("test"), probeMs});
    if (const auto opened = connection.open(); !opened)
        return unknownRights(wordsWithDetail(opened.error()));
    const auto tokens = makeTokenSource(access);
    std::vector<TestStep> steps;
    {
        Claims claims(connection, *tokens);
        const auto probe = [&](const ProbedRight& right, const QString& address) {
            steps.push_back(address.isEmpty()
                                ? notTested(right)
                                : stepOf(right, address, tryLink(connection, claims, address, right.sends)));
        };
        probe(listenRight(), places.listen.isEmpty()
                                 ? QString()
                                 : EntityPath{places.listen, SubQueue::DeadLetter}.address());
        probe(sendRight(), places.send);
    }
    connection.close();
    return steps;
}

} // namespace signalbox::servicebus
