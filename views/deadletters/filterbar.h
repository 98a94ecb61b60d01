// The filter of a snapshot: the where language with errors at their column, full text, saved filters. GUI
// thread.
#pragma once

#include "models/deadletters/snapshot.h"
#include "views/widgets/consolecontext.h"

#include <QWidget>

class QMenu;
class QToolButton;

namespace signalbox {

class SearchLine;

class FilterBar : public QWidget {
    Q_OBJECT
public:
    explicit FilterBar(ConsoleContext& context, QWidget* parent = nullptr);

    const Where& where() const { return where_; } // the last one that was right
    QString text() const;
    bool isEmpty() const; // shows everything
    void setWhere(const QString& text);
    void addCondition(const QString& condition); // "and" to what is there
    void clear();
    void restore(const QString& where, const QString& words); // whatever was there before
    SearchLine* whereLine() const { return line_; }
    SearchLine* textLine() const { return text_; }
    QToolButton* savedButton() const { return saved_; }
    void save(const QString& name); // the present filter and words under that name; nothing in both removes
    QStringList savedNames() const;
    void useSaved(const QString& name);
    QString whereText() const; // as it is typed, right or not

Q_SIGNALS:
    void changed();
    void downwards(); // the table wants the focus
    void failed(const signalbox::Error& error);

private:
    void parse(const QString& text);
    void mark(int column);
    void readSaved();
    void fillMenu();
    void askName();
    void remove(const QString& name);
    ConsoleContext& context_;
    SearchLine* line_;
    SearchLine* text_;
    QToolButton* saved_;
    QMenu* menu_;
    Where where_;
    std::vector<SavedFilter> filters_;
};

} // namespace signalbox
