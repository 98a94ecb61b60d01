#include "tests/sandbox/scenario.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace signalbox::sandbox {

namespace {

Result<QByteArray> resource(const char* name) {
    QFile file(QStringLiteral(":/signalbox/sandbox/") + QLatin1String(name));
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::NotFound, QStringLiteral("%1 is missing.").arg(file.fileName()));
    return file.readAll();
}

} // namespace

Result<Scenario> Scenario::load() {
    auto text = resource("scenario.json");
    if (!text)
        return failure(std::move(text.error()));
    QJsonParseError error;
    const QJsonObject object = QJsonDocument::fromJson(*text, &error).object();
    Scenario scenario;
    const QJsonArray deaths = object.value(QStringLiteral("deaths")).toArray();
    for (const auto& each : deaths)
        scenario.deaths.push_back(Cause::fromJson(each.toObject()));
    scenario.stream = Cause::fromJson(object.value(QStringLiteral("stream")).toObject());
    scenario.unrouted = Cause::fromJson(object.value(QStringLiteral("unrouted")).toObject());
    if (scenario.deaths.empty())
        return failure(ErrorKind::Corrupt, QStringLiteral("The scenario is empty."), error.errorString());
    return scenario;
}

QMap<QString, qint64> Scenario::deadLetters() const {
    QMap<QString, qint64> counts;
    for (const Cause& cause : deaths)
        counts[cause.park.isEmpty() ? cause.queue : cause.park] += cause.count;
    return counts;
}

Result<QByteArray> companyDefinitions() {
    return resource("definitions.json");
}

} // namespace signalbox::sandbox
