// What Azure's Resource Manager answers, page by page. Pure. Formats: Azure's REST reference, "Subscriptions
// - List" (2022-12-01), "Namespaces - List" (2021-11-01).
#pragma once

#include "models/base/result.h"
#include "models/connections/namespacefinder.h"

#include <QByteArray>
#include <optional>

namespace signalbox::azure {

struct Subscription {
    QString id; // letters, digits and dashes only: it goes into a path
    QString name;
    bool isUsable = false; // enabled, or only warned
    bool operator==(const Subscription&) const = default;
};

template<class T>
struct Page {
    std::vector<T> items;
    QString next;    // as it came; empty: the last page
    int oddOnes = 0; // left out: they lack what is needed
};

// Corrupt: no JSON, or no list.
Result<Page<Subscription>> readSubscriptions(const QByteArray& bytes);
Result<Page<FoundNamespace>> readNamespaces(const QByteArray& bytes, const QString& subscription);

// Path and query of the next page; nothing: it leads to another place than `endpoint`, where the token must
// not go.
struct NextPage {
    QByteArray path; // percent-encoded
    QList<QPair<QString, QString>> query;
};
std::optional<NextPage> nextPage(const QUrl& endpoint, const QString& link);

} // namespace signalbox::azure
