// Adding and changing a connection: messages at the fields, where the password goes, tests before saving.
#include "tests/views/shell/consolefixture.h"
#include "views/connections/connectiondialog.h"
#include "views/connections/connectionform.h"
#include "views/connections/teststepsview.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDirIterator>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>

using namespace signalbox;

using Field = ConnectionForm::Field;
Q_DECLARE_METATYPE(signalbox::ConnectionForm::Field)

namespace {

const QByteArray password = "correct horse battery";

QString s(const char* text) {
    return QString::fromUtf8(text);
}

} // namespace

class TestConnectionDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ConsoleFixture>();
        theme_ = std::make_unique<Theme>(f_->settings);
    }
    void cleanup() {
        dialog_.reset();
        f_.reset();
        theme_.reset();
    }

    void wrongField_hasItsMessage_data() {
        QTest::addColumn<Field>("field");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, Field field, const char* typed, const char* message) {
            QTest::newRow(name) << field << s(typed) << s(message);
        };
        row("no name", Field::Name, "", "Give the connection a name.");
        row("name taken", Field::Name, "taken", "Another connection has this name; choose a different one.");
        row("no host", Field::Host, "", "Give the broker's host name or address.");
        row("URL as host", Field::Host, "amqp://broker",
            "Give the host name alone, without scheme, user or path; port and virtual host have their own "
            "fields.");
        row("host and port", Field::Host, "broker:5672", "The port has its own field.");
        row("no such CA file", Field::Ca, "/no/such/ca.pem", "There is no file /no/such/ca.pem.");
        row("management without scheme", Field::Management, "broker:15672",
            "Write it like http://host:15672 or https://host:15671.");
        row("password in the URL", Field::Management, "http://me:secret@broker:15672",
            "Leave user and password out; they have their own fields and the password goes to the keychain.");
    }
    void wrongField_hasItsMessage() {
        QFETCH(Field, field);
        QFETCH(QString, typed);
        f_->addConnection(s("taken"));
        open();
        fill();
        form()->box(Field::Tls)->setChecked(true);
        type(field, typed);
        save();
        QTEST(form()->field(field)->message(), "message");
        QCOMPARE(dialog_->focusWidget(), form()->line(field));
        QVERIFY2(dialog_->isVisible(), "the dialog has gone with what was typed");
        QCOMPARE(f_->connections.saved.size(), std::size_t(1));

        type(field, field == Field::Ca           ? QString()
                    : field == Field::Management ? s("http://broker:15672")
                                                 : s("good"));
        QCOMPARE(form()->field(field)->problem(), QString());
        save();
        QTRY_COMPARE(f_->connections.saved.size(), std::size_t(2));
    }
    void everyWrongField_isNamedAtOnce() {
        open();
        fill();
        type(Field::Host, s("a b"));
        type(Field::Name, {});
        save();
        QCOMPARE(form()->field(Field::Name)->problem(), s("Give the connection a name."));
        QCOMPARE(form()->field(Field::Host)->problem(), s("Remove the spaces."));
        QCOMPARE(dialog_->focusWidget(), form()->line(Field::Name));
        ConsoleFixture::shoot(*dialog_, s("connection-dialog-problems"));
    }

    void save_keepsWhatWasTyped() {
        open();
        fill();
        form()->environmentBox()->setCurrentText(s("Production"));
        QVERIFY(form()->field(Field::Environment)->message().startsWith(s("Opens read-only.")));
        form()->portBox()->setValue(5673);
        type(Field::VirtualHost, s("/orders"));
        type(Field::Management, s(" http://broker:15672 "));
        QSignalSpy saved(dialog_.get(), &ConnectionDialog::saved);
        save();
        QTRY_COMPARE(saved.count(), 1);
        QCOMPARE(saved.first().first().toString(), s("Orders"));
        QVERIFY(!dialog_->isVisible());
        QCOMPARE(f_->connections.saved.size(), std::size_t(1));
        const ConnectionProfile profile = f_->connections.saved.front();
        QVERIFY(!profile.id.isEmpty());
        QCOMPARE(profile.name, s("Orders"));
        QCOMPARE(profile.environment, Environment::Production);
        QCOMPARE(profile.host, s("broker"));
        QCOMPARE(profile.port, 5673);
        QCOMPARE(profile.virtualHost, s("/orders"));
        QCOMPARE(profile.user, s("ann"));
        QCOMPARE(profile.managementUrl, s("http://broker:15672"));
    }
    void password_goesToTheKeychainAndNowhereElse() {
        f_->settings.setValue(s("some/setting"), 1);
        open();
        fill();
        QCOMPARE(form()->line(Field::Password)->echoMode(), QLineEdit::Password);
        QCOMPARE(form()->field(Field::Password)->message(),
                 s("Kept in the system keychain, never in a file."));
        type(Field::Password, QString::fromUtf8(password));
        save();
        QTRY_VERIFY(!dialog_->isVisible());
        QCOMPARE(f_->secrets.entries[f_->connections.saved.front().id], password);
        f_->settings.sync();
        int files = 0;
        QDirIterator all(f_->folder.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (all.hasNext()) {
            QFile file(all.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray content = file.readAll();
            for (const QByteArray& form : {password, password.toBase64(), password.toHex()})
                QVERIFY2(!content.contains(form), qPrintable(file.fileName()));
            ++files;
        }
        QVERIFY2(files > 0, "there were no settings to look into");
        const auto trail = f_->audit.page(0, 100);
        QVERIFY(!trail->empty());
        for (const AuditRecord& record : *trail) {
            for (const QString& text : {record.event.detail, record.event.subject, record.event.outcome})
                QVERIFY(!text.contains(QString::fromUtf8(password)));
        }
    }
    void password_withoutKeychainIsKeptUntilTheEnd() {
        f_->secrets.setUnavailable();
        open();
        fill();
        type(Field::Password, QString::fromUtf8(password));
        QSignalSpy notice(dialog_.get(), &ConnectionDialog::notice);
        save();
        QTRY_COMPARE(notice.count(), 1);
        QCOMPARE(notice.first().first().toString(),
                 s("Orders is saved. Its password is kept until Signalbox ends: There is no keychain on this "
                   "machine."));
        QCOMPARE(f_->connections.saved.size(), std::size_t(1));
        open(f_->connections.saved.front());
        QVERIFY(form()->field(Field::Password)->message().startsWith(s("There is no keychain here:")));
    }
    void password_refusedByTheKeychainCanBeSavedAgain() {
        f_->secrets.failure = Error{ErrorKind::NotAllowed, s("The keychain is locked."), {}};
        open();
        fill();
        type(Field::Password, QString::fromUtf8(password));
        save();
        QTRY_COMPARE(dialog_->banner()->summary(), s("The keychain is locked."));
        QVERIFY(dialog_->isVisible());
        QVERIFY(dialog_->saveButton()->isEnabled());
        f_->secrets.failure.reset();
        save();
        QTRY_VERIFY2(!dialog_->isVisible(), qPrintable(form()->field(Field::Name)->problem()));
        QCOMPARE(f_->connections.saved.size(), std::size_t(1));
        QCOMPARE(f_->secrets.entries[f_->connections.saved.front().id], password);
    }
    void password_leftEmptyStaysAsItWas() {
        const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
        f_->addConnection(id);
        open(f_->connections.saved.front());
        QCOMPARE(form()->line(Field::Password)->text(), QString());
        QCOMPARE(form()->line(Field::Password)->placeholderText(), s("unchanged if left empty"));
        type(Field::Host, s("elsewhere"));
        save();
        QTRY_VERIFY(!dialog_->isVisible());
        QCOMPARE(f_->connections.saved.front().host, s("elsewhere"));
        QCOMPARE(f_->secrets.entries[id], QByteArray("secret"));
    }
    void store_refusalIsShown() {
        f_->connections.failure = Error{ErrorKind::Storage, s("The disk is full."), s("ENOSPC")};
        open();
        fill();
        save();
        QTRY_COMPARE(dialog_->banner()->copyText(), s("The disk is full.\n\nENOSPC"));
        QVERIFY(dialog_->banner()->isVisible());
        QVERIFY(dialog_->isVisible());
    }

    void tls_takesItsPortAndWarnsWhenUnchecked() {
        open();
        QVERIFY(!form()->box(Field::Verify)->isVisible());
        form()->box(Field::Tls)->setChecked(true);
        QCOMPARE(form()->portBox()->value(), 5671);
        QVERIFY(form()->box(Field::Verify)->isVisible());
        QVERIFY2(form()->box(Field::Verify)->isChecked(),
                 "certificates are not checked unless one asks for it");
        QCOMPARE(form()->field(Field::Verify)->message(), QString());
        form()->box(Field::Verify)->setChecked(false);
        QCOMPARE(
            form()->field(Field::Verify)->message(),
            s("Anybody between you and the broker can read and change everything, the password included."));
        form()->box(Field::Tls)->setChecked(false);
        QCOMPARE(form()->portBox()->value(), 5672);
        form()->portBox()->setValue(9999);
        form()->box(Field::Tls)->setChecked(true);
        QCOMPARE(form()->portBox()->value(), 9999); // a port of one's own stays
    }
    void management_inClearOverANetworkIsWarnedOf() {
        open();
        type(Field::Management, s("http://broker.example:15672"));
        QVERIFY2(form()
                     ->field(Field::Management)
                     ->message()
                     .startsWith(s("The password of guest travels in clear to broker.example")),
                 qPrintable(form()->field(Field::Management)->message()));
        QCOMPARE(form()->field(Field::Management)->problem(), QString());
        type(Field::Management, s("https://broker.example:15671"));
        QVERIFY(form()->field(Field::Management)->message().startsWith(s("Lists queues")));
    }

    void test_namesEachStepBeforeAnythingIsSaved() {
        answerTests(std::vector<TestStep>{
            {s("DNS"), TestStep::State::Passed, s("broker is 10.0.0.7.")},
            {s("Login"), TestStep::State::Failed, s("The broker refuses user ann.")},
            {s("Permissions"), TestStep::State::Skipped, s("Needs a login.")},
        });
        open();
        fill();
        type(Field::Password, QString::fromUtf8(password));
        dialog_->testButton()->click();
        QTRY_COMPARE(dialog_->steps()->text(), s("The connection does not work yet.\n"
                                                 "DNS: passed. broker is 10.0.0.7.\n"
                                                 "Login: failed. The broker refuses user ann.\n"
                                                 "Permissions: skipped. Needs a login."));
        QVERIFY(dialog_->steps()->isVisible());
        QCOMPARE(f_->gateways.passwords, std::vector<QByteArray>{password});
        QCOMPARE(f_->gateways.profiles.front().host, s("broker"));
        QVERIFY(f_->connections.saved.empty());
        QVERIFY(f_->secrets.entries.empty());
        ConsoleFixture::shoot(*dialog_, s("connection-dialog-test"));

        type(Field::Host, s("other")); // what was tested is not what is typed any more
        QVERIFY(!dialog_->steps()->isVisible());
        QVERIFY(dialog_->testButton()->isEnabled());
    }
    // A letter that two things share presses neither.
    void letters_belongToOneThingEach() {
        open();
        form()->box(Field::Tls)->setChecked(true); // with the fields of TLS in view
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
        QVERIFY(owners.size() > 10);
        for (const QStringList& texts : std::as_const(owners))
            QVERIFY2(texts.size() == 1, qPrintable(texts.join(s(" and "))));
    }
    void test_wrongFieldIsNotTested() {
        open();
        fill();
        type(Field::Host, {});
        dialog_->testButton()->click();
        QCOMPARE(form()->field(Field::Host)->problem(), s("Give the broker's host name or address."));
        QVERIFY(!dialog_->steps()->isVisible());
        QVERIFY(f_->gateways.profiles.empty());
    }

private:
    ConnectionForm* form() const { return dialog_->form(); }
    void open(ConnectionProfile profile = {}) {
        dialog_ = std::make_unique<ConnectionDialog>(f_->context, profile);
        dialog_->open();
        QVERIFY(QTest::qWaitForWindowExposed(dialog_.get()));
    }
    void type(Field field, const QString& text) {
        form()->line(field)->clear();
        QTest::keyClicks(form()->line(field), text);
    }
    void fill() {
        type(Field::Name, s("Orders"));
        type(Field::Host, s("broker"));
        type(Field::User, s("ann"));
    }
    void save() { dialog_->saveButton()->click(); }
    void answerTests(const std::vector<TestStep>& steps) {
        f_->gateways.prepare = [steps](FakeGateway& gateway) { gateway.testAnswer = steps; };
    }

    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<ConnectionDialog> dialog_;
};

QTEST_MAIN(TestConnectionDialog)
#include "tst_connectiondialog.moc"
