// ATOM management of the namespace over HTTP. Lives on the peer's thread.
#pragma once

#include "tests/support/servicebuspeer/broker.h"
#include "tests/support/servicebuspeer/claims.h"
#include "tests/support/servicebuspeer/http.h"
#include "tests/support/servicebuspeer/xml.h"

namespace signalbox::sbpeer {

class AtomFront {
public:
    // `remove` deletes an entity and ends its links.
    AtomFront(Broker& broker, const Keyring& keyring, std::function<Outcome<void>(const QByteArray&)> remove)
        : broker_(broker)
        , keyring_(keyring)
        , remove_(std::move(remove)) {}

    HttpResponse answer(const HttpRequest& request);

private:
    // What a path names. Only the parts that are there are set.
    struct Target {
        QByteArray entity;                            // queue or topic
        std::optional<QByteArray> subscription, rule; // empty: the list of them
    };
    static Target targetOf(const QByteArray& path);
    Outcome<void> authorize(const QByteArray& token, const QByteArray& audience) const;
    HttpResponse route(const HttpRequest& request);
    HttpResponse namespaceInfo(const HttpRequest& request) const;
    HttpResponse get(const HttpRequest& request, const Target& target);
    HttpResponse listEntities(const HttpRequest& request, const std::vector<Entity*>& entities,
                              const QByteArray& title);
    HttpResponse listRules(const HttpRequest& request, const Entity& subscription);
    HttpResponse put(const HttpRequest& request, const Target& target);
    HttpResponse putEntity(const HttpRequest& request, const Target& target, const XmlElement& content);
    HttpResponse putRule(const HttpRequest& request, const Target& target, const XmlElement& content);
    HttpResponse drop(const Target& target);
    Outcome<void> mayForward(const HttpRequest& request, const EntitySettings& settings) const;

    Broker& broker_;
    const Keyring& keyring_;
    std::function<Outcome<void>(const QByteArray&)> remove_;
};

} // namespace signalbox::sbpeer
