// One column of a diff: read-only text with a gutter of line numbers and signs, lines tinted by kind, the
// changed part of a line stronger. Used by DiffView. GUI thread.
#pragma once

#include "views/widgets/linediff.h"

#include <QPlainTextEdit>

namespace signalbox {

struct DiffRow {
    enum class Look { Same, Removed, Added, Filler };
    Look look = Look::Same;
    QString text;
    int before = -1; // line numbers from 0, -1 = none
    int after = -1;
    DiffSpan strong; // the changed part
};

class DiffPane : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit DiffPane(QWidget* parent = nullptr);
    // `bothNumbers`: unified diffs show the lines of either side.
    void setRows(std::vector<DiffRow> rows, bool bothNumbers);
    const std::vector<DiffRow>& rows() const { return rows_; }
    void showRow(int row);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    friend class DiffGutter;
    void paintGutter(QPaintEvent* event);
    void tint();
    void placeGutter();
    int numberWidth() const;
    QWidget* gutter_;
    std::vector<DiffRow> rows_;
    bool bothNumbers_ = false;
};

} // namespace signalbox
