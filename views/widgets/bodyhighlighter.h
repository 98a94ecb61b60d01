// Colours for JSON and XML text, following the look of the window. GUI thread.
#pragma once

#include "models/deadletters/bodyview.h"

#include <QSyntaxHighlighter>

namespace signalbox {

class BodyHighlighter : public QSyntaxHighlighter {
    Q_OBJECT
public:
    explicit BodyHighlighter(QTextDocument* document);
    void setKind(BodyKind kind); // other than JSON and XML: no colours

protected:
    void highlightBlock(const QString& text) override;

private:
    void highlightJson(const QString& text);
    void highlightXml(const QString& text);
    BodyKind kind_ = BodyKind::Text;
};

} // namespace signalbox
