// A field of a form: its editor with room for a hint and a message right below it. GUI thread.
#pragma once

#include <QWidget>

class QLabel;

namespace signalbox {

class FormField : public QWidget {
    Q_OBJECT
public:
    // Takes the editor over. The name is for screen readers; put the visible label beside it.
    FormField(const QString& name, QWidget* editor, QWidget* parent = nullptr);

    void setHint(const QString& hint);       // dim, shown while there is no problem
    void setProblem(const QString& message); // empty = none
    void setWarning(const QString& message); // stays, allowed all the same
    QString problem() const { return problem_; }
    QString message() const; // what is shown below the editor
    QWidget* editor() const { return editor_; }

private:
    void refresh();
    QWidget* editor_;
    QLabel* message_;
    QString hint_;
    QString warning_;
    QString problem_;
};

} // namespace signalbox
