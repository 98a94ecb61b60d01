// Namespaces found in Azure, and the connection string made of the chosen one.
#include "tests/views/shell/consolefixture.h"
#include "views/connections/connectiondialog.h"
#include "views/connections/connectionform.h"
#include "views/connections/namespacedialog.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

using namespace signalbox;

namespace {

class FakeFinder final : public NamespaceFinder {
public:
    QFuture<Result<NamespaceFindings>> find(const QUrl& endpoint, const Secret& token) override {
        asked << endpoint.host() + QLatin1Char(' ') + QString::fromUtf8(token.reveal());
        return readyFuture(answer);
    }
    Result<NamespaceFindings> answer;
    QStringList asked;
};

FoundNamespace found(const char* name, bool isKeyless) {
    FoundNamespace made;
    made.name = QString::fromLatin1(name);
    made.host = made.name + QStringLiteral(".servicebus.windows.net");
    made.location = QStringLiteral("West Europe");
    made.tier = QStringLiteral("Standard");
    made.status = QStringLiteral("Active");
    made.subscription = QStringLiteral("Shop");
    made.isKeyless = isKeyless;
    return made;
}

} // namespace

class TestNamespaceDialog : public QObject {
    Q_OBJECT
    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    FakeFinder finder_;

private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ConsoleFixture>();
        theme_ = std::make_unique<Theme>(f_->settings);
        finder_.asked.clear();
        finder_.answer = NamespaceFindings{{found("ant", true), found("zoo", false)}, {}, 1};
        f_->context.namespaces = &finder_;
    }
    void cleanup() {
        f_.reset();
        theme_.reset();
    }

    void chosen_becomesAConnectionString() {
        NamespaceDialog dialog(f_->context);
        QSignalSpy chosen(&dialog, &NamespaceDialog::chosen);
        dialog.show();
        dialog.findButton()->click();
        QVERIFY(finder_.asked.isEmpty()); // without a token
        dialog.tokenEdit()->setText(QStringLiteral("arm-token"));
        dialog.cloudBox()->setCurrentIndex(2);
        dialog.findButton()->click();
        QTRY_COMPARE(dialog.table()->model()->rowCount(), 2);
        QCOMPARE(finder_.asked, QStringList{QStringLiteral("management.usgovcloudapi.net arm-token")});
        QVERIFY(!dialog.keyNameEdit()->isEnabled()); // keys are disabled in the first
        dialog.table()->selectRow(1);
        QVERIFY(dialog.keyNameEdit()->isEnabled());
        QVERIFY(!dialog.useButton()->isEnabled());
        dialog.keyEdit()->setText(QStringLiteral("a+key="));
        dialog.useButton()->click();
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.first().at(0).toString(), QStringLiteral("zoo"));
        QCOMPARE(
            chosen.first().at(1).toString(),
            QStringLiteral(
                "Endpoint=sb://zoo.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;"
                "SharedAccessKey=a+key="));
    }

    void keyless_takesAToken() {
        f_->context.azureToken = [] { return Result<std::optional<Secret>>(Secret("from the environment")); };
        NamespaceDialog dialog(f_->context);
        QSignalSpy chosen(&dialog, &NamespaceDialog::chosen);
        dialog.show();
        dialog.findButton()->click();
        QTRY_COMPARE(dialog.table()->model()->rowCount(), 2);
        QVERIFY(finder_.asked.first().endsWith(QLatin1String("from the environment")));
        dialog.table()->selectRow(0);
        dialog.keyEdit()->setText(QStringLiteral("jwt"));
        dialog.useButton()->click();
        QCOMPARE(chosen.first().at(1).toString(),
                 QStringLiteral("Endpoint=sb://ant.servicebus.windows.net/;SharedAccessSignature=jwt"));
    }

    void refusal_isSaid() {
        finder_.answer = failure(ErrorKind::NotAuthenticated, QStringLiteral("Refused."));
        NamespaceDialog dialog(f_->context);
        dialog.show();
        dialog.tokenEdit()->setText(QStringLiteral("arm-token"));
        dialog.findButton()->click();
        QTRY_COMPARE(dialog.banner()->summary(), QStringLiteral("Refused."));
        QVERIFY(dialog.findButton()->isEnabled());
        finder_.answer = NamespaceFindings{{}, {QStringLiteral("The subscription Old is not active.")}, 0};
        dialog.findButton()->click();
        QTRY_COMPARE(dialog.banner()->summary(), QStringLiteral("Not all could be looked at."));
    }

    void form_takesItOver() {
        ConnectionDialog dialog(f_->context, ConnectionProfile());
        dialog.show();
        QVERIFY(!dialog.form()->findButton()->isVisible());
        dialog.form()->kindBox()->setCurrentIndex(1);
        QVERIFY(dialog.form()->findButton()->isVisible());
        dialog.form()->findButton()->click();
        auto* finder = dialog.findChild<NamespaceDialog*>();
        QVERIFY(finder);
        Q_EMIT finder->chosen(QStringLiteral("zoo"),
                              QStringLiteral("Endpoint=sb://zoo/;SharedAccessSignature=x"));
        QCOMPARE(dialog.form()->line(ConnectionForm::Field::Name)->text(), QStringLiteral("zoo"));
        QCOMPARE(dialog.form()->line(ConnectionForm::Field::ConnectionString)->text(),
                 QStringLiteral("Endpoint=sb://zoo/;SharedAccessSignature=x"));
        QCOMPARE(dialog.form()->line(ConnectionForm::Field::ConnectionString)->echoMode(),
                 QLineEdit::Password);
    }
};

QTEST_MAIN(TestNamespaceDialog)
#include "tst_namespacedialog.moc"
