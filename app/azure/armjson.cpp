#include "app/azure/armjson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QUrlQuery>

namespace signalbox::azure {

namespace {

struct RawPage {
    QJsonArray items;
    QString next;
};

Result<RawPage> rawPage(const QByteArray& bytes) {
    const auto odd = [](const QString& what) {
        return failure(
            ErrorKind::Corrupt,
            QStringLiteral("The answer of Azure's Resource Manager is not understood: %1").arg(what));
    };
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &problem);
    if (!document.isObject())
        return odd(problem.error == QJsonParseError::NoError
                       ? QStringLiteral("it is no object.")
                       : QStringLiteral("at byte %1: %2.").arg(problem.offset).arg(problem.errorString()));
    const QJsonValue value = document.object().value(QStringLiteral("value"));
    if (!value.isArray())
        return odd(QStringLiteral("it holds no list."));
    return RawPage{value.toArray(), document.object().value(QStringLiteral("nextLink")).toString()};
}

QString textOf(const QJsonObject& object, const char* name) {
    return object.value(QLatin1String(name)).toString().simplified().left(260);
}

// "https://shop.servicebus.windows.net:443/"; empty: it names no host.
QString hostOf(const QString& endpoint) {
    static const QRegularExpression form(
        QStringLiteral("^[a-z0-9]([a-z0-9-]{0,62})(\\.[a-z0-9]([a-z0-9-]{0,62}))+$"));
    const QString host = QUrl(endpoint, QUrl::StrictMode).host().toLower();
    return form.match(host).hasMatch() ? host : QString();
}

QString resourceGroupOf(const QString& id) {
    const QStringList parts = id.split(QLatin1Char('/'));
    for (qsizetype i = 0; i + 1 < parts.size(); ++i) {
        if (parts[i].compare(QLatin1String("resourceGroups"), Qt::CaseInsensitive) == 0)
            return parts[i + 1].left(90);
    }
    return {};
}

} // namespace

Result<Page<Subscription>> readSubscriptions(const QByteArray& bytes) {
    auto raw = rawPage(bytes);
    if (!raw)
        return failure(std::move(raw.error()));
    static const QRegularExpression form(QStringLiteral("^[0-9A-Za-z-]{1,64}$"));
    Page<Subscription> page;
    page.next = raw->next;
    for (const auto& item : std::as_const(raw->items)) {
        const QJsonObject object = item.toObject();
        Subscription made{textOf(object, "subscriptionId"), textOf(object, "displayName"), false};
        const QString state = textOf(object, "state");
        made.isUsable =
            state.isEmpty() || state == QLatin1String("Enabled") || state == QLatin1String("Warned");
        if (!form.match(made.id).hasMatch()) {
            ++page.oddOnes;
            continue;
        }
        if (made.name.isEmpty())
            made.name = made.id;
        page.items.push_back(std::move(made));
    }
    return page;
}

Result<Page<FoundNamespace>> readNamespaces(const QByteArray& bytes, const QString& subscription) {
    auto raw = rawPage(bytes);
    if (!raw)
        return failure(std::move(raw.error()));
    Page<FoundNamespace> page;
    page.next = raw->next;
    for (const auto& item : std::as_const(raw->items)) {
        const QJsonObject object = item.toObject();
        const QJsonObject properties = object.value(QStringLiteral("properties")).toObject();
        FoundNamespace made;
        made.name = textOf(object, "name");
        made.host = hostOf(properties.value(QStringLiteral("serviceBusEndpoint")).toString());
        made.subscription = subscription;
        made.resourceGroup = resourceGroupOf(object.value(QStringLiteral("id")).toString());
        made.location = textOf(object, "location");
        made.tier = textOf(object.value(QStringLiteral("sku")).toObject(), "tier");
        made.status = textOf(properties, "status");
        made.isKeyless = properties.value(QStringLiteral("disableLocalAuth")).toBool();
        if (made.name.isEmpty() || made.host.isEmpty())
            ++page.oddOnes;
        else
            page.items.push_back(std::move(made));
    }
    return page;
}

std::optional<NextPage> nextPage(const QUrl& endpoint, const QString& link) {
    const QUrl url(link, QUrl::StrictMode);
    const auto portOf = [](const QUrl& of) {
        return of.port(of.scheme() == QLatin1String("https") ? 443 : 80);
    };
    const bool isSame = url.isValid() && url.scheme() == endpoint.scheme() &&
                        url.host().compare(endpoint.host(), Qt::CaseInsensitive) == 0 &&
                        portOf(url) == portOf(endpoint) && url.userInfo().isEmpty() &&
                        url.fragment().isEmpty();
    const QString path = url.path(QUrl::FullyEncoded);
    if (!isSame || !path.startsWith(QLatin1String("/subscriptions")) || path.contains(QLatin1String("..")))
        return std::nullopt;
    NextPage next;
    next.path = path.toLatin1();
    const auto items = QUrlQuery(url).queryItems(QUrl::FullyDecoded);
    for (const auto& [name, value] : items)
        next.query.push_back({name, value});
    return next;
}

} // namespace signalbox::azure
