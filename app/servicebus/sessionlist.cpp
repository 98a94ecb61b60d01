#include "app/servicebus/sessionlist.h"

#include "app/servicebus/entitypath.h"
#include "app/servicebus/namespacewire.h"
#include "app/servicebus/peekpage.h"
#include "models/messaging/amqp10.h"

#include <map>

namespace signalbox::servicebus {

namespace {

constexpr int listMs = 30000;
constexpr int idsOfPage = 100;
// .NET's latest time asks for the sessions with messages, any other for those whose state changed since.
constexpr qint64 withMessages = 253402300800000;
constexpr qint64 withState = 0;

HeaderValue intValue(int number) {
    HeaderValue value;
    value.kind = ValueKind::Int32;
    value.data = std::int64_t{number};
    return value;
}

HeaderValue timeValue(qint64 ms) {
    HeaderValue value;
    value.kind = ValueKind::Milliseconds;
    value.data = std::int64_t{ms};
    return value;
}

tl::unexpected<Error> senseless(const QString& queue) {
    return failure(
        ErrorKind::Corrupt,
        QStringLiteral("The service answered about the sessions of %1 with nothing that makes sense.")
            .arg(queue));
}

class Asker {
public:
    Asker(const NamespaceAccess& access, const QString& queue, const std::atomic<bool>& stop)
        : wire_(access, QStringLiteral("sessions"))
        , path_(entityPath(queue))
        , stop_(stop) {}

    Result<void> open() {
        if (path_.subQueue != SubQueue::None)
            return failure(ErrorKind::Invalid,
                           QStringLiteral("A dead-letter queue has no sessions: ask for those of %1.")
                               .arg(path_.entity));
        if (auto up = wire_.open(); !up)
            return up;
        if (auto allowed = wire_.claims().put(path_.management()); !allowed)
            return allowed;
        link_ = std::make_unique<RequestLink>(wire_.connection(), path_.management());
        return link_->open();
    }

    Result<Response> ask(const Request& request) {
        if (stop_)
            return failure(ErrorKind::Cancelled, QStringLiteral("The connection is closed."));
        return link_->demand(request, QStringLiteral("look into the sessions of %1").arg(path_.address()),
                             listMs);
    }
    Result<Response> ask(const char* operation, HeaderTable body) {
        return ask({{{"operation", HeaderValue::string(operation)}}, HeaderValue::table(std::move(body))});
    }

    // Marks them in `sessions`; false: there are more than `most`.
    Result<bool> list(qint64 since, std::size_t most, std::map<QString, BusSession>& sessions) {
        int skip = 0;
        for (;;) {
            auto answer = ask("com.microsoft:get-message-sessions", {{"last-updated-time", timeValue(since)},
                                                                     {"skip", intValue(skip)},
                                                                     {"top", intValue(idsOfPage)}});
            if (!answer)
                return failure(std::move(answer.error()));
            const auto ids = sessionIdsOf(*answer, path_.address());
            if (!ids)
                return failure(ids.error());
            if (ids->empty())
                return true;
            for (const QString& id : *ids) {
                if (!sessions.contains(id) && sessions.size() >= most)
                    return false;
                BusSession& session = sessions[id];
                session.id = id;
                session.hasMessages = session.hasMessages || since == withMessages;
                if (since == withState && !session.state)
                    session.state.emplace(); // to be asked for
            }
            skip += static_cast<int>(ids->size());
            if (skip > static_cast<int>(most) + idsOfPage)
                return false; // the same ones again and again
        }
    }

    Result<void> askState(BusSession& session) {
        session.state.reset();
        auto answer = ask("com.microsoft:get-session-state",
                          {{"session-id", HeaderValue::string(session.id.toUtf8())}});
        if (!answer && answer.error().kind == ErrorKind::Conflict) { // session-lock-lost: it is not ours
            session.isStateTold = false;
            return {};
        }
        if (!answer)
            return failure(std::move(answer.error()));
        auto state = sessionStateOf(*answer, path_.address());
        if (!state)
            return failure(std::move(state.error()));
        session.state = std::move(*state);
        return {};
    }

    Result<bool> hasMessages(const QString& id) {
        qint64 next = 0;
        for (;;) {
            auto answer = ask(peekRequest(next, mostPeeked, false, id));
            if (!answer)
                return failure(std::move(answer.error()));
            const auto messages = peekedMessages(*answer, next, path_.address());
            if (!messages)
                return failure(messages.error());
            if (messages->empty())
                return false;
            for (const Peeked& peeked : *messages) {
                next = peeked.number + 1;
                if (amqp10::stateOf(peeked.message) == amqp10::State::Active)
                    return true;
            }
        }
    }

private:
    NamespaceWire wire_;
    const EntityPath path_;
    const std::atomic<bool>& stop_;
    std::unique_ptr<RequestLink> link_; // ends before the wire
};

} // namespace

Result<std::vector<QString>> sessionIdsOf(const Response& response, const QString& queue) {
    std::vector<QString> ids;
    if (response.status == 204)
        return ids;
    const HeaderValue list = response.field("sessions-ids");
    if (!list.asArray())
        return senseless(queue);
    for (const HeaderValue& entry : *list.asArray()) {
        if (entry.kind != ValueKind::String || !entry.asBytes())
            return senseless(queue);
        ids.push_back(QString::fromUtf8(*entry.asBytes()));
    }
    return ids;
}

Result<std::optional<QByteArray>> sessionStateOf(const Response& response, const QString& queue) {
    std::optional<QByteArray> state;
    const HeaderValue value = response.field("session-state");
    if (value.kind == ValueKind::Void)
        return state;
    if (value.kind != ValueKind::Bytes || !value.asBytes())
        return senseless(queue);
    state = *value.asBytes();
    return state;
}

Result<SessionListing> listSessions(const NamespaceAccess& access, const QString& queue, int most,
                                    const std::atomic<bool>& stop) {
    Asker asker(access, queue, stop);
    if (auto opened = asker.open(); !opened)
        return failure(std::move(opened.error()));
    std::map<QString, BusSession> found;
    SessionListing listing;
    for (const qint64 since : {withMessages, withState}) {
        auto listed = asker.list(since, static_cast<std::size_t>(most), found);
        if (!listed)
            return failure(std::move(listed.error()));
        listing.isWhole = listing.isWhole && *listed;
    }
    for (auto& [id, session] : found) {
        if (session.state || !listing.isWhole) { // cut off, it does not tell who has a state
            if (auto asked = asker.askState(session); !asked)
                return failure(std::move(asked.error()));
        }
        listing.sessions.push_back(std::move(session));
    }
    return listing;
}

Result<BusSession> oneSession(const NamespaceAccess& access, const QString& queue, const QString& id,
                              const std::atomic<bool>& stop) {
    Asker asker(access, queue, stop);
    if (auto opened = asker.open(); !opened)
        return failure(std::move(opened.error()));
    BusSession session;
    session.id = id;
    if (auto asked = asker.askState(session); !asked)
        return failure(std::move(asked.error()));
    auto has = asker.hasMessages(id);
    if (!has)
        return failure(std::move(has.error()));
    session.hasMessages = *has;
    return session;
}

} // namespace signalbox::servicebus
