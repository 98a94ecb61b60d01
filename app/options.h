// The first look at the arguments: does the person want the window or the command line? Pure.
#pragma once

#include <QStringList>

namespace signalbox {

struct ProgramOptions {
    bool window = false;
    QString workspaceFile; // window only; the command line parses its own
};

// `arguments` without the program's name. The window takes --workspace FILE and Qt's own options (one dash);
// anything else is for the command line, which also explains what is wrong with it.
ProgramOptions readOptions(const QStringList& arguments);

// Why no window can open here; empty = one can.
QString missingDisplay(const QStringList& arguments);

} // namespace signalbox
