// The whole way of a dead letter, hop by hop, oldest first, with the origin marked. GUI thread.
#pragma once

#include "models/messaging/deathfacts.h"

#include <QWidget>

class QVBoxLayout;

namespace signalbox {

class DeathPathView : public QWidget {
    Q_OBJECT
public:
    explicit DeathPathView(QWidget* parent = nullptr);
    // `here`: the queue it was read from, empty = unknown.
    void setFacts(const DeathFacts& facts, const QString& here);
    QString text() const; // as it is read out

private:
    QStringList lines_;
    QVBoxLayout* rows_;
};

} // namespace signalbox
