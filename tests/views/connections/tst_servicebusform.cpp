// A namespace of Service Bus in the window: the form reads the connection string, and keeps its secret to
// itself.
#include "app/servicebus/servicebusprofile.h"
#include "tests/views/shell/consolefixture.h"
#include "views/connections/connectiondialog.h"
#include "views/connections/connectionform.h"
#include "views/connections/teststepsview.h"
#include "views/widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDirIterator>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace signalbox;

using Field = ConnectionForm::Field;

namespace {

const QByteArray busKey = "c2VjcmV0LW9mLXRoZS1zaG9w=";

QString busString(const QString& host = QStringLiteral("shop.servicebus.windows.net"),
                  const QByteArray& key = busKey, const QString& more = {}) {
    return QStringLiteral("Endpoint=sb://%1/;SharedAccessKeyName=reader;SharedAccessKey=%2%3")
        .arg(host, QString::fromUtf8(key), more);
}

} // namespace

class TestServiceBusForm : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ConsoleFixture>();
        f_->context.serviceBusProfile = serviceBusProfile;
        theme_ = std::make_unique<Theme>(f_->settings);
    }
    void cleanup() {
        dialog_.reset();
        f_.reset();
        theme_.reset();
    }

    void kind_decidesWhatIsAsked() {
        open();
        form()->box(Field::Tls)->setChecked(true);
        QVERIFY(form()->kindBox()->isEnabled());
        QCOMPARE(dialog_->focusWidget(), form()->kindBox());
        QCOMPARE(wordsOnShow({"service bus", "namespace", "connection string", "entity", "sharedaccess"}),
                 QStringList());
        chooseBus();
        QCOMPARE(wordsOnShow({"virtual host", "heartbeat", "rabbitmq", "broker", "5672", "15671", "user",
                              "password", "queues with depth"}),
                 QStringList());
        for (const Field which : {Field::Name, Field::Environment, Field::ConnectionString, Field::Ca,
                                  Field::Verify, Field::Management})
            QVERIFY(form()->field(which)->isVisible());
        form()->kindBox()->setCurrentIndex(0);
        QVERIFY(form()->line(Field::Host)->isVisible());
        QVERIFY(!form()->line(Field::ConnectionString)->isVisible());
        QCOMPARE(form()->profile().technology, QString(technology::rabbitMq));
        QCOMPARE(form()->profile().host, QStringLiteral("localhost"));
    }

    void string_saysTheRest_data() {
        QTest::addColumn<QString>("string");
        QTest::addColumn<QString>("told");
        QTest::addColumn<QString>("management");
        const QString host = QStringLiteral("shop.servicebus.windows.net");
        const QString https = QStringLiteral("https://") + host;
        QTest::newRow("namespace") << busString()
                                   << QStringLiteral("%1\nAMQP over TLS, port 5671\n"
                                                     "Key name: reader\nEntity: the whole namespace")
                                          .arg(host)
                                   << https;
        QTest::newRow("entity over WebSockets")
            << busString(host, busKey, QStringLiteral(";TransportType=AmqpWebSockets;EntityPath=orders"))
            << QStringLiteral("%1\nAMQP over WebSockets and TLS, port 443\n"
                              "Key name: reader\nEntity: orders only")
                   .arg(host)
            << https;
        QTest::newRow("development") << busString(QStringLiteral("localhost:7000"), busKey,
                                                  QStringLiteral(";UseDevelopmentEmulator=true"))
                                     << QStringLiteral("localhost\nAMQP without encryption, port 7000\n"
                                                       "Key name: reader\nEntity: the whole namespace")
                                     << QStringLiteral("http://localhost:5300");
        QTest::newRow("signature and an unknown part")
            << QStringLiteral(
                   "Endpoint=sb://%1/;SharedAccessSignature=SharedAccessSignature sr=x&sig=y&se=1&skn=z;"
                   "Color=red")
                   .arg(host)
            << QStringLiteral("%1\nAMQP over TLS, port 5671\n"
                              "Key name: a ready-made token, no key\nEntity: the whole namespace\n"
                              "Color is not known and ignored.")
                   .arg(host)
            << https;
    }
    void string_saysTheRest() {
        QFETCH(QString, string);
        open();
        chooseBus();
        paste(string);
        QTEST(form()->told()->text(), "told");
        QTEST(form()->line(Field::Management)->text(), "management");
        QCOMPARE(form()->field(Field::ConnectionString)->problem(), QString());
    }

    void wrongString_hasItsMessage_data() {
        QTest::addColumn<QString>("string");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const QString& string, const char* message) {
            QTest::newRow(name) << string << QString::fromUtf8(message);
        };
        row("none", {}, "Paste the connection string of a shared access policy of the namespace.");
        row("no pairs", QStringLiteral("shop"),
            "The connection string is not valid: its part 1 is not of the form Key=Value.");
        row("no endpoint", QStringLiteral("SharedAccessKeyName=a;SharedAccessKey=b"),
            "The connection string is not valid: it has no Endpoint=sb://NAMESPACE.servicebus.windows.net/.");
        row("no key", QStringLiteral("Endpoint=sb://shop/;SharedAccessKeyName=a"),
            "The connection string is not valid: SharedAccessKeyName is there, SharedAccessKey is not.");
        row("no right at all", QStringLiteral("Endpoint=sb://shop/"),
            "The connection string is not valid: it holds neither a SharedAccessKey nor a "
            "SharedAccessSignature. Copy the whole string of a shared access policy.");
    }
    void wrongString_hasItsMessage() {
        QFETCH(QString, string);
        open();
        chooseBus();
        form()->line(Field::Name)->setText(QStringLiteral("shop"));
        paste(string);
        dialog_->saveButton()->click();
        QTEST(form()->field(Field::ConnectionString)->message(), "message");
        QCOMPARE(dialog_->focusWidget(), form()->line(Field::ConnectionString));
        QVERIFY(f_->connections.saved.empty());
        const FormField* field = form()->field(Field::ConnectionString);
        QTRY_VERIFY(field->height() >= field->heightForWidth(field->width())); // the message is seen whole
        if (!string.isEmpty())
            ConsoleFixture::shoot(*dialog_, QStringLiteral("bus-form-problem"));
        paste(busString());
        QCOMPARE(form()->field(Field::ConnectionString)->problem(), QString());
        dialog_->saveButton()->click();
        QTRY_COMPARE(f_->connections.saved.size(), std::size_t{1});
    }

    void secret_goesToTheKeychainAndNowhereElse() {
        f_->settings.setValue(QStringLiteral("some/setting"), 1);
        open();
        chooseBus();
        form()->line(Field::Name)->setText(QStringLiteral("shop"));
        QCOMPARE(form()->line(Field::ConnectionString)->echoMode(), QLineEdit::Password);
        paste(busString());
        QCOMPARE(wordsOnShow({busKey.toLower().constData()}), QStringList());
        dialog_->saveButton()->click();
        QTRY_VERIFY(!dialog_->isVisible());
        const ConnectionProfile saved = f_->connections.saved.front();
        QCOMPARE(saved.technology, QString(technology::serviceBus));
        QCOMPARE(saved.host, QStringLiteral("shop.servicebus.windows.net"));
        QCOMPARE(saved.port, 5671);
        QCOMPARE(saved.user, QStringLiteral("reader"));
        QCOMPARE(saved.virtualHost, QStringLiteral("/"));
        QCOMPARE(saved.managementUrl, QStringLiteral("https://shop.servicebus.windows.net"));
        QVERIFY(saved.tls.enabled && saved.tls.verify);
        QCOMPARE(f_->secrets.entries[saved.id], busString().toUtf8());
        f_->settings.sync();
        QDirIterator all(f_->folder.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (all.hasNext()) {
            QFile file(all.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains(busKey), qPrintable(file.fileName()));
        }
        const auto trail = f_->audit.page(0, 100);
        QVERIFY(!trail->empty());
        for (const AuditRecord& record : *trail)
            QVERIFY(!record.event.detail.contains(QString::fromUtf8(busKey)));
    }

    void existing_keepsItsStringAndKind() {
        const ConnectionProfile known = addBus();
        open(known);
        QVERIFY(!form()->kindBox()->isEnabled());
        QCOMPARE(form()->kindBox()->currentText(), QStringLiteral("Azure Service Bus"));
        QCOMPARE(form()->line(Field::ConnectionString)->placeholderText(),
                 QStringLiteral("unchanged if left empty"));
        QVERIFY(form()->told()->text().startsWith(known.host));
        form()->line(Field::Name)->setText(QStringLiteral("another name"));
        dialog_->saveButton()->click();
        QTRY_VERIFY(!dialog_->isVisible());
        ConnectionProfile renamed = known;
        renamed.name = QStringLiteral("another name");
        QCOMPARE(f_->connections.saved.front(), renamed);
        QCOMPARE(f_->secrets.entries[known.id], QByteArray("old string"));
    }

    void management_followsTheNamespaceOnly() {
        open(addBus());
        auto* management = form()->line(Field::Management);
        management->setText(QStringLiteral("https://proxy.example"));
        paste(busString(QStringLiteral("shop.servicebus.windows.net"), "a-new-key"));
        QCOMPARE(management->text(), QStringLiteral("https://proxy.example"));
        paste(busString(QStringLiteral("other.servicebus.windows.net")));
        QCOMPARE(management->text(), QStringLiteral("https://other.servicebus.windows.net"));
        management->clear();
        QCOMPARE(form()->profile().managementUrl, QString());
        management->setText(QStringLiteral("other"));
        dialog_->saveButton()->click();
        QCOMPARE(form()->field(Field::Management)->message(),
                 QStringLiteral("Write it like https://NAMESPACE.servicebus.windows.net."));
    }

    void certificateUnchecked_isWarnedOf() {
        open();
        chooseBus();
        form()->box(Field::Verify)->setChecked(false);
        QCOMPARE(form()->field(Field::Verify)->message(),
                 QStringLiteral(
                     "Anybody between you and the namespace can read and change everything, and act with "
                     "your credential."));
    }

    void test_namesTheStepsOfANamespace() {
        f_->gateways.prepare = [](FakeGateway& gateway) {
            gateway.testAnswer = std::vector<TestStep>{
                {QStringLiteral("Connection"), TestStep::State::Passed,
                 QStringLiteral("It speaks AMQP 1.0.")},
                {QStringLiteral("Login"), TestStep::State::Passed,
                 QStringLiteral("The credential is accepted.")},
                {QStringLiteral("Management API"), TestStep::State::Passed, QStringLiteral("It answers.")},
                {QStringLiteral("Listen"), TestStep::State::Passed,
                 QStringLiteral(
                     "There: a receiver on orders/$DeadLetterQueue was accepted; nothing was taken.")},
                {QStringLiteral("Send"), TestStep::State::Warned,
                 QStringLiteral("Missing. Reading works without it.")},
                {QStringLiteral("Manage"), TestStep::State::Skipped, QStringLiteral("Not known.")}};
        };
        open();
        chooseBus();
        form()->line(Field::Name)->setText(QStringLiteral("shop"));
        paste(busString());
        dialog_->steps()->presentRunning(form()->profile().technology);
        for (const char* name : {"Listen", "Send", "Manage"})
            QVERIFY(dialog_->steps()->text().contains(QLatin1String(name)));
        QVERIFY(!dialog_->steps()->text().contains(QLatin1String("Virtual host")));
        dialog_->testButton()->click();
        QTRY_VERIFY(dialog_->steps()->text().startsWith(
            QLatin1String("The connection works, with less than it could.")));
        QCOMPARE(f_->gateways.passwords, std::vector<QByteArray>{busString().toUtf8()});
        QCOMPARE(f_->gateways.profiles.front().technology, QString(technology::serviceBus));
        ConsoleFixture::shoot(*dialog_, QStringLiteral("bus-form-test"));
    }

    void keyboard_reachesEveryFieldInOrder() {
        open();
        chooseBus();
        form()->kindBox()->setFocus();
        QList<QWidget*> order;
        for (int i = 0; i < 6; ++i) {
            QTest::keyClick(dialog_->focusWidget(), Qt::Key_Tab);
            order << dialog_->focusWidget();
        }
        QCOMPARE(order, (QList<QWidget*>{form()->line(Field::Name), form()->environmentBox(),
                                         form()->line(Field::ConnectionString), form()->line(Field::Ca),
                                         form()->box(Field::Verify), form()->line(Field::Management)}));
        QHash<QString, QStringList> owners;
        for (const QWidget* widget : dialog_->findChildren<QWidget*>()) {
            const auto* label = qobject_cast<const QLabel*>(widget);
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            if (!widget->isVisible() || (!button && !(label && label->buddy())))
                continue;
            const QString text = button ? button->text() : label->text();
            if (const QKeySequence letter = QKeySequence::mnemonic(text); !letter.isEmpty())
                owners[letter.toString()] << text;
        }
        QVERIFY(owners.size() >= 7);
        for (const QStringList& texts : std::as_const(owners))
            QVERIFY2(texts.size() == 1, qPrintable(texts.join(QStringLiteral(" and "))));
    }

    void pictures_inLightAndDark() {
        for (const bool dark : {false, true}) {
            theme_->setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
            open();
            chooseBus();
            form()->line(Field::Name)->setText(QStringLiteral("Shop, West Europe"));
            ConsoleFixture::shoot(*dialog_, dark ? QStringLiteral("bus-form-empty-dark")
                                                 : QStringLiteral("bus-form-empty-light"));
            paste(busString());
            form()->box(Field::Verify)->setChecked(false);
            const FormField* field = form()->field(Field::Management);
            QTRY_VERIFY(field->height() >= field->heightForWidth(field->width())); // the layout has followed
            ConsoleFixture::shoot(*dialog_,
                                  dark ? QStringLiteral("bus-form-dark") : QStringLiteral("bus-form-light"));
            dialog_.reset();
        }
    }

private:
    ConnectionForm* form() const { return dialog_->form(); }
    void open(const ConnectionProfile& profile = {}) {
        dialog_ = std::make_unique<ConnectionDialog>(f_->context, profile);
        dialog_->open();
        QVERIFY(QTest::qWaitForWindowExposed(dialog_.get()));
    }
    void chooseBus() { form()->kindBox()->setCurrentIndex(1); }
    void paste(const QString& string) { form()->line(Field::ConnectionString)->setText(string); }
    ConnectionProfile addBus() {
        ConnectionProfile profile;
        QStringList notes;
        profile.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
        profile.name = QStringLiteral("bus");
        profile = *serviceBusProfile(profile, Secret(busString().toUtf8()), notes);
        f_->connections.saved.push_back(profile);
        f_->secrets.entries[profile.id] = "old string";
        (void)f_->registry.load();
        return profile;
    }
    // Those of `words` that somebody would read in the dialog, but for the list of kinds.
    QStringList wordsOnShow(std::initializer_list<const char*> words) const {
        QStringList texts;
        for (const QWidget* widget : dialog_->findChildren<QWidget*>()) {
            if (!widget->isVisible())
                continue;
            texts << widget->toolTip() << widget->accessibleName() << widget->accessibleDescription();
            if (const auto* label = qobject_cast<const QLabel*>(widget))
                texts << label->text();
            else if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
                texts << button->text();
            else if (const auto* edit = qobject_cast<const QLineEdit*>(widget))
                texts << edit->placeholderText() << edit->displayText();
        }
        const QString all = texts.join(QLatin1Char('\n')).remove(QLatin1Char('&')).toLower();
        QStringList found;
        for (const char* word : words) {
            if (all.contains(QString::fromUtf8(word)))
                found << QString::fromUtf8(word);
        }
        return found;
    }

    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<ConnectionDialog> dialog_;
};

QTEST_MAIN(TestServiceBusForm)
#include "tst_servicebusform.moc"
