// Where a replay goes and how: destination with completion from the broker's structure, options with what
// they mean; in the words of RabbitMQ or of Service Bus. GUI thread.
#pragma once

#include "models/deadletters/sortorder.h"
#include "models/messaging/routing.h"
#include "models/replay/replayoptions.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QDateTimeEdit;
class QLineEdit;
class QRadioButton;
class QSpinBox;
class QStringListModel;
class QVBoxLayout;

namespace signalbox {

class OrderBox;

class ReplayChoices : public QWidget {
    Q_OBJECT
public:
    enum class Broker { RabbitMq, ServiceBus };
    explicit ReplayChoices(Broker broker, QWidget* parent = nullptr);

    void setRouting(const RoutingTable& routing);
    void setListOrder(const SortOrder& order); // how the messages are listed
    ReplayOptions options() const;
    QString problem() const; // what is still missing; empty = none
    QRadioButton* destinationButton(ReplayDestination::Kind kind) const;
    QLineEdit* exchangeEdit() const { return exchange_; }
    QLineEdit* keyEdit() const { return key_; }
    QLineEdit* queueEdit() const { return queue_; }
    QCheckBox* repeatBox() const { return repeat_; }
    QSpinBox* limitBox() const { return limit_; }
    OrderBox* orderBox() const { return order_; }
    QComboBox* expirationBox() const { return expiration_; }
    QCheckBox* newIdBox() const { return newId_; }
    QCheckBox* laterBox() const { return later_; }
    QDateTimeEdit* timeEdit() const { return time_; }
    QCheckBox* atOnceBox() const { return atOnce_; }

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void addDestinations(QVBoxLayout* layout);
    void addBusDestinations(QVBoxLayout* layout);
    void addQueueField(QVBoxLayout* layout, const QString& placeholder);
    void addOptions(QVBoxLayout* layout);
    void addRabbitOptions(QVBoxLayout* layout);
    void addBusOptions(QVBoxLayout* layout);
    bool isBus() const { return broker_ == Broker::ServiceBus; }
    QRadioButton* destination(QVBoxLayout* layout, const QString& text, const QString& hint);
    QCheckBox* option(QVBoxLayout* layout, const QString& text, const QString& hint, bool on);
    void follow();
    const Broker broker_;
    QRadioButton* originQueue_ = nullptr;
    QRadioButton* originExchange_ = nullptr;
    QRadioButton* toExchange_ = nullptr; // RabbitMQ only
    QRadioButton* toQueue_ = nullptr;
    QWidget* exchangeFields_ = nullptr;
    QLineEdit* exchange_ = nullptr;
    QLineEdit* key_ = nullptr;
    QLineEdit* queue_ = nullptr;
    QStringListModel* exchangeNames_;
    QStringListModel* queueNames_;
    QCheckBox* keepDeath_ = nullptr;
    QComboBox* expiration_ = nullptr;
    QCheckBox* priority_ = nullptr; // RabbitMQ only
    QCheckBox* userId_ = nullptr;   // RabbitMQ only
    QCheckBox* newId_ = nullptr;    // these: Service Bus only
    QCheckBox* atOnce_ = nullptr;
    QCheckBox* later_ = nullptr;
    QDateTimeEdit* time_ = nullptr;
    QCheckBox* mark_ = nullptr;
    QCheckBox* repeat_ = nullptr;
    QSpinBox* rate_ = nullptr;
    QSpinBox* limit_ = nullptr;
    OrderBox* order_ = nullptr;
};

} // namespace signalbox
