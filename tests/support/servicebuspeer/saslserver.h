// The SASL layer of AMQP from the server's side, up to its outcome: ANONYMOUS, MSSBCBS, EXTERNAL and PLAIN
// with a key's name and the key. Proton's own knows neither MSSBCBS nor, without Cyrus, PLAIN. Any thread.
#pragma once

#include "tests/support/servicebuspeer/claims.h"

#include <optional>

namespace signalbox::sbpeer {

class SaslServer {
public:
    explicit SaslServer(const Keyring& keyring)
        : keyring_(keyring) {}

    // Bytes of the client; appends to `answer` what must be sent. Afterwards rest() are bytes for AMQP
    // itself.
    void read(const QByteArray& bytes, QByteArray* answer);
    bool done() const { return state_ == State::Done; }
    bool failed() const { return state_ == State::Failed; } // send the answer and close
    QByteArray takeRest() { return std::exchange(buffer_, {}); }
    const std::optional<Grant>& grant() const { return grant_; } // of PLAIN
    const QByteArray& mechanism() const { return mechanism_; }

private:
    enum class State { Header, Init, Done, Failed };
    bool step(QByteArray* answer);
    void judge(const QByteArray& frame, QByteArray* answer);

    const Keyring& keyring_;
    State state_ = State::Header;
    QByteArray buffer_, mechanism_;
    std::optional<Grant> grant_;
};

} // namespace signalbox::sbpeer
