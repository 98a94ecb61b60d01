// The connections as a person meets them: list, environments, guard rails, facts, tests, warnings.
#include "tests/views/shell/consolefixture.h"
#include "views/connections/connectiondetails.h"
#include "views/connections/connectiondialog.h"
#include "views/connections/connectionform.h"
#include "views/connections/connectionspage.h"
#include "views/connections/connectiontablemodel.h"
#include "views/connections/teststepsview.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/searchline.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>

using namespace signalbox;

using Model = ConnectionTableModel;

static QString s(const char* text) {
    return QString::fromUtf8(text);
}

class TestConnectionsPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ConsoleFixture>();
        theme_ = std::make_unique<Theme>(f_->settings);
    }
    void cleanup() {
        page_.reset();
        f_.reset();
        theme_.reset();
    }

    void list_isSortedAndInWords() {
        addThree();
        open();
        QCOMPARE(column(Model::Name), QStringList({s("billing"), s("crm"), s("lab")}));
        QCOMPARE(column(Model::EnvironmentColumn),
                 QStringList({s("TEST"), s("PRODUCTION"), s("DEVELOPMENT")}));
        QCOMPARE(column(Model::Access),
                 QStringList({s("Read and write"), s("Read-only"), s("Read and write")}));
        QCOMPARE(page_->selectedId(), s("billing"));
        ConsoleFixture::shoot(*page_, s("connections"));
    }
    void list_carriesTheColourOfTheEnvironment() {
        addThree();
        open();
        const QImage image = page_->table()->viewport()->grab().toImage();
        QList<QRgb> colours;
        for (int row = 0; row < 3; ++row) {
            const QRect cell = page_->table()->visualRect(index(row, Model::Name));
            colours << image.pixel(QPoint(cell.left() + 1, cell.center().y()) * image.devicePixelRatio());
        }
        const QPalette palette = page_->palette();
        QCOMPARE(colours,
                 QList<QRgb>({toneOf(Tone::Test, palette).rgb(), toneOf(Tone::Production, palette).rgb(),
                              toneOf(Tone::Development, palette).rgb()}));
        QVERIFY(colours[0] != colours[1] && colours[1] != colours[2] && colours[0] != colours[2]);
    }
    void list_filtersAndSaysWhenNothingFits() {
        addThree();
        open();
        filter(s("PRODUCT"));
        QCOMPARE(column(Model::Name), QStringList(s("crm")));
        filter(s("nothing"));
        QVERIFY(page_->table()->emptyState()->isVisible());
        QCOMPARE(page_->table()->emptyState()->headline(), s("No connection fits the filter"));
        page_->table()->emptyState()->button()->click();
        QCOMPARE(column(Model::Name).size(), 3);
    }
    void empty_offersToAddOne() {
        open();
        QCOMPARE(page_->table()->emptyState()->headline(), s("No connections yet"));
        QVERIFY(!page_->details()->isVisible());
        page_->table()->emptyState()->button()->click();
        auto* dialog = qobject_cast<ConnectionDialog*>(page_->openDialog());
        QVERIFY(dialog && dialog->isVisible());
        dialog->form()->line(ConnectionForm::Field::Name)->setText(s("first"));
        dialog->save();
        QTRY_VERIFY(page_->details()->isVisible());
        QCOMPARE(column(Model::Name), QStringList(s("first")));
    }

    void production_isReadOnlyUntilElevated() {
        addThree();
        open(s("crm"));
        QCOMPARE(badge()->text(), s("PRODUCTION · read-only"));
        QVERIFY(elevateButton()->isVisible());
        QCOMPARE(elevateButton()->text(), s("&Elevate…"));
        QSignalSpy navigate(page_.get(), &Page::navigate);
        elevateButton()->click();
        QCOMPARE(navigate.count(), 1);
        QCOMPARE(navigate.first().at(0).toString(), s("elevate"));
        QCOMPARE(navigate.first().at(1).toMap().value(s("connection")).toString(), s("crm"));
        QVERIFY2(!f_->registry.elevation(s("crm")), "elevated without a reason");

        const auto elevation = f_->registry.elevate(s("crm"), s("ticket 4711"), 15);
        QVERIFY(elevation.has_value());
        const QString until = elevation->until.toLocalTime().toString(s("HH:mm"));
        QCOMPARE(column(Model::Access).at(1), s("Elevated until %1").arg(until));
        QCOMPARE(badge()->text(), s("PRODUCTION · elevated, 15 min left"));
        QCOMPARE(elevateButton()->text(), s("&Give back"));
        elevateButton()->click();
        QCOMPARE(column(Model::Access).at(1), s("Read-only"));
        QCOMPARE(badge()->text(), s("PRODUCTION · read-only"));
        QVERIFY(!f_->registry.permit(s("crm")));

        page_->select(s("lab"));
        QCOMPARE(badge()->text(), s("DEVELOPMENT"));
        QVERIFY(!elevateButton()->isVisible());
    }
    void production_isReadOnlyAgainWhenTheTimeIsOver() {
        addThree();
        open(s("crm"));
        QVERIFY(f_->registry.elevate(s("crm"), s("ticket 4711"), 15).has_value());
        QCOMPARE(elevateButton()->text(), s("&Give back"));
        f_->clock.advanceSeconds(15 * 60);
        QTRY_COMPARE(elevateButton()->text(), s("&Elevate…"));
        QCOMPARE(column(Model::Access).at(1), s("Read-only"));
    }

    void tls_uncheckedIsWarnedOfForGood() {
        f_->addConnection(s("checked"));
        f_->addConnection(s("unchecked"), Environment::Test, false);
        open(s("unchecked"));
        ErrorBanner* warning = page_->details()->warning();
        QVERIFY(warning->isVisible());
        QCOMPARE(warning->severity(), Severity::Warning);
        QVERIFY(warning->summary().startsWith(s("The certificate of this broker is not checked.")));
        QVERIFY2(!warning->closeButton()->isVisible(), "the warning can be put away");
        QTest::keyClick(warning, Qt::Key_Escape);
        QVERIFY(warning->isVisible());
        QVERIFY(index(1, Model::Host).data(Qt::ToolTipRole).toString().contains(s("NOT checked")));
        page_->select(s("checked"));
        QVERIFY(!warning->isVisible());
        page_->select(s("unchecked"));
        QVERIFY(warning->isVisible());
    }

    void test_namesEachStepWithItsResult() {
        addThree();
        f_->addConnection(tested_);
        const auto prepare = f_->gateways.prepare;
        f_->gateways.prepare = [prepare](FakeGateway& gateway) {
            prepare(gateway);
            gateway.testAnswer = std::vector<TestStep>{
                {s("DNS"), TestStep::State::Passed, s("broker is 10.0.0.7.")},
                {s("Management API"), TestStep::State::Warned, s("Not reachable.")},
                {s("Permissions"), TestStep::State::Skipped, s("Not asked.")},
            };
        };
        open(tested_);
        QVERIFY(!steps()->isVisible());
        run(s("connections.test"));
        QVERIFY(steps()->text().startsWith(s("Testing, step by step…")));
        for (const char* name :
             {"DNS", "TCP", "TLS", "Login", "Virtual host", "Management API", "Permissions"})
            QVERIFY2(steps()->text().contains(s(name) + s(": waiting")), name);
        QTRY_COMPARE(steps()->text(), s("The connection works, with less than it could.\n"
                                        "DNS: passed. broker is 10.0.0.7.\n"
                                        "Management API: warning. Not reachable.\n"
                                        "Permissions: skipped. Not asked."));
        page_->select(s("lab")); // the result is the other one's
        QVERIFY(!steps()->isVisible());
    }
    void test_failureSaysWhy() {
        addThree();
        f_->addConnection(tested_);
        f_->gateways.prepare = [](FakeGateway& gateway) {
            gateway.testAnswer = failure(ErrorKind::CannotConnect, s("No route."), s("errno 113"));
        };
        open(tested_);
        run(s("connections.test"));
        QTRY_VERIFY(steps()->text().startsWith(s("No route.\n")));
        QVERIFY(steps()->text().contains(s("errno 113")));
    }

    void link_isFollowed() {
        addThree();
        const auto prepare = f_->gateways.prepare;
        f_->gateways.prepare = [prepare](FakeGateway& gateway) {
            prepare(gateway);
            BrokerFacts facts;
            facts.product = s("RabbitMQ");
            facts.version = s("3.12.1");
            facts.cluster = s("rabbit@one");
            facts.managementMissing = s("no URL is set");
            facts.alarms = QStringList(s("memory on rabbit@one"));
            gateway.factsAnswer = facts;
        };
        open(s("billing"));
        QSignalSpy navigate(page_.get(), &Page::navigate);
        page_->details()->connectButton()->click();
        QCOMPARE(navigate.last().at(0).toString(), s("connect"));
        QTest::keyClick(page_->table(), Qt::Key_Return);
        QCOMPARE(navigate.count(), 2);
        QCOMPARE(navigate.last().at(0).toString(), s("connect"));
        f_->link(s("billing"));
        QTRY_VERIFY(detailLines().contains(s("RabbitMQ 3.12.1, cluster rabbit@one")));
        QVERIFY(detailLines().contains(s("missing: no URL is set")));
        QVERIFY(detailLines().contains(s("memory on rabbit@one")));
        QVERIFY(column(Model::Link).at(0) != column(Model::Link).at(1));
        QCOMPARE(page_->details()->connectButton()->text(), s("&Disconnect"));
        page_->details()->connectButton()->click();
        QVERIFY(!f_->registry.gateway(s("billing")));
        QCOMPARE(column(Model::Link).at(0), column(Model::Link).at(1));
        QVERIFY(!detailLines().contains(s("memory on rabbit@one")));
    }

    void serviceBus_isToldInItsOwnWords() {
        ConnectionProfile bus;
        bus.id = bus.name = s("bus");
        bus.technology = technology::serviceBus;
        bus.host = s("shop.servicebus.windows.net");
        bus.port = 443;
        bus.virtualHost = s("orders");
        bus.user = s("reader");
        bus.tls.enabled = true;
        bus.managementUrl = s("https://shop.servicebus.windows.net");
        f_->connections.saved.push_back(bus);
        f_->secrets.entries[bus.id] = "secret";
        QVERIFY(f_->registry.load().has_value());
        f_->gateways.prepare = [](FakeGateway& gateway) {
            BrokerFacts facts;
            facts.product = s("Azure Service Bus");
            facts.version = s("Standard");
            facts.management = true;
            gateway.factsAnswer = facts;
        };
        open(s("bus"));
        const QStringList lines = detailLines();
        for (const char* line : {"Namespace", "shop.servicebus.windows.net", "Entity", "orders only",
                                 "Key name", "reader", "Transport", "AMQP over WebSockets and TLS, port 443"})
            QVERIFY2(lines.contains(s(line)), line);
        for (const char* word : {"Broker", "User", "Alarms"})
            QVERIFY2(!lines.contains(s(word)), word);
        QVERIFY(!lines.join(s("\n")).contains(s("irtual host")));
        QCOMPARE(column(Model::VirtualHost), QStringList(s("orders only")));
        QCOMPARE(page_->table()->model()->headerData(Model::User, Qt::Horizontal).toString(),
                 s("User / key name"));
        f_->link(s("bus"));
        QTRY_VERIFY(detailLines().contains(s("shop.servicebus.windows.net, tier Standard")));
        QVERIFY(detailLines().contains(s("available")));
        QVERIFY(!detailLines().contains(s("Alarms")));
        ConsoleFixture::shoot(*page_, s("connections-bus"));
    }

    void remove_asksFirst() {
        addThree();
        open(s("crm"));
        QSignalSpy refused(page_.get(), &Page::errorRaised);
        run(s("connections.remove")); // production: what is removed could be added again as development
        QCOMPARE(refused.count(), 1);
        QVERIFY(refused.first().first().value<Error>().summary.contains(s("elevate it, then remove it")));
        QVERIFY(!ConsoleFixture::answer(s("Remove")));
        QVERIFY(f_->registry.elevate(s("crm"), s("ticket 4711"), 15).has_value());
        run(s("connections.remove"));
        QTRY_VERIFY(ConsoleFixture::answer(s("Cancel")));
        ConsoleFixture::answer(s("Cancel"))->click();
        QCOMPARE(column(Model::Name).size(), 3);
        run(s("connections.remove"));
        QTRY_VERIFY(ConsoleFixture::answer(s("Remove")));
        ConsoleFixture::answer(s("Remove"))->click();
        QTRY_COMPARE(column(Model::Name), QStringList({s("billing"), s("lab")}));
        QVERIFY(!f_->secrets.entries.contains(s("crm")));
    }
    void duplicate_hasANameOfItsOwn() {
        addThree();
        open(s("crm"));
        run(s("connections.duplicate"));
        auto* dialog = qobject_cast<ConnectionDialog*>(page_->openDialog());
        QVERIFY(dialog);
        const ConnectionProfile copy = dialog->form()->profile();
        QCOMPARE(copy.name, s("crm (copy)"));
        QCOMPARE(copy.environment, Environment::Production);
        QVERIFY(copy.id.isEmpty());
    }

