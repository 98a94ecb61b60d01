#include "app/servicebus/entitymanagement.h"

namespace signalbox::servicebus {

namespace {

constexpr int managementMs = 30000;
constexpr int mostPauses = 3;

} // namespace

Result<void> EntityManagement::open() {
    if (link_ && link_->isOpen())
        return {};
    if (!wire_.isUp())
        return failure(ErrorKind::Lost, QStringLiteral("The connection to the namespace is lost."));
    if (auto allowed = wire_.claims().put(path_.management()); !allowed)
        return allowed;
    link_.reset();
    connection_ = wire_.keep();
    link_ = std::make_unique<RequestLink>(*connection_, path_.management());
    return link_->open();
}

Result<Response> EntityManagement::ask(const Request& request) {
    if (auto opened = open(); !opened)
        return failure(std::move(opened.error()));
    return link_->ask(request, managementMs);
}

Result<Response> EntityManagement::demand(const Request& request, const QString& doing) {
    for (int pauses = 0;; ++pauses) {
        auto answer = successOf(ask(request), doing);
        if (answer || pauses == mostPauses || !isServerBusy(answer.error()))
            return answer;
        auto ended = wire_.connection().waitUntil([this] { return !wire_.isUp(); }, serverBusyMs);
        if (!ended)
            return failure(std::move(ended.error()));
    }
}

void EntityManagement::close() {
    link_.reset();
    connection_.reset();
}

Request managementRequest(QByteArrayView name, HeaderTable body) {
    return {{{"operation", HeaderValue::string("com.microsoft:" + name.toByteArray())}},
            HeaderValue::table(std::move(body))};
}

HeaderValue numberArray(std::span<const qint64> numbers) {
    HeaderValue::Array list;
    for (const qint64 number : numbers)
        list.push_back(HeaderValue::int64(number));
    HeaderValue value;
    value.kind = ValueKind::Uniform;
    value.data = std::move(list);
    return value;
}

HeaderValue tokenArray(std::span<const QByteArray> tokens) {
    HeaderValue::Array list;
    for (const QByteArray& bytes : tokens) {
        HeaderValue token;
        token.kind = ValueKind::Uuid;
        token.data = bytes;
        list.push_back(std::move(token));
    }
    HeaderValue value;
    value.kind = ValueKind::Uniform;
    value.data = std::move(list);
    return value;
}

} // namespace signalbox::servicebus
