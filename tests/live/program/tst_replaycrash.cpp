// kill -9 at random moments of a replay, a delete, a purge or a restore: nothing is lost, and every double is
// listed as in doubt. Counted by an independent consumer. The long series is crash_bench.
#include "tests/support/live/crashtrial.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;
using namespace signalbox::live;

class TestReplayCrash : public QObject {
    Q_OBJECT
    std::unique_ptr<RabbitNode> node_;

private Q_SLOTS:
    void initTestCase() {
        node_ = std::make_unique<RabbitNode>();
        const auto started = node_->start();
        QVERIFY2(started, qPrintable(started ? QString() : started.error().summary));
    }

    void killed_losesNothingAndListsEveryDouble_data() {
        QTest::addColumn<CrashAct>("act");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<int>("trials");
        QTest::newRow("replay, classic") << CrashAct::Replay << QByteArray("classic") << 6;
        QTest::newRow("replay, quorum") << CrashAct::Replay << QByteArray("quorum") << 6;
        QTest::newRow("delete, classic") << CrashAct::Delete << QByteArray("classic") << 2;
        QTest::newRow("purge, quorum") << CrashAct::Purge << QByteArray("quorum") << 2;
        QTest::newRow("restore, classic") << CrashAct::Restore << QByteArray("classic") << 2;
    }

    void killed_losesNothingAndListsEveryDouble() {
        QFETCH(CrashAct, act);
        QFETCH(QByteArray, type);
        QFETCH(int, trials);
        // Any moment will do, so it need not be the same one every time; the seed is told for a repetition.
        const quint32 seed = QRandomGenerator::global()->generate();
        QRandomGenerator random(seed);
        int inTheMiddle = 0;
        int whole = 0; // how long an undisturbed run takes here
        // On a busy machine the program may be done before each kill: then there are some more.
        const int most = act == CrashAct::Replay ? 4 * trials : trials;
        for (int trial = 0; trial < trials || (inTheMiddle == 0 && trial < most); ++trial) {
            QTemporaryDir folder;
            CrashOptions options;
            options.act = act;
            options.program = QStringLiteral(SIGNALBOX_PROGRAM);
            options.folder = folder.path();
            options.queueType = type;
            // The first third is start-up and planning; the moving is what matters.
            options.killAfterMs =
                whole == 0 ? 60000 : whole / 3 + static_cast<int>(random.bounded(whole * 2 / 3 + 1));
            options.again =
                whole > 0 && trial % 2 == 1 ? whole / 3 + static_cast<int>(random.bounded(whole / 3 + 1)) : 0;
            const auto result = crashTrial(*node_, options);
            QVERIFY2(result, qPrintable(result ? QString() : result.error().summary + result.error().detail));
            const QByteArray words = QStringLiteral("seed %1, trial %2, kill after %3 ms: %4")
                                         .arg(seed)
                                         .arg(trial)
                                         .arg(options.killAfterMs)
                                         .arg(result->trace)
                                         .toUtf8();
            QVERIFY2(result->lost == 0, words.constData());
            QVERIFY2(result->unlisted == 0, words.constData());
            if (!result->killed)
                whole = whole == 0 ? result->ranMs : std::min(whole, result->ranMs);
            inTheMiddle += result->killed ? 1 : 0;
            qInfo("%s", words.constData());
        }
        if (act == CrashAct::Replay) // the others are done so quickly that a kill may miss them
            QVERIFY2(inTheMiddle > 0, "no kill came while the program worked");
    }
};

QTEST_GUILESS_MAIN(TestReplayCrash)
#include "tst_replaycrash.moc"
