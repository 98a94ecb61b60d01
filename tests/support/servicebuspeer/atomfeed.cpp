#include "tests/support/servicebuspeer/atomfeed.h"

#include "tests/support/servicebuspeer/atomfields.h"
#include "tests/support/servicebuspeer/atomrules.h"

namespace signalbox::sbpeer {

namespace {

const QByteArray contentType = "application/atom+xml;type=entry;charset=utf-8";
constexpr std::size_t largestPage = 100;

QByteArray entryXml(const QByteArray& id, const QByteArray& title, const QByteArray& description,
                    const QByteArray& content) {
    return R"(<entry xmlns="http://www.w3.org/2005/Atom"><id>)" + escaped(id) + "</id><title type=\"text\">" +
           escaped(title) + "</title><published>" + isoTime(0) + "</published><updated>" + isoTime(0) +
           "</updated><link rel=\"self\" href=\"" + escaped(id) + "\"/><content type=\"application/xml\"><" +
           description +
           " xmlns=\"http://schemas.microsoft.com/netservices/2010/10/servicebus/connect\""
           " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">" +
           content + "</" + description + "></content></entry>";
}

} // namespace

QByteArray baseOf(const HttpRequest& request) {
    return "https://" + request.header("host") + '/';
}

QByteArray entityEntry(const HttpRequest& request, const Entity& entity) {
    const QByteArray description = descriptionName(entity.kind);
    return entryXml(baseOf(request) + entity.path + "?api-version=2021-05", entity.name, description,
                    writeDescription(entity, "sb://" + request.header("host") + '/'));
}

QByteArray ruleEntry(const HttpRequest& request, const Entity& subscription, const Rule& rule) {
    return entryXml(baseOf(request) + subscription.path + "/Rules/" + rule.name + "?api-version=2021-05",
                    rule.name, "RuleDescription", writeRuleDescription(rule));
}

HttpResponse entryResponse(const QByteArray& entry, int status) {
    return {status, contentType, entry};
}

HttpResponse feedResponse(const HttpRequest& request, const QByteArray& title, std::size_t count,
                          const std::function<QByteArray(std::size_t)>& entry) {
    const auto asked = [&request](const char* name, std::size_t otherwise) {
        bool fine = false;
        const auto value = request.query.queryItemValue(QLatin1String(name)).toULongLong(&fine);
        return fine ? static_cast<std::size_t>(value) : otherwise;
    };
    const std::size_t skip = asked("$skip", 0);
    const std::size_t top = std::min(asked("$top", largestPage), largestPage);
    const QByteArray self = baseOf(request) + request.path + "?api-version=2021-05";
    QByteArray xml = R"(<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">)" + title +
                     "</title><id>" + escaped(self) + "</id><updated>" + isoTime(0) +
                     "</updated><link rel=\"self\" href=\"" + escaped(self) + "\"/>";
    if (skip + top < count) {
        xml += "<link rel=\"next\" href=\"" +
               escaped(self + "&$skip=" + QByteArray::number(static_cast<qulonglong>(skip + top)) +
                       "&$top=" + QByteArray::number(static_cast<qulonglong>(top))) +
               "\"/>";
    }
    for (std::size_t i = skip; i < std::min(skip + top, count); ++i) {
        xml += entry(i);
    }
    return {200, "application/atom+xml;type=feed;charset=utf-8", xml + "</feed>"};
}

HttpResponse emptyFeed() {
    return {
        200, "application/atom+xml;type=feed;charset=utf-8",
        R"(<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Publicly Listed Services</title>)"
        "<subtitle type=\"text\">This is the list of publicly-listed services currently available.</subtitle>"
        "<id>uuid:6d2a4ffb-15fc-4f5c-bc5b-51fe1e2a6b1e;id=1</id><updated>1970-01-01T00:00:00Z</updated>"
        "<generator>Service Bus 1.1</generator></feed>"};
}

HttpResponse errorResponse(int status, const QByteArray& detail) {
    return {status, "application/xml; charset=utf-8",
            "<Error><Code>" + QByteArray::number(status) + "</Code><Detail>" +
                escaped(tracked({{}, detail})) + "</Detail></Error>"};
}

HttpResponse errorResponse(const Refusal& refusal) {
    const int status = refusal.condition == "amqp:unauthorized-access"              ? 401
                       : refusal.condition == "amqp:not-found"                      ? 404
                       : refusal.condition == "com.microsoft:entity-not-found"      ? 404
                       : refusal.condition == "com.microsoft:entity-already-exists" ? 409
                                                                                    : 400;
    return errorResponse(status, refusal.description);
}

} // namespace signalbox::sbpeer
