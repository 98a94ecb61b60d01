// The body of one message as tree, text or bytes. Large bodies are unpacked, parsed and laid out on a thread
// of its own while the window goes on. GUI thread.
#pragma once

#include "models/base/result.h"
#include "models/deadletters/bodyview.h"
#include "views/widgets/bodytextedit.h"

#include <QThreadPool>
#include <QWidget>
#include <optional>

class QButtonGroup;
class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace signalbox {

class BodyHighlighter;
class HexView;
class SearchLine;
class TreePane;

class BodyPane : public QWidget {
    Q_OBJECT
public:
    enum Mode { Tree, Text, Hex };

    explicit BodyPane(QWidget* parent = nullptr);
    ~BodyPane() override;

    void setMessage(const Message& message);
    void setMode(Mode mode);
    Mode mode() const;
    bool isPreparing() const { return preparing_; }
    const BodyView& view() const { return view_; }
    QString infoText() const;
    QString problemText() const;
    BodyTextEdit* textEdit() const { return text_; }
    TreePane* treePane() const { return tree_; }
    HexView* hexView() const { return hex_; }
    QToolButton* modeButton(Mode mode) const;
    void copy();
    void chooseFile();
    void saveTo(const QString& file); // the bytes as they are in the message
    void findNext(const QString& words);

Q_SIGNALS:
    void prepared();
    void saved(const QString& file);
    void errorRaised(const signalbox::Error& error);

private:
    void present(BodyView view);
    void switchTo(Mode mode);
    Message message_;
    BodyView view_;
    std::optional<Mode> chosen_; // by the person; stays where a body can be shown like that
    int turn_ = 0;
    bool preparing_ = false;
    QButtonGroup* modes_;
    QLabel* info_;
    QLabel* problem_;
    SearchLine* find_;
    QPushButton* copy_;
    QPushButton* save_;
    QStackedWidget* stack_;
    TreePane* tree_;
    BodyTextEdit* text_;
    BodyHighlighter* colours_;
    HexView* hex_;
    QThreadPool pool_;
};

} // namespace signalbox
