// Does the desktop ask for a dark look? Qt 6.4 cannot tell, so the hints are read one by one. GUI thread.
#pragma once

#include <QObject>
#include <QPalette>
#include <QProcessEnvironment>
#include <optional>

class QProcess;

namespace signalbox {

// What the environment says (GTK_THEME), if anything. Pure.
std::optional<bool> darkByEnvironment(const QProcessEnvironment& environment);
// The answer of the desktop portal's color-scheme setting: "(<<uint32 1>>,)" is dark. Pure.
std::optional<bool> darkByPortalAnswer(const QByteArray& answer);

// Asks the desktop, again each time the program comes to the front; changed() when the answer differs.
class SystemScheme : public QObject {
    Q_OBJECT
public:
    // `platformPalette`: the one the platform gave before ours was set.
    explicit SystemScheme(const QPalette& platformPalette, QObject* parent = nullptr);
    bool dark() const { return dark_; }

Q_SIGNALS:
    void changed();

private:
    void ask();
    void settle(std::optional<bool> portal);
    bool byPalette_ = false;
    bool dark_ = false;
    QProcess* portal_ = nullptr;
};

} // namespace signalbox
