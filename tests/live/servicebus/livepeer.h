// The Service Bus peer on a thread of its own, for tests that block. Any call reaches it through with().
#pragma once

#include "app/servicebus/namespaceaccess.h"
#include "tests/support/servicebuspeer/host.h"

#include <QJsonDocument>
#include <QThread>
#include <QtTest>
#include <memory>
#include <proton/message.h>
#include <utility>

namespace signalbox::live {

// A message as Proton's own encoder writes it: neither our client's code nor the peer's.
struct Letter {
    QByteArray id;
    QByteArray body;
    QByteArray session;
    std::uint32_t ttlMs = 0;

    QByteArray encoded() const {
        const auto bytes = [](const QByteArray& text) {
            return pn_bytes(static_cast<std::size_t>(text.size()), text.constData());
        };
        pn_message_t* message = pn_message();
        pn_atom_t atom{};
        atom.type = PN_STRING;
        atom.u.as_bytes = bytes(id);
        pn_message_set_id(message, atom);
        if (!session.isEmpty())
            pn_message_set_group_id(message, session.constData());
        if (ttlMs > 0)
            pn_message_set_ttl(message, ttlMs);
        pn_message_set_inferred(message, true);
        pn_data_put_binary(pn_message_body(message), bytes(body));
        QByteArray out(body.size() + 4096, Qt::Uninitialized);
        auto size = static_cast<std::size_t>(out.size());
        const int failed = pn_message_encode(message, out.data(), &size);
        pn_message_free(message);
        out.truncate(failed ? 0 : static_cast<qsizetype>(size));
        return out;
    }
};

class LivePeer {
public:
    explicit LivePeer(const char* configuration) {
        thread_.start();
        options_.configuration = QJsonDocument::fromJson(configuration).object();
        context_.moveToThread(&thread_);
        run([this] {
            host_ = std::make_unique<sbpeer::Host>();
            if (const auto started = host_->start(options_))
                ports_ = *started;
            else
                qWarning("%s", started.error().description.constData());
        });
    }
    ~LivePeer() {
        run([this] { host_.reset(); });
        thread_.quit();
        thread_.wait();
    }
    LivePeer(const LivePeer&) = delete;
    LivePeer& operator=(const LivePeer&) = delete;
    LivePeer(LivePeer&&) = delete;
    LivePeer& operator=(LivePeer&&) = delete;

    const sbpeer::HostPorts& ports() const { return ports_; }

    template<class Fn>
    auto with(Fn fn) {
        using Answer = decltype(fn(*host_));
        if constexpr (std::is_void_v<Answer>) {
            run([&] { fn(*host_); });
        } else {
            std::optional<Answer> answer;
            run([&] { answer = fn(*host_); });
            return std::move(*answer);
        }
    }

    // False: the peer refused it.
    bool send(const QByteArray& address, const Letter& letter) {
        return with([&](sbpeer::Host& host) {
            const auto place = host.broker().resolve(address);
            auto message = sbpeer::Message::parse(letter.encoded());
            return place && message && host.broker().send(*place, std::move(*message)).has_value();
        });
    }

    servicebus::NamespaceAccess access(const QString& keyName = QStringLiteral("RootManageSharedAccessKey"),
                                       const QByteArray& key = "SAS_KEY_VALUE") const {
        servicebus::NamespaceAccess made;
        made.endpoint.kind = servicebus::Endpoint::Kind::Plain;
        made.endpoint.host = QStringLiteral("127.0.0.1");
        made.endpoint.port = ports_.amqp;
        made.hostname = QStringLiteral("localhost");
        made.keyName = keyName;
        made.secret = Secret(key);
        return made;
    }

private:
    template<class Fn>
    void run(Fn fn) {
        QMetaObject::invokeMethod(&context_, fn, Qt::BlockingQueuedConnection);
    }

    sbpeer::HostOptions options_;
    sbpeer::HostPorts ports_;
    QThread thread_;
    QObject context_;
    std::unique_ptr<sbpeer::Host> host_;
};

} // namespace signalbox::live