private:
    void addThree() {
        f_->addConnection(s("crm"), Environment::Production);
        f_->addConnection(s("lab"), Environment::Development);
        f_->addConnection(s("billing"), Environment::Test);
    }
    void open(const QString& select = {}) {
        page_ = std::make_unique<ConnectionsPage>(f_->context);
        page_->resize(1280, 800);
        page_->show();
        QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
        if (!select.isEmpty())
            page_->activate({{s("connection"), select}});
    }
    void run(const QString& id) {
        for (const Command& command : page_->commands()) {
            if (command.id != id)
                continue;
            QVERIFY(command.isEnabled());
            command.run();
            return;
        }
        QFAIL(qPrintable(id));
    }
    void filter(const QString& words) {
        page_->focusSearch();
        QLineEdit* edit = page_->findChild<SearchLine*>()->edit();
        QTest::keyClicks(edit, words);
        QTest::keyClick(edit, Qt::Key_Return);
    }
    QModelIndex index(int row, int column) const { return page_->table()->model()->index(row, column); }
    QStringList column(int column) const {
        QStringList texts;
        for (int row = 0; row < page_->table()->model()->rowCount(); ++row)
            texts << index(row, column).data().toString();
        return texts;
    }
    TestStepsView* steps() const { return page_->details()->steps(); }
    QPushButton* elevateButton() const { return page_->details()->elevateButton(); }
    EnvironmentBadge* badge() const { return page_->details()->findChild<EnvironmentBadge*>(); }
    QStringList detailLines() const {
        QStringList lines;
        for (const QLabel* label : page_->details()->findChildren<QLabel*>()) {
            if (label->isVisible())
                lines << label->text();
        }
        return lines;
    }

    const QString tested_ = s("6f1c7c3e-5c8e-4a52-9a53-0d8b5f0f7a11"); // tests are for real ids only
    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<ConnectionsPage> page_;
};

QTEST_MAIN(TestConnectionsPage)
#include "tst_connectionspage.moc"
