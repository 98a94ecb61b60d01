#include "views/widgets/messageviewpath.h"

#include "views/widgets/messageviewwords.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int gutter = 28;
constexpr int dot = 11;
constexpr int mostHops = 50; // a hostile header may list thousands

QString hopText(const DeathHop& hop, bool origin) {
    const QString queue = oneLine(hop.queue);
    const QString words = deathWords(hop.reason).text;
    QString text = hop.count > 1
                       ? DeathPathView::tr("%1 — %2, %3 times").arg(queue, words, words::count(hop.count))
                       : DeathPathView::tr("%1 — %2").arg(queue, words);
    if (origin)
        text += DeathPathView::tr(" (origin)");
    return text;
}

QString hopDetail(const DeathHop& hop) {
    QStringList parts;
    if (hop.time.isValid())
        parts << words::when(hop.time);
    const QString exchange =
        hop.exchange.isEmpty() ? DeathPathView::tr("the default exchange") : oneLine(hop.exchange);
    const QString keys = oneLine(hop.routingKeys.join(QStringLiteral(", ")));
    parts << (keys.isEmpty() ? DeathPathView::tr("came by %1").arg(exchange)
                             : DeathPathView::tr("came by %1 with %2").arg(exchange, keys));
    if (!hop.originalExpiration.isEmpty())
        parts << DeathPathView::tr("expiration %1 ms").arg(oneLine(hop.originalExpiration, 20));
    return parts.join(QStringLiteral(" · "));
}

// One stop: a dot on the line, its words beside it.
class Stop final : public QWidget {
public:
    enum class Place { First, Middle, Last, Only };

    Stop(Place place, Tone tone, bool filled, const QString& text, const QString& detail, QWidget* parent)
        : QWidget(parent)
        , place_(place)
        , tone_(tone)
        , filled_(filled) {
        auto* layout = new QVBoxLayout(this);
        layout->setContentsMargins(gutter, 0, 0, space::small);
        layout->setSpacing(1);
        auto* line = new QLabel(text, this);
        line->setTextFormat(Qt::PlainText);
        line->setWordWrap(true);
        QFont bold = line->font();
        bold.setWeight(QFont::DemiBold);
        line->setFont(bold);
        line->setTextInteractionFlags(Qt::TextSelectableByMouse);
        layout->addWidget(line);
        if (!detail.isEmpty()) {
            QLabel* small = dimLabel(detail, this);
            small->setTextFormat(Qt::PlainText);
            small->setFont(smallFont());
            small->setWordWrap(true);
            small->setTextInteractionFlags(Qt::TextSelectableByMouse);
            layout->addWidget(small);
        }
    }

protected:
    void paintEvent(QPaintEvent* event) override {
        Q_UNUSED(event)
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const int middle = fontMetrics().height() / 2;
        const int x = gutter / 2 - space::tight;
        painter.setPen(QPen(toneOf(Tone::BorderStrong, palette()), 2));
        if (place_ == Place::Middle || place_ == Place::Last)
            painter.drawLine(x, 0, x, middle);
        if (place_ == Place::Middle || place_ == Place::First)
            painter.drawLine(x, middle, x, height());
        painter.setPen(QPen(toneOf(tone_, palette()), 2));
        painter.setBrush(filled_ ? toneOf(tone_, palette()) : palette().color(QPalette::Base));
        painter.drawEllipse(QRectF(x - dot / 2.0, middle - dot / 2.0, dot, dot));
    }

private:
    Place place_;
    Tone tone_;
    bool filled_;
};

} // namespace

DeathPathView::DeathPathView(QWidget* parent)
    : QWidget(parent)
    , rows_(new QVBoxLayout(this)) {
    rows_->setContentsMargins(0, 0, 0, 0);
    rows_->setSpacing(0);
}

QString DeathPathView::text() const {
    return lines_.join(QLatin1Char('\n'));
}

void DeathPathView::setFacts(const DeathFacts& facts, const QString& here) {
    while (QLayoutItem* old = rows_->takeAt(0)) {
        delete old->widget();
        delete old;
    }
    lines_.clear();
    const int hops = static_cast<int>(facts.path.size());
    for (int i = 0; i < hops; ++i) {
        if (i == mostHops / 2 && hops > mostHops) { // the ends tell most
            const int skipped = hops - mostHops;
            const QString text =
                skipped == 1 ? tr("… 1 more hop …") : tr("… %1 more hops …").arg(words::count(skipped));
            rows_->addWidget(new Stop(Stop::Place::Middle, Tone::TextDim, false, text, {}, this));
            lines_ << text;
            i += skipped - 1;
            continue;
        }
        const DeathHop& hop = facts.path[static_cast<std::size_t>(i)];
        const bool origin = i == 0;
        const bool last = i == hops - 1 && here.isEmpty();
        const auto place = origin ? (last ? Stop::Place::Only : Stop::Place::First)
                                  : (last ? Stop::Place::Last : Stop::Place::Middle);
        const QString text = hopText(hop, origin);
        const QString detail = hopDetail(hop);
        rows_->addWidget(
            new Stop(place, origin ? Tone::Accent : deathWords(hop.reason).tone, origin, text, detail, this));
        lines_ << text + QLatin1Char('\n') + detail;
    }
    if (hops == 0) {
        const QString words =
            facts.framework.isEmpty() && !facts.originQueue.isEmpty()
                ? tr("It died in %1; no further way is told.").arg(oneLine(facts.originQueue))
            : facts.framework.isEmpty()
                ? tr("The message has no x-death header: the broker did not dead-letter it.")
                : tr("The message has no x-death header: %1 moved it here.").arg(facts.framework);
        QLabel* none = dimLabel(words, this);
        none->setWordWrap(true);
        rows_->addWidget(none);
        lines_ << words;
    } else if (!here.isEmpty()) {
        rows_->addWidget(new Stop(Stop::Place::Last, Tone::TextDim, false,
                                  tr("%1 — read from here").arg(oneLine(here)), {}, this));
        lines_ << tr("%1 — read from here").arg(here);
    }
    rows_->addStretch(1);
    setAccessibleName(tr("Death path"));
    setAccessibleDescription(text());
}

} // namespace signalbox
