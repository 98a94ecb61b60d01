#include "app/compositionconventions.h"

#include <QFile>

#include <algorithm>

namespace signalbox {

namespace {

Result<Conventions> load(const QString& name) {
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::Storage, QStringLiteral("Cannot read %1.").arg(name), file.errorString());
    auto parsed = parseConventions(file.readAll());
    if (!parsed)
        return failure(parsed.error().kind, QStringLiteral("%1: %2").arg(name, parsed.error().summary),
                       parsed.error().detail);
    return parsed;
}

} // namespace

Result<Conventions> loadConventions(const QString& shippedFile, const QString& ownFile) {
    auto shipped = load(shippedFile);
    if (!shipped || !QFile::exists(ownFile))
        return shipped;
    auto own = load(ownFile);
    if (!own)
        return own;
    for (const FrameworkConvention& each : shipped->frameworks) {
        const bool replaced = std::any_of(own->frameworks.cbegin(), own->frameworks.cend(),
                                          [&](const auto& mine) { return mine.framework == each.framework; });
        if (!replaced)
            own->frameworks.append(each);
    }
    return own;
}

} // namespace signalbox
