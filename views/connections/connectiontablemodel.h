// The saved connections in words, icons and colours; follows the registry. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"

#include <QAbstractTableModel>

namespace signalbox {

class ConnectionTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Name,
        EnvironmentColumn,
        Link,
        Access,
        Host,
        VirtualHost,
        User,
        Management,
        Technology,
        ColumnCount
    };
    enum Role { IdRole = Qt::UserRole + 1, EnvironmentRole, SortRole };

    explicit ConnectionTableModel(const ConsoleContext& context, QObject* parent = nullptr);
    QString idAt(int row) const;
    int rowOf(const QString& id) const; // -1: not there

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void merge();
    void refreshRow(const QString& id);
    QString text(const ConnectionProfile& profile, int column) const;
    bool hasNamespaces() const; // some are of Service Bus: headings name both worlds
    const ConsoleContext& context_;
    std::vector<ConnectionProfile> profiles_; // copies: the registry's may change under us
};

} // namespace signalbox
