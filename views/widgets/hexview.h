// Bytes as hex and letters; paints only what is in view, so size does not matter. Arrow and page keys scroll.
// GUI thread.
#pragma once

#include <QAbstractScrollArea>

namespace signalbox {

class HexView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit HexView(QWidget* parent = nullptr);
    void setBytes(const QByteArray& bytes);
    // "00000010  7b 22 61 ..  {"a..."
    QString line(qint64 row) const;
    qint64 lineCount() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void followSize();
    int lineHeight() const;
    QByteArray bytes_;
};

} // namespace signalbox
