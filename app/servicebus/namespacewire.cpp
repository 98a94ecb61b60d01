#include "app/servicebus/namespacewire.h"

namespace signalbox::servicebus {

namespace {

constexpr int wirePatienceMs = 15000;

} // namespace

NamespaceWire::NamespaceWire(NamespaceAccess access, QString purpose)
    : access_(std::move(access))
    , purpose_(std::move(purpose))
    , tokens_(makeTokenSource(access_)) {}

NamespaceWire::~NamespaceWire() {
    close();
}

Result<void> NamespaceWire::open() {
    if (isUp())
        return {};
    close();
    {
        const std::lock_guard lock(mutex_);
        connection_ = std::make_shared<AmqpConnection>(
            AmqpConnection::Options{access_.endpoint, access_.hostname, purpose_, wirePatienceMs});
        if (interrupted_)
            connection_->interrupt();
    }
    ++turn_;
    claims_ = std::make_unique<Claims>(*connection_, *tokens_);
    return connection_->open();
}

pn_session_t* NamespaceWire::sharedSession() {
    if (!session_)
        session_ = connection_->newSession();
    return session_;
}

void NamespaceWire::close() {
    claims_.reset();
    session_ = nullptr;
    if (connection_)
        connection_->close();
    const std::lock_guard lock(mutex_);
    connection_.reset();
}

void NamespaceWire::interrupt() {
    interrupted_ = true;
    const std::lock_guard lock(mutex_);
    if (connection_)
        connection_->interrupt();
}

} // namespace signalbox::servicebus
