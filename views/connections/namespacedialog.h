// Finds namespaces of Service Bus in Azure with an access token, and makes a connection string of the one
// that is chosen and of the key or token it is entered with. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace signalbox {

class ErrorBanner;
class FormField;
class NamespaceModel;
class TableView;

class NamespaceDialog final : public QDialog {
    Q_OBJECT
public:
    explicit NamespaceDialog(const ConsoleContext& context, QWidget* parent = nullptr);

    void find();
    QComboBox* cloudBox() const { return cloud_; }
    QLineEdit* tokenEdit() const { return token_; } // of the Resource Manager
    TableView* table() const { return table_; }
    QLineEdit* keyNameEdit() const { return keyName_; }
    QLineEdit* keyEdit() const { return key_; }
    QPushButton* findButton() const { return find_; }
    QPushButton* useButton() const { return use_; }
    ErrorBanner* banner() const { return banner_; }

Q_SIGNALS:
    void chosen(const QString& name, const QString& connectionString);

private:
    void take(const Result<NamespaceFindings>& found);
    void follow();
    void use();
    const FoundNamespace* current() const;
    QString connectionString(const FoundNamespace& found) const;
    const ConsoleContext& context_;
    NamespaceModel* model_;
    ErrorBanner* banner_;
    QComboBox* cloud_;
    QLineEdit* token_;
    FormField* tokenField_;
    QPushButton* find_;
    TableView* table_;
    QLineEdit* keyName_;
    QLineEdit* key_;
    QLabel* hint_;
    QPushButton* use_ = nullptr;
    int asked_ = 0; // answers of an older search are dropped
};

} // namespace signalbox
