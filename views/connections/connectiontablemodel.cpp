#include "views/connections/connectiontablemodel.h"

#include "views/connections/servicebuswords.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/icons.h"
#include "views/widgets/linkwords.h"

#include <QUrl>

#include <algorithm>

namespace signalbox {

ConnectionTableModel::ConnectionTableModel(const ConsoleContext& context, QObject* parent)
    : QAbstractTableModel(parent)
    , context_(context)
    , profiles_(context.connections.profiles()) {
    const ConnectionRegistry* registry = &context.connections;
    connect(registry, &ConnectionRegistry::changed, this, &ConnectionTableModel::merge);
    connect(registry, &ConnectionRegistry::linkChanged, this, &ConnectionTableModel::refreshRow);
    connect(registry, &ConnectionRegistry::elevationChanged, this, &ConnectionTableModel::refreshRow);
}

QString ConnectionTableModel::idAt(int row) const {
    return row >= 0 && row < rowCount() ? profiles_[static_cast<std::size_t>(row)].id : QString();
}

int ConnectionTableModel::rowOf(const QString& id) const {
    const auto found = std::find_if(profiles_.begin(), profiles_.end(),
                                    [&](const ConnectionProfile& profile) { return profile.id == id; });
    return found == profiles_.end() ? -1 : static_cast<int>(found - profiles_.begin());
}

// Row by row, so that selection and scroll position survive.
void ConnectionTableModel::merge() {
    const std::vector<ConnectionProfile>& now = context_.connections.profiles();
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (!context_.connections.find(idAt(row))) {
            beginRemoveRows({}, row, row);
            profiles_.erase(profiles_.begin() + row);
            endRemoveRows();
        }
    }
    for (int place = 0; place < static_cast<int>(now.size()); ++place) {
        const ConnectionProfile& profile = now[static_cast<std::size_t>(place)];
        const int row = rowOf(profile.id);
        if (row < 0) {
            beginInsertRows({}, place, place);
            profiles_.insert(profiles_.begin() + place, profile);
            endInsertRows();
        } else if (row != place) { // always further down: what is above is in order already
            beginMoveRows({}, row, row, {}, place);
            profiles_.erase(profiles_.begin() + row);
            profiles_.insert(profiles_.begin() + place, profile);
            endMoveRows();
        }
        profiles_[static_cast<std::size_t>(place)] = profile;
    }
    if (!profiles_.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    Q_EMIT headerDataChanged(Qt::Horizontal, VirtualHost, User); // two headings follow the kinds
}

void ConnectionTableModel::refreshRow(const QString& id) {
    if (const int row = rowOf(id); row >= 0)
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

int ConnectionTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(profiles_.size());
}

int ConnectionTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString ConnectionTableModel::text(const ConnectionProfile& profile, int column) const {
    switch (column) {
    case Name:
        return profile.name;
    case EnvironmentColumn:
        return EnvironmentBadge::text(profile.environment, EnvironmentBadge::Access::Plain);
    case Link:
        return linkWords(linkStateOf(context_.connections.gateway(profile.id))).text;
    case Access:
        if (profile.environment != Environment::Production)
            return tr("Read and write");
        if (const auto elevation = context_.connections.elevation(profile.id))
            return tr("Elevated until %1")
                .arg(elevation->until.toLocalTime().toString(QStringLiteral("HH:mm")));
        return tr("Read-only");
    case Host:
        return profile.host.contains(QLatin1Char(':'))
                   ? QStringLiteral("[%1]:%2").arg(profile.host).arg(profile.port)
                   : QStringLiteral("%1:%2").arg(profile.host).arg(profile.port);
    case VirtualHost:
        return busWords::isServiceBus(profile) ? busWords::entity(profile) : profile.virtualHost;
    case User:
        if (busWords::isServiceBus(profile))
            return busWords::credential(profile);
        return !profile.user.isEmpty() ? profile.user : tr("(client certificate)");
    case Management:
        return profile.managementUrl.isEmpty() ? tr("none") : profile.managementUrl;
    case Technology:
        return profile.technology == technology::rabbitMq     ? QStringLiteral("RabbitMQ")
               : profile.technology == technology::serviceBus ? QStringLiteral("Service Bus")
                                                              : profile.technology;
    default:
        return {};
    }
}

QVariant ConnectionTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ConnectionProfile& profile = profiles_[static_cast<std::size_t>(index.row())];
    const BrokerGateway* gateway = context_.connections.gateway(profile.id);
    switch (role) {
    case Qt::DisplayRole:
        return text(profile, index.column());
    case SortRole:
        return index.column() == EnvironmentColumn ? QVariant(static_cast<int>(profile.environment))
                                                   : QVariant(text(profile, index.column()));
    case IdRole:
        return profile.id;
    case EnvironmentRole:
        return static_cast<int>(profile.environment);
    case Qt::ToolTipRole:
        if (const QString why = linkDetailOf(gateway); index.column() == Link && !why.isEmpty())
            return why;
        if (index.column() == Host && profile.tls.enabled)
            return text(profile, Host) + QLatin1Char('\n') +
                   (profile.tls.verify ? tr("Encrypted with TLS; the certificate is checked.")
                                       : tr("Encrypted with TLS, but the certificate is NOT checked."));
        return {};
    case Qt::DecorationRole:
        if (index.column() == Link) {
            const LinkWords words = linkWords(linkStateOf(gateway));
            return icon(words.iconName, words.tone);
        }
        if (index.column() == Access && profile.environment == Environment::Production) {
            const bool elevated = context_.connections.elevation(profile.id).has_value();
            return icon(elevated ? QStringLiteral("unlock") : QStringLiteral("lock"),
                        elevated ? Tone::Warn : Tone::TextDim);
        }
        if (index.column() == Host && profile.tls.enabled)
            return icon(profile.tls.verify ? QStringLiteral("shield") : QStringLiteral("warning"),
                        profile.tls.verify ? Tone::TextDim : Tone::Warn);
        return {};
    default:
        return {};
    }
}

bool ConnectionTableModel::hasNamespaces() const {
    return std::any_of(profiles_.begin(), profiles_.end(), busWords::isServiceBus);
}

QVariant ConnectionTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Name");
    case EnvironmentColumn:
        return tr("Environment");
    case Link:
        return tr("Link");
    case Access:
        return tr("Access");
    case Host:
        return tr("Host");
    case VirtualHost:
        return hasNamespaces() ? tr("Virtual host / entity") : tr("Virtual host");
    case User:
        return hasNamespaces() ? tr("User / key name") : tr("User");
    case Management:
        return tr("Management API");
    case Technology:
        return tr("Technology");
    default:
        return {};
    }
}

} // namespace signalbox
