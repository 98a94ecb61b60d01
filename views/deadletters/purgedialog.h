// Purging a whole queue: needs its typed name, keeps a copy of every message. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace signalbox {

class AccessNote;
class ErrorBanner;

class PurgeDialog : public QDialog {
    Q_OBJECT
public:
    PurgeDialog(ConsoleContext& context, QueueInfo queue, QWidget* parent = nullptr);

    QLineEdit* nameEdit() const { return name_; }
    QCheckBox* noCopiesBox() const { return noCopies_; } // null: this broker always keeps them
    QPushButton* purgeButton() const { return purge_; }
    QString reasonNot() const; // why it cannot start; empty = it can
    ErrorBanner* banner() const { return banner_; }

Q_SIGNALS:
    void started(const QString& runId);
    void navigate(const QString& target, const QVariantMap& arguments);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void follow();
    void start();
    QString fateText() const;
    QString doubtText() const;
    ConsoleContext& context_;
    QueueInfo queue_;
    ErrorBanner* banner_;
    QLineEdit* name_;
    QLineEdit* reason_;
    QLabel* what_;
    QCheckBox* noCopies_ = nullptr;
    AccessNote* access_;
    QLabel* why_;
    QPushButton* purge_ = nullptr;
    qint64 inDoubt_ = 0; // of earlier runs
};

} // namespace signalbox
