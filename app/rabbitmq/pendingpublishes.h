// Messages published on one channel that have no answer yet, by the broker's sequence number (1, 2, 3 ...).
// Turns confirms, returns and a closed channel into outcomes. One thread.
#pragma once

#include "models/messaging/messagetarget.h"

#include <deque>

namespace signalbox::rabbitmq {

class PendingPublishes {
public:
    void restart();
    void published(const Outgoing& message);
    bool isEmpty() const { return open_ == 0; }

    void confirmed(std::uint64_t tag, bool multiple, std::vector<PublishOutcome>& out);
    void refused(std::uint64_t tag, bool multiple, std::vector<PublishOutcome>& out);
    // The protocol does not say which publish came back: content does, and among equals the oldest.
    void returned(const Message& message, const QString& reason, std::vector<PublishOutcome>& out);
    // The broker closed the channel with this code and text. It works in order, so what it objected to and
    // everything after that was not sent. Where several fit it does not say which one it was: only the last
    // of them and what follows is sure; what lies before has no answer and stays unknown.
    void channelClosed(int code, const QString& text, const QByteArray& user,
                       std::vector<PublishOutcome>& out);

private:
    struct Entry {
        qint64 item = 0;
        QByteArray exchange;
        QByteArray routingKey;
        QByteArray userId;
        std::size_t content = 0;
        bool isOpen = true;
        bool isReturned = false;
    };
    template<class Fn>
    void each(std::uint64_t tag, bool multiple, Fn fn);
    void dropAnswered();

    std::uint64_t first_ = 1; // sequence number of entries_.front()
    std::deque<Entry> entries_;
    std::size_t open_ = 0;
};

} // namespace signalbox::rabbitmq
