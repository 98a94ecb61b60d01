#include "app/rabbitmq/connectiontest.h"

#include <QElapsedTimer>
#include <QHostAddress>
#include <QHostInfo>
#include <QTcpSocket>

namespace signalbox::rabbitmq {

namespace {

using State = TestStep::State;
constexpr int tcpMs = 10000;

const QString skipped = QStringLiteral("Not tried: a step before it failed.");

TestStep dnsStep(const ConnectionProfile& profile, QHostAddress& address) {
    if (address.setAddress(profile.host))
        return {QStringLiteral("DNS"), State::Passed,
                QStringLiteral("%1 is an address already.").arg(profile.host)};
    const QHostInfo info = QHostInfo::fromName(profile.host);
    if (info.addresses().isEmpty())
        return {QStringLiteral("DNS"), State::Failed,
                QStringLiteral("The host name %1 is not known (%2). Check the name and your network or VPN.")
                    .arg(profile.host, info.errorString())};
    QStringList all;
    for (const QHostAddress& each : info.addresses())
        all << each.toString();
    address = info.addresses().constFirst();
    return {QStringLiteral("DNS"), State::Passed,
            QStringLiteral("%1 is %2.").arg(profile.host, all.join(QStringLiteral(", ")))};
}

TestStep tcpStep(const ConnectionProfile& profile) {
    QTcpSocket socket;
    QElapsedTimer timer;
    timer.start();
    socket.connectToHost(profile.host, static_cast<quint16>(profile.port));
    if (socket.waitForConnected(tcpMs))
        return {
            QStringLiteral("TCP"), State::Passed,
            QStringLiteral("Port %1 accepts connections (%2 ms).").arg(profile.port).arg(timer.elapsed())};
    return {QStringLiteral("TCP"), State::Failed,
            QStringLiteral(
                "Port %1 of %2 accepts no connection (%3). Is the broker running, and no firewall between?")
                .arg(profile.port)
                .arg(profile.host, socket.errorString())};
}

TestStep passedTls(const ConnectionProfile& profile) {
    const QHostAddress address(profile.host);
    const bool isHere = address.isLoopback() || profile.host == QLatin1String("localhost");
    if (!profile.tls.enabled && isHere)
        return {QStringLiteral("TLS"), State::Passed,
                QStringLiteral("Not used; the broker is on this machine.")};
    if (!profile.tls.enabled)
        return {QStringLiteral("TLS"), State::Warned,
                QStringLiteral("Not used: the password and all messages go unencrypted.")};
    if (!profile.tls.verify)
        return {QStringLiteral("TLS"), State::Warned,
                QStringLiteral(
                    "Encrypted, but the server's certificate is not verified: anybody could pose as it.")};
    return {QStringLiteral("TLS"), State::Passed,
            QStringLiteral("Encrypted; the certificate is valid for %1.")
                .arg(profile.tls.serverName.isEmpty() ? profile.host : profile.tls.serverName)};
}

QString words(const Error& error) {
    return error.detail.isEmpty() ? error.summary
                                  : QStringLiteral("%1 [%2]").arg(error.summary, error.detail);
}

} // namespace

AmqpTest testAmqp(const Dial& dial) {
    const ConnectionProfile& profile = dial.profile;
    AmqpTest test;
    std::vector<TestStep>& steps = test.steps;
    QHostAddress address;
    steps.push_back(dnsStep(profile, address));
    if (steps.back().state == State::Passed)
        steps.push_back(tcpStep(profile));
    const bool reachable = steps.size() == 2 && steps.back().state == State::Passed;
    DialStage stage = DialStage::Socket;
    Error error;
    QString product;
    if (reachable) {
        Dial own = dial;
        own.stage = &stage;
        if (auto link = AmqpLink::open(own)) {
            product = QStringLiteral("%1 %2").arg((*link)->serverProperty("product"),
                                                  (*link)->serverProperty("version"));
            (*link)->close();
            test.passed = true;
        } else {
            error = link.error();
        }
    }
    const auto add = [&](const QString& name, DialStage own, const TestStep& good) {
        if (!reachable || stage < own)
            steps.push_back({name, State::Skipped, skipped});
        else if (stage == own && !test.passed)
            steps.push_back({name, State::Failed, words(error)});
        else
            steps.push_back(good);
    };
    if (steps.size() == 1)
        steps.push_back({QStringLiteral("TCP"), State::Skipped, skipped});
    // The socket opened before, but not again: told where it is seen next.
    if (reachable && stage == DialStage::Socket)
        stage = profile.tls.enabled ? DialStage::Tls : DialStage::Login;
    add(QStringLiteral("TLS"), DialStage::Tls, passedTls(profile));
    add(QStringLiteral("Login"), DialStage::Login,
        {QStringLiteral("Login"), State::Passed,
         product.trimmed().isEmpty() ? QStringLiteral("%1 logged in.").arg(profile.user)
                                     : QStringLiteral("%1 logged in to %2.").arg(profile.user, product)});
    add(QStringLiteral("Virtual host"), DialStage::VirtualHost,
        {QStringLiteral("Virtual host"), State::Passed,
         QStringLiteral("%1 is open.").arg(profile.virtualHost)});
    return test;
}

} // namespace signalbox::rabbitmq
