// A broker that answers what the test scripted, at once. FakeGatewayFactory makes them and remembers what it
// was asked for. Default answers are empty and successful.
#pragma once

#include "models/base/background.h"
#include "models/connections/gatewayfactory.h"
#include "models/messaging/brokergateway.h"

#include <QPointer>
#include <QPromise>
#include <functional>
#include <map>

namespace signalbox {

class FakeGateway final : public BrokerGateway {
public:
    explicit FakeGateway(QString connectionId, QObject* parent = nullptr)
        : BrokerGateway(parent)
        , connectionId_(std::move(connectionId)) {}

    QString connectionId() const override { return connectionId_; }
    LinkState linkState() const override { return linkState_; }
    QString linkDetail() const override { return linkDetail_; }
    int nextTrySeconds() const override { return nextTrySeconds_; }
    bool isLoginRefused() const override {
        return loginRefused && (linkState_ == LinkState::Failed || linkState_ == LinkState::Waiting);
    }
    void open() override {
        ++opened;
        setLink(linkAfterOpen, linkDetailAfterOpen);
    }
    void close() override {
        ++closed;
        setLink(LinkState::Disconnected);
    }

    QFuture<Result<BrokerFacts>> facts() override { return readyFuture(factsAnswer); }
    QFuture<Result<QueueListing>> queues(const QStringList& knownNames) override {
        askedNames = knownNames;
        wasAsked = true;
        if (isSilent) // goes away before it answers
            return silence_.future();
        return readyFuture(queuesAnswer);
    }
    // From queueAnswers, else from queuesAnswer, else NotFound.
    QFuture<Result<QueueInfo>> queue(const QString& name) override {
        if (const auto found = queueAnswers.find(name); found != queueAnswers.end())
            return readyFuture(found->second);
        if (queuesAnswer) {
            for (const QueueInfo& info : queuesAnswer->queues) {
                if (info.ref.name == name)
                    return readyFuture<Result<QueueInfo>>(info);
            }
        }
        return readyFuture<Result<QueueInfo>>(
            failure(ErrorKind::NotFound, QStringLiteral("There is no queue %1.").arg(name)));
    }
    QFuture<Result<RoutingTable>> routing() override { return readyFuture(routingAnswer); }
    QFuture<Result<std::vector<TestStep>>> test() override { return readyFuture(testAnswer); }

    std::unique_ptr<MessageSource> makeSource(const SourceOptions& options) override {
        return sourceMaker ? sourceMaker(options) : nullptr;
    }
    SessionDirectory* sessions() override { return directory; }
    std::unique_ptr<MessageTarget> makeTarget(const QString& space) override {
        return targetMaker ? targetMaker(space) : nullptr;
    }

    EntityAdmin* entityAdmin() override { return entities; }

    void setLink(LinkState state, const QString& detail = {}, int nextTrySeconds = 0) {
        nextTrySeconds_ = nextTrySeconds;
        linkState_ = state;
        linkDetail_ = detail;
        Q_EMIT linkChanged();
    }

    EntityAdmin* entities = nullptr;
    Result<BrokerFacts> factsAnswer;
    Result<QueueListing> queuesAnswer;
    bool isSilent = false;
    bool wasAsked = false;
    std::map<QString, Result<QueueInfo>> queueAnswers;
    Result<RoutingTable> routingAnswer;
    Result<std::vector<TestStep>> testAnswer;
    std::function<std::unique_ptr<MessageSource>(const SourceOptions&)> sourceMaker;
    std::function<std::unique_ptr<MessageTarget>(const QString&)> targetMaker;
    SessionDirectory* directory = nullptr; // the test's
    LinkState linkAfterOpen = LinkState::Connected;
    QString linkDetailAfterOpen;
    bool loginRefused = false; // why it is Failed or Waiting
    QStringList askedNames;
    int opened = 0;
    int closed = 0;

private:
    QString connectionId_;
    LinkState linkState_ = LinkState::Disconnected;
    QString linkDetail_;
    int nextTrySeconds_ = 0;
    QPromise<Result<QueueListing>> silence_;
};

class FakeGatewayFactory final : public GatewayFactory {
public:
    std::unique_ptr<BrokerGateway> make(const ConnectionProfile& profile, const Secret& password) override {
        auto gateway = std::make_unique<FakeGateway>(profile.id);
        profiles.push_back(profile);
        passwords.push_back(password.reveal());
        last = gateway.get();
        if (prepare)
            prepare(*gateway);
        return gateway;
    }

    std::function<void(FakeGateway&)> prepare; // scripts every new gateway
    std::vector<ConnectionProfile> profiles;
    std::vector<QByteArray> passwords;
    QPointer<FakeGateway> last;
};

} // namespace signalbox
