// Difference of two texts, side by side or unified, with the changes reachable one by one (F7, Shift+F7).
// GUI thread.
#pragma once

#include "views/widgets/linediff.h"

#include <QWidget>

class QLabel;
class QSplitter;
class QToolButton;

namespace signalbox {

class DiffPane;

class DiffView : public QWidget {
    Q_OBJECT
public:
    explicit DiffView(QWidget* parent = nullptr);

    void setTexts(const QString& beforeTitle, const QString& before, const QString& afterTitle,
                  const QString& after);
    void setUnified(bool unified);
    bool isUnified() const { return unified_; }
    int changes() const; // blocks of changed lines
    QString summary() const;
    DiffPane* leftPane() const { return left_; }
    DiffPane* rightPane() const { return right_; }
    DiffPane* unifiedPane() const { return both_; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void fill();
    void step(int direction);
    void showChange(int change);
    void showFirst();
    QStringList before_;
    QStringList after_;
    std::vector<DiffLine> lines_;
    std::vector<int> changeRows_; // first row of each change in the shown layout
    int at_ = -1;                 // the change that was stepped to; -1 = none yet
    bool unified_ = false;
    QLabel* beforeTitle_;
    QLabel* afterTitle_;
    QLabel* summary_;
    QToolButton* toggle_;
    QToolButton* previous_;
    QToolButton* next_;
    QSplitter* sides_;
    DiffPane* left_;
    DiffPane* right_;
    DiffPane* both_;
};

} // namespace signalbox
