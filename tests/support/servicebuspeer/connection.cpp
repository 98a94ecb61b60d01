#include "tests/support/servicebuspeer/connection.h"

#include "tests/support/servicebuspeer/bridge.h"

#include <proton/connection.h>
#include <proton/event.h>
#include <proton/session.h>
#include <proton/transport.h>
#include <unistd.h>

namespace signalbox::sbpeer {

namespace {
constexpr int maxFrame = 65536;
constexpr int idleMs = 240000;
constexpr int exitCode = 9;
} // namespace

Connection::Connection(Shared& shared, std::unique_ptr<Stream> stream)
    : shared_(shared)
    , stream_(std::move(stream))
    , sasl_(shared.keyring) {
    pn_connection_driver_init(&driver_, nullptr, nullptr);
    pn_transport_set_server(driver_.transport);
    pn_transport_set_max_frame(driver_.transport, maxFrame);
    pn_transport_set_idle_timeout(driver_.transport, idleMs);
    pn_transport_set_channel_max(driver_.transport, 4999);
    stream_->received = [this](const QByteArray& bytes) { read(bytes); };
    stream_->closed = [this] {
        pn_connection_driver_close(&driver_);
        run();
        end();
    };
}

Connection::~Connection() {
    for (auto& [link, work] : links_) {
        work->onGone();
    }
    links_.clear();
    pn_connection_driver_destroy(&driver_);
}

void Connection::read(const QByteArray& bytes) {
    if (over_ || exiting_) {
        return;
    }
    if (sasl_.done()) {
        feed(bytes);
        return;
    }
    QByteArray answer;
    sasl_.read(bytes, &answer);
    put(answer);
    if (sasl_.failed()) {
        stream_->close();
    } else if (sasl_.done()) {
        if (sasl_.grant()) {
            grants_.add(*sasl_.grant());
        }
        feed(sasl_.takeRest());
    }
}

void Connection::feed(const QByteArray& bytes) {
    qsizetype done = 0;
    while (done < bytes.size() && !over_) {
        const pn_rwbytes_t buffer = pn_connection_driver_read_buffer(&driver_);
        if (buffer.size == 0) {
            break; // the transport has closed its reading side
        }
        const auto part = std::min(static_cast<qsizetype>(buffer.size), bytes.size() - done);
        std::copy_n(bytes.constData() + done, part, buffer.start);
        pn_connection_driver_read_done(&driver_, static_cast<std::size_t>(part));
        done += part;
        run();
    }
}

void Connection::run() {
    if (running_) {
        return; // the outer call goes on until nothing is left
    }
    running_ = true;
    do {
        while (pn_event_t* event = pn_connection_driver_next_event(&driver_)) {
            onEvent(event);
        }
        if (dropping_) {
            running_ = false;
            drop();
            return;
        }
        flush();
    } while (pn_connection_driver_has_event(&driver_));
    running_ = false;
    if (exiting_) {
        stream_->flush();
        _exit(exitCode); // as a crash: nothing is tidied up
    }
    if (pn_connection_driver_finished(&driver_) && !over_) {
        stream_->close();
        end();
    }
}

void Connection::flush() {
    for (;;) {
        const pn_bytes_t bytes = pn_connection_driver_write_buffer(&driver_);
        if (bytes.size == 0) {
            return;
        }
        put(QByteArray(bytes.start, static_cast<qsizetype>(bytes.size)));
        pn_connection_driver_write_done(&driver_, bytes.size);
    }
}

void Connection::put(const QByteArray& bytes) {
    if (over_ || bytes.isEmpty()) {
        return;
    }
    if (shared_.faults.delayMs > 0 || !late_.empty()) {
        late_.emplace_back(QDateTime::currentMSecsSinceEpoch() + shared_.faults.delayMs, bytes);
        return;
    }
    stream_->write(bytes);
}

void Connection::pump() {
    if (over_) {
        return;
    }
    for (auto& [link, work] : links_) {
        work->pump();
    }
    run();
}

void Connection::onTimer() {
    if (over_) {
        return;
    }
    const qint64 real = QDateTime::currentMSecsSinceEpoch();
    while (!late_.empty() && late_.front().first <= real) {
        stream_->write(late_.front().second);
        late_.erase(late_.begin());
    }
    std::vector<std::pair<pn_link_t*, Refusal>> ending;
    for (auto& [link, work] : links_) {
        if (work->right != 0 && !grants_.allows(work->path, work->right, now())) {
            ending.push_back(
                {link, {"amqp:unauthorized-access", "ExpiredToken: The link's token has expired."}});
        } else if (const auto reason = work->failure()) {
            ending.emplace_back(link, *reason);
        }
    }
    for (const auto& [link, reason] : ending) {
        endLink(link, &reason);
    }
    pn_transport_tick(driver_.transport, real);
    run();
}

void Connection::drop() {
    stream_->abort();
    end();
}

void Connection::close(const Refusal& reason) {
    setCondition(pn_connection_condition(driver_.connection), reason);
    pn_connection_close(driver_.connection);
    run();
}

int Connection::detach(const Entity* entity, const Refusal& reason) {
    std::vector<pn_link_t*> chosen;
    for (const auto& [link, work] : links_) {
        if (work->entity != nullptr && (entity == nullptr || work->entity == entity)) {
            chosen.push_back(link);
        }
    }
    for (pn_link_t* link : chosen) {
        endLink(link, &reason);
    }
    run();
    return static_cast<int>(chosen.size());
}

void Connection::forget(const Entity* entity) {
    detach(entity, {"amqp:not-found", "The messaging entity '" + entity->path + "' could not be found."});
}

void Connection::expireClaims() {
    grants_.expire();
    onTimer();
}

ReplyWork* Connection::replyTo(const QByteArray& node, const QByteArray& replyTo) {
    ReplyWork* any = nullptr;
    for (const auto& [link, work] : links_) {
        auto* reply = dynamic_cast<ReplyWork*>(work.get());
        if (reply == nullptr || reply->node().toLower() != node.toLower()) {
            continue;
        }
        const char* target = pn_terminus_get_address(pn_link_remote_target(link));
        if (reply->name() == replyTo || (target != nullptr && replyTo == target)) {
            return reply;
        }
        any = reply;
    }
    return replyTo.isEmpty() ? any : nullptr;
}

LinkWork* Connection::byName(const QByteArray& linkName) {
    for (const auto& [link, work] : links_) {
        if (work->name() == linkName) {
            return work.get();
        }
    }
    return nullptr;
}

void Connection::endLink(pn_link_t* link, const Refusal* reason) {
    const auto found = links_.find(link);
    if (found == links_.end()) {
        return;
    }
    found->second->onGone();
    links_.erase(found);
    if ((pn_link_state(link) & PN_LOCAL_UNINIT) != 0) {
        pn_link_open(link);
    }
    if (reason != nullptr) {
        setCondition(pn_link_condition(link), *reason);
    }
    pn_link_close(link);
}

void Connection::endLinksOf(pn_session_t* session) {
    std::vector<pn_link_t*> theirs;
    for (const auto& [link, work] : links_) {
        if (pn_link_session(link) == session) {
            theirs.push_back(link);
        }
    }
    for (pn_link_t* link : theirs) {
        endLink(link, nullptr);
    }
}

void Connection::end() {
    if (over_) {
        return;
    }
    over_ = true;
    for (auto& [link, work] : links_) {
        work->onGone();
    }
    links_.clear();
    if (finished) {
        finished();
    }
}

void Connection::onEvent(pn_event_t* event) {
    switch (pn_event_type(event)) {
    case PN_CONNECTION_REMOTE_OPEN:
        pn_connection_set_container(driver_.connection, "signalbox-servicebuspeer");
        pn_connection_open(driver_.connection);
        break;
    case PN_SESSION_REMOTE_OPEN:
        pn_session_open(pn_event_session(event));
        break;
    case PN_LINK_REMOTE_OPEN:
        attach(pn_event_link(event));
        break;
    case PN_LINK_FLOW:
        if (const auto work = links_.find(pn_event_link(event)); work != links_.end()) {
            work->second->pump();
        }
        break;
    case PN_DELIVERY:
        if (const auto work = links_.find(pn_event_link(event)); work != links_.end()) {
            work->second->onDelivery(pn_event_delivery(event));
        }
        break;
    case PN_LINK_REMOTE_CLOSE:
    case PN_LINK_REMOTE_DETACH:
        endLink(pn_event_link(event), nullptr);
        pn_link_close(pn_event_link(event));
        pn_link_free(pn_event_link(event));
        break;
    case PN_SESSION_REMOTE_CLOSE:
        endLinksOf(pn_event_session(event));
        pn_session_close(pn_event_session(event));
        pn_session_free(pn_event_session(event));
        break;
    case PN_CONNECTION_REMOTE_CLOSE:
        pn_connection_close(driver_.connection);
        break;
    default:
        break;
    }
}

} // namespace signalbox::sbpeer
