#include "models/messaging/conventions.h"

#include "models/messaging/jsonnode.h"
#include "models/messaging/jsonproblem.h"

#include <QStringList>

namespace signalbox {

namespace {

struct HeaderField {
    const char* name;
    QList<QByteArray> FrameworkConvention::*member;
};

constexpr HeaderField headerFields[] = {
    {"markerHeaders", &FrameworkConvention::markerHeaders},
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

QByteArray nameOf(const JsonNode& node) {
    QByteArray name = node.text();
    if (name.isEmpty())
        node.fail(QStringLiteral("Here should be a name."));
    return name;
}

QList<QByteArray> namesOf(const JsonNode& node) {
    QList<QByteArray> names;
    node.forEach([&](const JsonNode& item) { names << nameOf(item); });
    return names;
}

QRegularExpression patternOf(const JsonNode& node) {
    QRegularExpression pattern(QString::fromUtf8(nameOf(node)));
    if (!pattern.isValid())
        node.fail(QStringLiteral("This is not a valid regular expression: %1 at character %2.")
                      .arg(pattern.errorString())
                      .arg(pattern.patternErrorOffset()));
    pattern.optimize();
    return pattern;
}

FrameworkConvention readFramework(const JsonNode& node) {
    node.onlyMembers({"framework", "queues", "markerHeaders", "exceptionType", "exceptionText", "stackTrace",
                      "failedAt", "failedQueue", "messageType", "reason", "originExchange", "originKey",
                      "jsonEnvelope"});
    FrameworkConvention convention;
    convention.framework = QString::fromUtf8(nameOf(node.member("framework")));
    if (node.has("queues"))
        node.member("queues").forEach(
            [&](const JsonNode& item) { convention.queuePatterns << patternOf(item); });
    for (const HeaderField& field : headerFields) {
        if (node.has(field.name))
            convention.*field.member = namesOf(node.member(field.name));
    }
    convention.jsonEnvelope = node.has("jsonEnvelope") && node.member("jsonEnvelope").boolean();
    return convention;
}

} // namespace

Result<Conventions> parseConventions(const QByteArray& json) {
    try {
        const nlohmann::json document = parseStrictJson(json);
        const JsonNode root(document);
        root.onlyMembers({"frameworks"});
        Conventions conventions;
        root.member("frameworks").forEach([&](const JsonNode& item) {
            FrameworkConvention read = readFramework(item);
            for (const FrameworkConvention& other : conventions.frameworks) {
                if (other.framework == read.framework)
                    item.member("framework").fail(QStringLiteral("%1 is given twice.").arg(read.framework));
            }
            conventions.frameworks << std::move(read);
        });
        return conventions;
    } catch (const JsonProblem& problem) {
        return failure(problem.toError());
    }
}

QString conventionOf(const QString& queueName, const Conventions& conventions) {
    QStringList names; // "error" is a name of two frameworks: both are said
    for (const FrameworkConvention& convention : conventions.frameworks) {
        for (const QRegularExpression& pattern : convention.queuePatterns) {
            if (pattern.match(queueName).hasMatch() && !names.contains(convention.framework))
                names << convention.framework;
        }
    }
    return names.join(QStringLiteral(" or "));
}

} // namespace signalbox
