// What an empty page says stays readable however narrow its place is.
#include "views/widgets/emptystate.h"

#include <QLabel>
#include <QTest>

using namespace signalbox;

class TestEmptyState : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void narrowed_wrapsItsWords();
    void widened_keepsALineReadable();
};

namespace {

const QString longWords = QStringLiteral("None is the target of a dead-letter exchange, follows the name of "
                                         "a framework's error queue or is pinned.");

QList<QLabel*> texts(const EmptyState& state) {
    QList<QLabel*> found;
    for (QLabel* label : state.findChildren<QLabel*>()) {
        if (!label->text().isEmpty() && label->isVisible())
            found << label;
    }
    return found;
}

} // namespace

void TestEmptyState::narrowed_wrapsItsWords() {
    EmptyState state;
    state.present(QStringLiteral("ok"), QStringLiteral("No queue holds dead letters"), longWords);
    state.resize(800, 600);
    state.show();
    QVERIFY(QTest::qWaitForWindowExposed(&state));
    state.resize(260, 600);
    QCoreApplication::processEvents();
    QCOMPARE(state.width(), 260);
    QCOMPARE(texts(state).size(), 2);
    for (const QLabel* label : texts(state)) {
        QVERIFY2(state.rect().contains(label->geometry()), qPrintable(label->text()));
        QVERIFY(label->height() >= label->heightForWidth(label->width()));
    }
}

void TestEmptyState::widened_keepsALineReadable() {
    EmptyState state;
    state.present(QStringLiteral("ok"), QStringLiteral("Short"), longWords);
    state.resize(1600, 600);
    state.show();
    QVERIFY(QTest::qWaitForWindowExposed(&state));
    for (const QLabel* label : texts(state)) {
        QVERIFY(label->width() <= 460);
        QVERIFY(qAbs(label->geometry().center().x() - state.rect().center().x()) <= 1);
    }
}

QTEST_MAIN(TestEmptyState)
#include "tst_emptystate.moc"
