// The window from end to end on a real node: connect, choose the queue, read, filter, replay from the dialog,
// see the outcome on the page of replays. The test's own consumer counts.
#include "app/workspace.h"
#include "tests/live/livechecks.h"
#include "tests/support/fakesecrets.h"
#include "tests/support/live/rabbitnode.h"
#include "tests/support/live/rawamqp.h"
#include "tests/support/live/rawconsumer.h"
#include "views/deadletters/deadletterspage.h"
#include "views/deadletters/filterbar.h"
#include "views/deadletters/messagetable.h"
#include "views/deadletters/readingbar.h"
#include "views/deadletters/replaydialog.h"
#include "views/replay/replayspage.h"
#include "views/replay/rundetails.h"
#include "views/shell/connectionbar.h"
#include "views/shell/mainwindow.h"
#include "views/widgets/tableview.h"

#include <QApplication>
#include <QPushButton>
#include <QSet>
#include <QTemporaryDir>

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr int count = 30;
const auto home = QStringLiteral("billing");
const auto dead = QStringLiteral("billing.dead");

} // namespace

class TestLiveWindow : public QObject {
    Q_OBJECT
    std::unique_ptr<RabbitNode> node_;
    std::unique_ptr<RawAmqp> judge_;
    QTemporaryDir folder_;
    std::unique_ptr<Workspace> workspace_;
    std::unique_ptr<QWidget> window_;

    MainWindow& window() { return *qobject_cast<MainWindow*>(window_.get()); }
    template<class P>
    P* page(const char* id) {
        return qobject_cast<P*>(window().page(QLatin1String(id)));
    }
    // 30 orders that were rejected at home.
    void makeDeadLetters() {
        VERIFY_RESULT(judge_->declareQueue(dead));
        VERIFY_RESULT(
            judge_->declareQueue(home, {{"x-dead-letter-exchange", HeaderValue::string("")},
                                        {"x-dead-letter-routing-key", HeaderValue::string(dead.toUtf8())}}));
        VERIFY_RESULT(judge_->publish(count, [](qint64 number) {
            Message message;
            message.routingKey = home.toUtf8();
            message.body = "{\"order\":{\"id\":" + QByteArray::number(number) + "}}";
            message.bodySize = message.body.size();
            message.properties.deliveryMode = std::uint8_t{2};
            return message;
        }));
        auto consumer = RawConsumer::open(node_->login(), count);
        VERIFY_RESULT(consumer);
        VERIFY_RESULT((*consumer)->consume(home));
        for (int i = 0; i < count; ++i) {
            const auto delivery = (*consumer)->next(20000);
            VERIFY_RESULT(delivery);
            QVERIFY(delivery->has_value());
            VERIFY_RESULT((*consumer)->reject((*delivery)->tag, false));
        }
        QTRY_COMPARE_WITH_TIMEOUT(judge_->count(dead).value_or(-1), count, patienceMs);
    }
    void openWindow() {
        Workspace::Adapters adapters;
        adapters.secrets = std::make_unique<FakeSecrets>();
        auto opened =
            Workspace::open(folder_.filePath(QStringLiteral("window.signalbox")), std::move(adapters));
        VERIFY_RESULT(opened);
        workspace_ = std::move(*opened);
        ConnectionProfile profile;
        profile.name = QStringLiteral("node");
        profile.host = QStringLiteral("127.0.0.1");
        profile.port = node_->ports().amqp;
        profile.user = node_->options().user;
        profile.environment = Environment::Development;
        profile.managementUrl = node_->managementUrl();
        profile.tls.enabled = false;
        VERIFY_RESULT(
            answer(workspace_->connections().save(profile, Secret(node_->options().password.toUtf8()))));
        window_ = workspace_->makeWindow();
        window().resize(1280, 800);
        window().show();
    }
    // The window connects by itself; a person takes the link away and asks for it again.
    void connectLink() {
        ConnectionRegistry& connections = workspace_->connections();
        const QString id = connections.profiles().front().id;
        const auto isUp = [&connections, &id] {
            return connections.gateway(id) && connections.gateway(id)->linkState() == LinkState::Connected;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isUp(), patienceMs);
        QPushButton* button = window().connectionBar()->linkButton();
        button->click();
        QTRY_VERIFY_WITH_TIMEOUT(!connections.gateway(id), patienceMs);
        button->click();
        QTRY_VERIFY_WITH_TIMEOUT(isUp(), patienceMs);
    }

private Q_SLOTS:
    void initTestCase() {
        node_ = std::make_unique<RabbitNode>();
        VERIFY_RESULT(node_->start());
        auto judge = RawAmqp::open(node_->login());
        VERIFY_RESULT(judge);
        judge_ = std::move(*judge);
    }
    void cleanup() {
        window_.reset();
        workspace_.reset();
    }

