// One AMQP connection with one channel. Blocking calls for one thread; every wait is bounded.
#pragma once

#include "app/rabbitmq/amqperrors.h"
#include "app/rabbitmq/amqptls.h"
#include "models/base/result.h"
#include "models/base/secret.h"

#include <amqp.h>
#include <amqp_framing.h>
#include <atomic>
#include <memory>
#include <optional>

namespace signalbox::rabbitmq {

inline constexpr int sliceMs =
    50; // a wait for frames goes on in such slices, so that an interrupt is seen soon

// How far a connection attempt came.
enum class DialStage { Socket, Tls, Login, VirtualHost, Open };

struct Dial {
    ConnectionProfile profile; // its virtual host is the one opened
    Secret password;
    QString purpose;            // shown as connection name in the broker's own tools
    DialStage* stage = nullptr; // set where it stopped, if somebody wants to know
};

struct QueueCounts {
    qint64 ready = 0;
    int consumers = 0;
};

class AmqpLink {
public:
    static constexpr amqp_channel_t channel = 1;
    // Questions have a channel of their own: an answer does not queue up behind a stream of deliveries.
    static constexpr amqp_channel_t questions = 2;

    // Errors: CannotConnect (socket, TLS), NotAuthenticated (login), NotFound or NotAllowed (virtual host).
    static Result<std::unique_ptr<AmqpLink>> open(const Dial& dial);
    ~AmqpLink(); // drops the socket; see close()
    AmqpLink(const AmqpLink&) = delete;
    AmqpLink& operator=(const AmqpLink&) = delete;

    amqp_connection_state_t state() const { return state_; }
    AmqpDoing doing(const QString& what) const;

    // The next frame of the channel, or nothing within `waitMs`. Keeps blocked() up to date. An error ends
    // the link. The frame is valid until release().
    Result<std::optional<amqp_frame_t>> frame(int waitMs);
    // One channel only: the library looks through all queued frames for one of the channel, and with those
    // of another channel would look through all of them, every time.
    void release(amqp_channel_t of = channel) { amqp_maybe_release_buffers_on_channel(state_, of); }
    // The reply of the call just made.
    Result<void> check(const QString& what);
    Result<void> check(const QString& what, int status);
    // A channel or connection that the broker closed, as an error; the link is over.
    Error ended(const QString& what, const amqp_method_t& method);

    // After the broker closed the channel over a request, and nothing else.
    Result<void> reopenChannel();
    // Counts as of now. NotFound and NotAllowed leave the link up.
    Result<QueueCounts> declarePassive(const QString& queue);
    bool isUp() const { return up_; }
    bool blocked() const { return blocked_; }
    QString blockedReason() const { return blockedReason_; }
    // Text of a server property ("product", "version", "cluster_name").
    QString serverProperty(const char* name) const;
    // While on, the system gathers what is written into full packets instead of sending each frame at once:
    // less work for it and for the broker. Turning it off sends the rest. Does nothing where it cannot be
    // had.
    void gather(bool on);
    // Says goodbye within a few seconds, so that the broker gives held messages back at once.
    void close();

private:
    AmqpLink(const ConnectionProfile& profile, amqp_connection_state_t state)
        : profile_(profile)
        , state_(state) {}
    Result<void> connect(DialStage& stage);
    Result<void> openQuestions();
    Result<void> logIn(const Dial& dial, DialStage& stage);
    void takeConnectionFrame(const amqp_frame_t& frame);

    ConnectionProfile profile_;
    TlsReport tls_; // the library's TLS context points to it as long as the connection lives
    amqp_connection_state_t state_ = nullptr;
    bool up_ = false;
    bool mayAsk_ = false; // the channel for questions is open
    bool blocked_ = false;
    QString blockedReason_;
};

} // namespace signalbox::rabbitmq
