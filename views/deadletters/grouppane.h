// Failure groups of the shown snapshot: the selected one filters the messages; state, owner and note of it
// are edited here and kept in the workspace. GUI thread.
#pragma once

#include "models/deadletters/groupmodel.h"
#include "models/deadletters/snapshotreader.h"
#include "views/widgets/consolecontext.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace signalbox {

class GroupProxy;
class TableView;

class GroupPane : public QWidget {
    Q_OBJECT
public:
    explicit GroupPane(ConsoleContext& context, QWidget* parent = nullptr);

    void setReader(std::shared_ptr<SnapshotReader> reader); // shows its groups
    void refresh();
    // The groups stay listed and are counted by what fits.
    void setFilter(const Where& where, const QString& text);
    std::optional<qint64> selectedGroup() const;
    void selectGroup(std::optional<qint64> groupId);
    // Selects the group of that signature, now or once the groups are known; empty = waits for none.
    void want(const QByteArray& signature);
    QByteArray chosenSignature() const; // also of one that is waited for; empty = all messages
    GroupModel& model() { return *model_; }
    QString headline() const;
    TableView* table() const { return table_; }
    QComboBox* stateBox() const { return state_; }
    QLineEdit* ownerEdit() const { return owner_; }
    QLineEdit* noteEdit() const { return note_; }

Q_SIGNALS:
    void groupChosen(std::optional<qint64> groupId); // nothing: all messages
    void failed(const signalbox::Error& error);

private:
    void followSelection();
    void takeGroups(const Result<std::vector<FailureGroup>>& groups);
    void selectWanted();
    void showNote();
    void saveNote();
    void readNotes();
    int sourceRow() const;
    ConsoleContext& context_;
    std::shared_ptr<SnapshotReader> reader_;
    GroupModel* model_;
    GroupProxy* proxy_;
    QLabel* headline_;
    QToolButton* showAll_;
    TableView* table_;
    QWidget* editor_;
    QComboBox* state_;
    QLineEdit* owner_;
    QLineEdit* note_;
    QByteArray edited_; // signature the editor belongs to
    QByteArray wanted_; // signature; empty = none
    std::optional<qint64> told_;
    bool asked_ = false; // an answer is under way
    bool askAgain_ = false;
    SnapshotQuery filter_;
    bool isCounted_ = true; // what is shown was counted by the filter
};

} // namespace signalbox
