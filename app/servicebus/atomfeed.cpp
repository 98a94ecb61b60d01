#include "app/servicebus/atomfeed.h"

#include <QRegularExpression>
#include <QStringList>
#include <QUrl>

#include <algorithm>

namespace signalbox::servicebus {

namespace {

const QString atomSpace = QStringLiteral("http://www.w3.org/2005/Atom");

tl::unexpected<Error> odd(const QString& what) {
    return failure(ErrorKind::Corrupt,
                   QStringLiteral("The answer of the management API is not understood: %1").arg(what));
}

// What the service counts and stamps itself; a PUT leaves it out.
const QStringList& ownOfService() {
    static const QStringList names{QStringLiteral("SizeInBytes"),      QStringLiteral("MessageCount"),
                                   QStringLiteral("CountDetails"),     QStringLiteral("CreatedAt"),
                                   QStringLiteral("UpdatedAt"),        QStringLiteral("AccessedAt"),
                                   QStringLiteral("SubscriptionCount")};
    return names;
}

QStringList orderOf(const QString& description) {
    const auto words = [](const char* text) { return QString::fromLatin1(text).split(QLatin1Char(' ')); };
    if (description == QLatin1String("QueueDescription"))
        return words(
            "LockDuration MaxSizeInMegabytes RequiresDuplicateDetection RequiresSession "
            "DefaultMessageTimeToLive DeadLetteringOnMessageExpiration "
            "DuplicateDetectionHistoryTimeWindow MaxDeliveryCount EnableBatchedOperations SizeInBytes "
            "MessageCount IsAnonymousAccessible AuthorizationRules Status ForwardTo UserMetadata CreatedAt "
            "UpdatedAt AccessedAt SupportOrdering CountDetails AutoDeleteOnIdle EnablePartitioning "
            "ForwardDeadLetteredMessagesTo EntityAvailabilityStatus EnableExpress MaxMessageSizeInKilobytes");
    if (description == QLatin1String("TopicDescription"))
        return words(
            "DefaultMessageTimeToLive MaxSizeInMegabytes RequiresDuplicateDetection "
            "DuplicateDetectionHistoryTimeWindow EnableBatchedOperations SizeInBytes "
            "FilteringMessagesBeforePublishing IsAnonymousAccessible AuthorizationRules Status UserMetadata "
            "CreatedAt UpdatedAt AccessedAt SupportOrdering CountDetails SubscriptionCount AutoDeleteOnIdle "
            "EnablePartitioning EntityAvailabilityStatus EnableSubscriptionPartitioning EnableExpress "
            "MaxMessageSizeInKilobytes");
    if (description == QLatin1String("SubscriptionDescription"))
        return words(
            "LockDuration RequiresSession DefaultMessageTimeToLive DeadLetteringOnMessageExpiration "
            "DeadLetteringOnFilterEvaluationExceptions DefaultRuleDescription MessageCount MaxDeliveryCount "
            "EnableBatchedOperations Status ForwardTo CreatedAt UpdatedAt AccessedAt UserMetadata "
            "ForwardDeadLetteredMessagesTo CountDetails AutoDeleteOnIdle EntityAvailabilityStatus");
    return words("Filter Action Name CreatedAt");
}

Result<AtomEntry> entryOf(const XmlNode& node) {
    const XmlNode* content = node.child(QStringLiteral("content"));
    if (!content || content->children.size() != 1)
        return odd(QStringLiteral("an entry has no description."));
    AtomEntry entry;
    entry.name = node.childText(QStringLiteral("title"));
    entry.path = QUrl(node.childText(QStringLiteral("id"))).path(QUrl::FullyDecoded);
    while (entry.path.startsWith(QLatin1Char('/')))
        entry.path.remove(0, 1);
    entry.updated = QDateTime::fromString(node.childText(QStringLiteral("updated")), Qt::ISODateWithMs);
    entry.description = content->children.front();
    if (entry.name.isEmpty())
        return odd(QStringLiteral("an entry has no title."));
    return entry;
}

} // namespace

Result<AtomPage> readFeed(const QByteArray& bytes) {
    auto root = parseXml(bytes);
    if (!root)
        return failure(std::move(root.error()));
    if (root->space != atomSpace || root->name != QLatin1String("feed"))
        return odd(QStringLiteral("it is <%1>, not a list.").arg(root->name.left(60)));
    AtomPage page;
    for (const XmlNode& node : root->children) {
        const auto isNext = [](const XmlAttribute& a) {
            return a.name == QLatin1String("rel") && a.value == QLatin1String("next");
        };
        page.hasMore = page.hasMore || (node.name == QLatin1String("link") &&
                                        std::any_of(node.attributes.begin(), node.attributes.end(), isNext));
        if (node.name != QLatin1String("entry"))
            continue;
        auto entry = entryOf(node);
        if (!entry)
            return failure(std::move(entry.error()));
        page.entries.push_back(std::move(*entry));
    }
    return page;
}

Result<AtomEntry> readEntry(const QByteArray& bytes, const QString& what) {
    auto root = parseXml(bytes);
    if (!root)
        return failure(std::move(root.error()));
    if (root->space == atomSpace && root->name == QLatin1String("feed"))
        return failure(ErrorKind::NotFound, QStringLiteral("There is no %1 in the namespace.").arg(what));
    if (root->space != atomSpace || root->name != QLatin1String("entry"))
        return odd(QStringLiteral("it is <%1>, not an entry.").arg(root->name.left(60)));
    return entryOf(*root);
}

QByteArray writeEntry(const XmlNode& description) {
    XmlNode sent = description;
    std::erase_if(sent.children, [](const XmlNode& field) { return ownOfService().contains(field.name); });
    XmlNode content;
    content.space = atomSpace;
    content.name = QStringLiteral("content");
    content.attributes = {{{}, QStringLiteral("type"), QStringLiteral("application/xml")}};
    content.children.push_back(std::move(sent));
    XmlNode entry;
    entry.space = atomSpace;
    entry.name = QStringLiteral("entry");
    entry.children.push_back(std::move(content));
    return writeXml(entry);
}

void setField(XmlNode& description, const QString& name, const QString& value) {
    const auto there = std::find_if(description.children.begin(), description.children.end(),
                                    [&](const XmlNode& field) { return field.name == name; });
    if (there != description.children.end()) {
        there->text = value;
        there->children.clear();
        return;
    }
    const QStringList order = orderOf(description.name);
    const qsizetype place = order.indexOf(name);
    // Before the first field that comes later; one that nobody knows keeps its place at the end.
    const auto behind =
        std::find_if(description.children.begin(), description.children.end(),
                     [&](const XmlNode& field) { return place >= 0 && order.indexOf(field.name) > place; });
    XmlNode field;
    field.space = description.space;
    field.name = name;
    field.text = value;
    description.children.insert(behind, std::move(field));
}

MessageCounts countsOf(const XmlNode& description) {
    MessageCounts counts;
    const XmlNode* details = description.child(QStringLiteral("CountDetails"));
    if (!details)
        return counts;
    const auto read = [details](const char* name) {
        bool isNumber = false;
        const qint64 number = details->childText(QString::fromLatin1(name)).toLongLong(&isNumber);
        return isNumber && number >= 0 ? number : qint64(-1);
    };
    counts.active = read("ActiveMessageCount");
    counts.deadLetters = read("DeadLetterMessageCount");
    counts.scheduled = read("ScheduledMessageCount");
    counts.transfer = read("TransferMessageCount");
    counts.transferDeadLetters = read("TransferDeadLetterMessageCount");
    return counts;
}

std::optional<qint64> durationMs(const QString& text) {
    static const QRegularExpression form(QStringLiteral(
        "^P(?:(\\d{1,8})D)?(?:T(?:(\\d{1,8})H)?(?:(\\d{1,8})M)?(?:(\\d{1,8}(?:\\.\\d{1,7})?)S)?)?$"));
    const auto match = form.match(text);
    if (!match.hasMatch() || text.endsWith(QLatin1Char('P')) || text.endsWith(QLatin1Char('T')))
        return std::nullopt;
    constexpr qint64 secondMs = 1000, minuteMs = 60 * secondMs, hourMs = 60 * minuteMs, dayMs = 24 * hourMs;
    constexpr qint64 foreverDays = 10675199; // the longest TimeSpan of .NET
    const qint64 days = match.captured(1).toLongLong();
    if (days >= foreverDays)
        return std::nullopt;
    return days * dayMs + match.captured(2).toLongLong() * hourMs +
           match.captured(3).toLongLong() * minuteMs + qRound64(match.captured(4).toDouble() * secondMs);
}

} // namespace signalbox::servicebus
