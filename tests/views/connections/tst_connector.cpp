// Passwords as a person meets them: asked when unknown, asked again when refused, given up with a clear word.
#include "tests/views/shell/consolefixture.h"
#include "views/connections/connector.h"
#include "views/connections/passwordprompt.h"
#include "views/widgets/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>

using namespace signalbox;

class TestConnector : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ConsoleFixture>();
        theme_ = std::make_unique<Theme>(f_->settings);
        window_ = std::make_unique<QWidget>();
        connector_ = new Connector(f_->context, window_.get());
        errors_.clear();
        connect(connector_, &Connector::errorRaised, this,
                [this](const Error& error) { errors_ << error.summary; });
        id_ = add("orders");
        other_ = add("billing");
    }
    void cleanup() {
        window_.reset();
        f_.reset();
        theme_.reset();
    }

    void refused_isAskedAgainAndTheRightOneWorks() {
        refuse();
        connector_->connectTo(id_);
        answer("typo");
        QTRY_VERIFY(connector_->prompt() && says("The broker refused the password for guest at localhost."));
        accept();
        answer("right");
        QTRY_VERIFY(f_->registry.gateway(id_));
        QCOMPARE(f_->registry.gateway(id_)->linkState(), LinkState::Connected);
        QCOMPARE(f_->gateways.passwords, (std::vector<QByteArray>{"typo", "right"}));
        QVERIFY(!connector_->prompt());
        QCOMPARE(errors_, QStringList());
    }
    void refusedKeychainPassword_isReplaced() {
        f_->secrets.entries[id_] = "old";
        refuse();
        connector_->connectTo(id_);
        QTRY_VERIFY(connector_->prompt() && says("The broker refused the password"));
        accept();
        answer("right", true);
        QTRY_VERIFY(f_->registry.gateway(id_));
        QCOMPARE(f_->registry.gateway(id_)->linkState(), LinkState::Connected);
        QCOMPARE(f_->secrets.entries[id_], QByteArray("right"));
    }
    void refusedWhileLinked_isAskedOnce() {
        f_->secrets.entries[id_] = "old";
        connector_->connectTo(id_);
        QTRY_VERIFY(f_->registry.gateway(id_));
        f_->gateways.last->loginRefused = true; // changed on the server; the link broke
        f_->gateways.last->setLink(LinkState::Waiting);
        QTRY_VERIFY(connector_->prompt());
        connector_->prompt()->reject();
        f_->gateways.last->setLink(LinkState::Connecting);
        f_->gateways.last->setLink(LinkState::Waiting);
        QVERIFY(!connector_->prompt());
        QCOMPARE(errors_, QStringList(QStringLiteral("orders is not connected: no password was given.")));
    }
    void cancel_endsWithAClearError() {
        refuse();
        connector_->connectTo(id_);
        answer("typo");
        QTRY_VERIFY(connector_->prompt() && says("The broker refused the password"));
        connector_->prompt()->reject();
        QCOMPARE(errors_, QStringList(QStringLiteral("orders is not connected: no password was given.")));
        QVERIFY(!connector_->prompt());
    }
    void environmentPassword_isNotAskedButNamed() {
        refuse();
        f_->registry.provideSecret(id_, Secret(QByteArray("old")),
                                   QStringLiteral("SIGNALBOX_PASSWORD_ORDERS"));
        connector_->connectTo(id_);
        QTRY_COMPARE(errors_.size(), 1);
        QVERIFY(errors_.first().contains(QStringLiteral("SIGNALBOX_PASSWORD_ORDERS")));
        QVERIFY(!connector_->prompt());
    }
    void twoPrompts_comeOneAfterTheOther() {
        connector_->connectTo(id_);
        connector_->connectTo(other_);
        QTRY_VERIFY(connector_->prompt());
        QTest::qWait(0);
        answer("one");
        QTRY_VERIFY(connector_->prompt() &&
                    connector_->prompt()->windowTitle().contains(QStringLiteral("billing")));
        answer("two");
        QTRY_VERIFY(f_->registry.gateway(id_) && f_->registry.gateway(other_));
    }

private:
    QString add(const char* name) {
        ConnectionProfile made;
        made.name = QString::fromUtf8(name);
        (void)f_->registry.save(made, std::nullopt);
        return f_->registry.find(made.name)->id;
    }
    void refuse() {
        f_->gateways.prepare = [](FakeGateway& gateway) {
            gateway.linkAfterOpen = LinkState::Failed;
            gateway.loginRefused = true;
        };
    }
    void accept() { f_->gateways.prepare = nullptr; }
    bool says(const char* text) const {
        const auto labels = connector_->prompt()->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
            return label->text().contains(QString::fromUtf8(text));
        });
    }
    void answer(const char* password, bool remember = false) {
        QTRY_VERIFY(connector_->prompt());
        connector_->prompt()->rememberBox()->setChecked(remember);
        connector_->prompt()->passwordEdit()->setText(QString::fromUtf8(password));
        QTest::keyClick(connector_->prompt()->passwordEdit(), Qt::Key_Return);
    }

    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<QWidget> window_;
    Connector* connector_ = nullptr;
    QStringList errors_;
    QString id_;
    QString other_;
};

QTEST_MAIN(TestConnector)
#include "tst_connector.moc"
