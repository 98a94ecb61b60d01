// Where a replay goes and how: destination with completion from the broker's structure, options with what
// they mean. GUI thread.
#pragma once

#include "models/messaging/routing.h"
#include "models/replay/replayoptions.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QRadioButton;
class QSpinBox;
class QStringListModel;
class QVBoxLayout;

namespace signalbox {

class ReplayChoices : public QWidget {
    Q_OBJECT
public:
    explicit ReplayChoices(QWidget* parent = nullptr);

    void setRouting(const RoutingTable& routing);
    ReplayOptions options() const;
    QString problem() const; // what is still missing; empty = none
    QRadioButton* destinationButton(ReplayDestination::Kind kind) const;
    QLineEdit* exchangeEdit() const { return exchange_; }
    QLineEdit* keyEdit() const { return key_; }
    QLineEdit* queueEdit() const { return queue_; }
    QCheckBox* repeatBox() const { return repeat_; }
    QSpinBox* limitBox() const { return limit_; }
    QComboBox* expirationBox() const { return expiration_; }

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void addDestinations(QVBoxLayout* layout);
    void addOptions(QVBoxLayout* layout);
    QRadioButton* destination(QVBoxLayout* layout, const QString& text, const QString& hint);
    QCheckBox* option(QVBoxLayout* layout, const QString& text, const QString& hint, bool on);
    void follow();
    QRadioButton* originQueue_ = nullptr;
    QRadioButton* originExchange_ = nullptr;
    QRadioButton* toExchange_ = nullptr;
    QRadioButton* toQueue_ = nullptr;
    QWidget* exchangeFields_ = nullptr;
    QLineEdit* exchange_ = nullptr;
    QLineEdit* key_ = nullptr;
    QLineEdit* queue_ = nullptr;
    QStringListModel* exchangeNames_;
    QStringListModel* queueNames_;
    QCheckBox* keepDeath_ = nullptr;
    QComboBox* expiration_ = nullptr;
    QCheckBox* priority_ = nullptr;
    QCheckBox* userId_ = nullptr;
    QCheckBox* mark_ = nullptr;
    QCheckBox* repeat_ = nullptr;
    QSpinBox* rate_ = nullptr;
    QSpinBox* limit_ = nullptr;
};

} // namespace signalbox
