// A namespace of Service Bus is added in the window: the form reads the connection string, the test names
// each right, and the saved connection is up.
#include "app/workspace.h"
#include "tests/live/livechecks.h"
#include "tests/support/fakesecrets.h"
#include "tests/support/servicebuspeer/peer.h"
#include "views/connections/connectiondialog.h"
#include "views/connections/connectionform.h"
#include "views/connections/connectionspage.h"
#include "views/connections/teststepsview.h"
#include "views/shell/mainwindow.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>

using namespace signalbox;
using namespace signalbox::live;

using Field = ConnectionForm::Field;

class TestLiveBusWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namespace_isAddedTestedAndConnected() {
        sbpeer::Peer peer;
        QVERIFY(peer.start(R"({"queues": [{"name": "orders"}]})"));
        const QTemporaryDir folder;
        auto secrets = std::make_unique<FakeSecrets>();
        FakeSecrets* keychain = secrets.get();
        Workspace::Adapters adapters;
        adapters.secrets = std::move(secrets);
        auto workspace =
            Workspace::open(folder.filePath(QStringLiteral("bus.signalbox")), std::move(adapters));
        VERIFY_RESULT(workspace);
        const auto window = (*workspace)->makeWindow();
        window->resize(1280, 800);
        window->show();
        auto* page = qobject_cast<ConnectionsPage*>(
            qobject_cast<MainWindow*>(window.get())->page(QStringLiteral("connections")));
        QVERIFY(page);
        page->add();
        auto* dialog = qobject_cast<ConnectionDialog*>(page->openDialog());
        QVERIFY(dialog);
        ConnectionForm* form = dialog->form();
        form->kindBox()->setCurrentText(QStringLiteral("Azure Service Bus"));
        form->line(Field::Name)->setText(QStringLiteral("shop bus"));
        form->line(Field::ConnectionString)->setText(QString::fromUtf8(peer.connectionString()));
        QVERIFY2(form->told()->text().startsWith(
                     QStringLiteral("localhost\nAMQP without encryption, port %1").arg(peer.ports().amqp)),
                 qPrintable(form->told()->text()));
        form->line(Field::Management)->setText(QStringLiteral("http://localhost:%1").arg(peer.ports().http));
        dialog->testButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog->steps()->text().startsWith(QLatin1String("The connection works.")),
                                 patienceMs);
        for (const char* step : {"Listen: passed", "Send: passed", "Manage: passed"})
            QVERIFY2(dialog->steps()->text().contains(QLatin1String(step)),
                     qPrintable(dialog->steps()->text()));
        dialog->saveButton()->click();

        ConnectionRegistry& connections = (*workspace)->connections();
        QTRY_COMPARE_WITH_TIMEOUT(connections.profiles().size(), std::size_t{1}, patienceMs);
        const ConnectionProfile saved = connections.profiles().front();
        QCOMPARE(saved.technology, QString(technology::serviceBus));
        QTRY_COMPARE_WITH_TIMEOUT(keychain->entries[saved.id], peer.connectionString(), patienceMs);
        (void)connections.connect(saved.id);
        QTRY_VERIFY_WITH_TIMEOUT(connections.gateway(saved.id) &&
                                     connections.gateway(saved.id)->linkState() == LinkState::Connected,
                                 patienceMs);
        QFile file((*workspace)->file());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("SAS_KEY_VALUE"));
    }
};

QTEST_MAIN(TestLiveBusWindow)
#include "tst_livebuswindow.moc"