    void deadLetters_areFoundFilteredReplayedAndAccountedFor() {
        makeDeadLetters();
        openWindow();
        connectLink();
        window().showPage(QStringLiteral("deadletters"));
        auto* letters = page<DeadLettersPage>("deadletters");
        QTRY_VERIFY_WITH_TIMEOUT(letters->board().wasListed(), patienceMs);

        letters->openQueue(dead);
        QTRY_VERIFY_WITH_TIMEOUT(letters->readingBar()->isAsking(), patienceMs);
        QPushButton* read = letters->readingBar()->panel()->readButton();
        QTRY_VERIFY_WITH_TIMEOUT(read->isVisible() && read->isEnabled(), patienceMs);
        read->click();
        const auto rows = [letters] { return letters->messages()->table()->model()->rowCount(); };
        QTRY_COMPARE_WITH_TIMEOUT(rows(), count, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(letters->unfinishedWork().isEmpty(), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(judge_->count(dead).value_or(-1), count, patienceMs);

        letters->filterBar()->setWhere(QStringLiteral("body.order.id >= 20"));
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 10, patienceMs);
        letters->messages()->selectAll();
        QTRY_COMPARE_WITH_TIMEOUT(letters->messages()->selectedCount(), 10, patienceMs);
        letters->replay();
        auto* dialog = qobject_cast<ReplayDialog*>(letters->openedDialog());
        QVERIFY(dialog);
        QTRY_VERIFY2_WITH_TIMEOUT(dialog->startButton()->isEnabled(), qPrintable(dialog->startReason()),
                                  patienceMs);
        QVERIFY2(dialog->startButton()->text().contains(QLatin1String("10 messages")),
                 qPrintable(dialog->startButton()->text()));
        QCOMPARE(judge_->count(home).value_or(-1), 0); // a plan sends nothing
        QSignalSpy started(dialog, &ReplayDialog::started);
        dialog->startButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(started.count(), 1, patienceMs);
        const QString run = started.front().front().toString();
        QTRY_VERIFY_WITH_TIMEOUT(!workspace_->replays().job(run), patienceMs);

        window().showPage(QStringLiteral("replays"), {{QStringLiteral("run"), run}});
        auto* replays = page<ReplaysPage>("replays");
        QVERIFY(replays);
        const auto shown = [replays, &run] {
            const auto& record = replays->details()->run();
            return record && record->header.id == run && record->state == RunState::Finished;
        };
        QTRY_VERIFY_WITH_TIMEOUT(shown(), patienceMs);
        QCOMPARE(replays->details()->run()->counts.at(ItemState::Removed), 10);
        QTRY_COMPARE_WITH_TIMEOUT(replays->details()->table()->model()->rowCount(), 10, patienceMs);

        QCOMPARE(judge_->count(dead).value_or(-1), count - 10);
        auto consumer = RawConsumer::open(node_->login(), count);
        VERIFY_RESULT(consumer);
        VERIFY_RESULT((*consumer)->consume(home));
        const auto arrived = (*consumer)->take(10, 20000);
        VERIFY_RESULT(arrived);
        QSet<QByteArray> bodies;
        for (const Message& message : *arrived)
            bodies.insert(message.body);
        QCOMPARE(bodies.size(), 10);
        for (int number = 20; number < count; ++number)
            QVERIFY(bodies.contains("{\"order\":{\"id\":" + QByteArray::number(number) + "}}"));
        QCOMPARE(judge_->count(home).value_or(-1), 0);
    }
};

QTEST_MAIN(TestLiveWindow)
#include "tst_livewindow.moc"
