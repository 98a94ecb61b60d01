// signalbox-servicebuspeer: the test Service Bus as a program. Reads its entities from a JSON file or
// standard input, says its ports in one line of JSON, and ends on SIGTERM or when standard input closes.
#include "tests/support/servicebuspeer/host.h"

#include <CLI/CLI.hpp>
#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QSocketNotifier>
#include <csignal>
#include <cstdio>
#include <sys/socket.h>
#include <unistd.h>

namespace {

int wakeUp[2];

void onSignal(int) {
    const char byte = 0;
    [[maybe_unused]] const auto written = write(wakeUp[1], &byte, 1);
}

QByteArray readLine() { // the configuration is one line: standard input stays open as the sign of life
    QByteArray line;
    char byte = 0;
    while (read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n') {
        line += byte;
    }
    return line;
}

} // namespace

int main(int argc, char** argv) {
    using namespace signalbox::sbpeer;
    CLI::App options("A small Azure Service Bus for tests");
    std::string configuration, certificate, key;
    HostOptions host;
    options.add_option("--config", configuration, "JSON file; without it, one line of standard input");
    options.add_option("--amqp-port", host.amqpPort, "0: a free one, -1: none");
    options.add_option("--http-port", host.httpPort, "management and control");
    options.add_option("--amqps-port", host.amqpsPort, "needs --certificate");
    options.add_option("--websocket-port", host.webSocketPort, "needs --certificate");
    options.add_option("--https-port", host.httpsPort, "needs --certificate");
    options.add_option("--certificate", certificate, "PEM");
    options.add_option("--key", key, "PEM");
    CLI11_PARSE(options, argc, argv);

    QCoreApplication application(argc, argv);
    QByteArray json;
    if (configuration.empty()) {
        json = readLine();
    } else {
        QFile file(QString::fromStdString(configuration));
        if (!file.open(QIODevice::ReadOnly)) {
            std::fprintf(stderr, "cannot read %s\n", configuration.c_str());
            return 2;
        }
        json = file.readAll();
    }
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (!document.isObject()) {
        std::fprintf(stderr, "the configuration is not a JSON object: %s\n", qPrintable(error.errorString()));
        return 2;
    }
    host.configuration = document.object();
    host.certificateFile = QString::fromStdString(certificate);
    host.keyFile = QString::fromStdString(key);

    Host peer;
    const auto ports = peer.start(host);
    if (!ports) {
        std::fprintf(stderr, "%s\n", ports.error().description.constData());
        return 1;
    }
    std::printf("{\"amqp\":%d,\"http\":%d,\"amqps\":%d,\"websocket\":%d,\"https\":%d}\n", ports->amqp,
                ports->http, ports->amqps, ports->webSocket, ports->https);
    std::fflush(stdout);

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, wakeUp) != 0) {
        return 1;
    }
    std::signal(SIGTERM, onSignal);
    std::signal(SIGINT, onSignal);
    QSocketNotifier signalled(wakeUp[0], QSocketNotifier::Read);
    QObject::connect(&signalled, &QSocketNotifier::activated, &application, &QCoreApplication::quit);
    QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, &application, [&] {
        char bytes[256];
        if (read(STDIN_FILENO, bytes, sizeof bytes) <= 0) {
            QCoreApplication::quit();
        }
    });
    return QCoreApplication::exec();
}
