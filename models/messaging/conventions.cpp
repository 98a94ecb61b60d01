#include "models/messaging/conventions.h"

#include "models/messaging/jsonvalues.h"

namespace signalbox {

using jsonvalues::BadJson;
using jsonvalues::Json;

namespace {

struct HeaderField {
    const char* name;
    QList<QByteArray> FrameworkConvention::*member;
};

constexpr HeaderField headerFields[] = {
    {"markers", &FrameworkConvention::markerHeaders},
    {"exceptionType", &FrameworkConvention::exceptionType},
    {"exceptionText", &FrameworkConvention::exceptionText},
    {"stackTrace", &FrameworkConvention::stackTrace},
    {"failedAt", &FrameworkConvention::failedAt},
    {"failedQueue", &FrameworkConvention::failedQueue},
    {"messageType", &FrameworkConvention::messageType},
    {"reason", &FrameworkConvention::reason},
    {"originExchange", &FrameworkConvention::originExchange},
    {"originKey", &FrameworkConvention::originKey},
};

QList<QByteArray> readNames(const Json& json, const QString& path) {
    if (!json.is_array())
        throw BadJson{path, QStringLiteral("must be a list of names")};
    QList<QByteArray> names;
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (!json[i].is_string() || json[i].get_ref<const std::string&>().empty())
            throw BadJson{jsonvalues::indexed(path, i), QStringLiteral("must be a name")};
        names << QByteArray::fromStdString(json[i].get_ref<const std::string&>());
    }
    return names;
}

FrameworkConvention readFramework(const Json& json, const QString& path) {
    jsonvalues::expectObject(json,
                             {"framework", "queues", "markers", "exceptionType", "exceptionText",
                              "stackTrace", "failedAt", "failedQueue", "messageType", "reason",
                              "originExchange", "originKey", "jsonEnvelope"},
                             path);
    FrameworkConvention convention;
    const Json& name = jsonvalues::member(json, "framework", path);
    if (!name.is_string() || name.get_ref<const std::string&>().empty())
        throw BadJson{jsonvalues::joined(path, "framework"), QStringLiteral("must be a name")};
    convention.framework = QString::fromStdString(name.get_ref<const std::string&>());
    if (const auto queues = json.find("queues"); queues != json.end()) {
        const QString at = jsonvalues::joined(path, "queues");
        const QList<QByteArray> patterns = readNames(*queues, at);
        for (qsizetype i = 0; i < patterns.size(); ++i) {
            QRegularExpression pattern(QString::fromUtf8(patterns.at(i)));
            if (!pattern.isValid())
                throw BadJson{jsonvalues::indexed(at, static_cast<std::size_t>(i)),
                              QStringLiteral("is not a regular expression: ") + pattern.errorString()};
            pattern.optimize();
            convention.queuePatterns << pattern;
        }
    }
    for (const HeaderField& field : headerFields) {
        if (const auto found = json.find(field.name); found != json.end())
            convention.*field.member = readNames(*found, jsonvalues::joined(path, field.name));
    }
    if (const auto envelope = json.find("jsonEnvelope"); envelope != json.end()) {
        if (!envelope->is_boolean())
            throw BadJson{jsonvalues::joined(path, "jsonEnvelope"), QStringLiteral("must be true or false")};
        convention.jsonEnvelope = envelope->get<bool>();
    }
    return convention;
}

} // namespace

Result<Conventions> parseConventions(const QByteArray& json) {
    try {
        const Json document = jsonvalues::parse(json);
        jsonvalues::expectObject(document, {"frameworks"}, {});
        const Json& list = jsonvalues::member(document, "frameworks", {});
        if (!list.is_array())
            throw BadJson{QStringLiteral("frameworks"), QStringLiteral("must be a list")};
        Conventions conventions;
        for (std::size_t i = 0; i < list.size(); ++i)
            conventions.frameworks << readFramework(list[i],
                                                    jsonvalues::indexed(QStringLiteral("frameworks"), i));
        return conventions;
    } catch (const BadJson& bad) {
        const QString where = bad.path.isEmpty() ? QStringLiteral("The document") : bad.path;
        return failure(ErrorKind::Invalid, QStringLiteral("%1 %2.").arg(where, bad.what));
    } catch (const std::exception& error) {
        return failure(ErrorKind::Invalid, QStringLiteral("The conventions cannot be read."),
                       QString::fromUtf8(error.what()));
    }
}

QString conventionOf(const QString& queueName, const Conventions& conventions) {
    for (const FrameworkConvention& each : conventions.frameworks) {
        for (const QRegularExpression& pattern : each.queuePatterns) {
            if (pattern.match(queueName).hasMatch())
                return each.framework;
        }
    }
    return {};
}

} // namespace signalbox
