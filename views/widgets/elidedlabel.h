// One line of plain text that ends in "…" where it does not fit; the whole stands in its tool tip.
#pragma once

#include <QLabel>

namespace signalbox {

class ElidedLabel final : public QLabel {
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace signalbox
