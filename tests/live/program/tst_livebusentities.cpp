// Entities, rules and namespaces on the command line: the real program against the peer.
#include "tests/live/program/programrun.h"
#include "tests/live/servicebus/letter.h"
#include "tests/support/servicebuspeer/peer.h"

#include <QFile>
#include <QScopeGuard>
#include <QTest>

using namespace signalbox;
using namespace signalbox::live;

class TestLiveBusEntities : public QObject {
    Q_OBJECT
    std::unique_ptr<sbpeer::Peer> peer_;
    std::unique_ptr<ProgramRun> program_;

    Said cli(const char* words, const QStringList& further = {}) { return program_->run(words, further); }
    void connect(const QString& environment = QStringLiteral("development")) {
        program_->setPassword(QString::fromUtf8(peer_->connectionString()));
        const Said added = cli("connections add bus --service-bus --management",
                               {QStringLiteral("http://localhost:%1").arg(peer_->ports().http),
                                QStringLiteral("--environment"), environment});
        QVERIFY2(added.code == 0, added.all().constData());
    }
    static void check(const Said& answer, int code, const QList<QByteArray>& words) {
        QVERIFY2(answer.code == code, answer.all().constData());
        for (const QByteArray& each : words)
            QVERIFY2(answer.all().contains(each), (each + " is not in: " + answer.all()).constData());
    }

private Q_SLOTS:
    void init() {
        peer_ = std::make_unique<sbpeer::Peer>();
        QVERIFY(peer_->start(R"({"queues": [{"name": "orders"}, {"name": "invoices"}],
            "topics": [{"name": "events", "subscriptions": [
                {"name": "audit", "rules": [{"name": "eu", "sql": "region = 'EU'"}]}]}]})"));
        program_ = std::make_unique<ProgramRun>(QStringLiteral(SIGNALBOX_PROGRAM));
    }

    void entities_areListedAndShown() {
        connect();
        QVERIFY(put(*peer_, "orders", {"m-1", "body", {}}));
        check(cli("entities list"), 0,
              {R"("path":"orders")", "events/Subscriptions/audit", R"("kind":"topic")",
               R"("status":"active")"});
        const Said listed = cli("entities list --name orders --json");
        QCOMPARE(listed.objects().size(), 1);
        QCOMPARE(listed.objects().first().value(QStringLiteral("active")).toInt(), 1);
        QCOMPARE(listed.objects().first().value(QStringLiteral("status")).toString(),
                 QStringLiteral("active"));
        check(cli("entities show orders"), 0, {"LockDuration", "MaxDeliveryCount", R"("active":1)"});
        check(cli("entities show gone"), 1, {"There is no"});
    }

    void status_isChangedWithConsent() {
        connect();
        check(cli("entities disable orders"), 2, {"Add --yes", "takes and gives no message"});
        check(cli("entities disable orders --only receive --yes"), 0,
              {R"("status":"receive-disabled")", R"("statusBefore":"active")"});
        check(cli("queues --all"), 0, {"receive-disabled"});
        check(cli("entities disable orders --only receive --yes"), 0,
              {R"("status":"receive-disabled")", R"("statusBefore":"receive-disabled")"});
        check(cli("entities disable orders --only sideways --yes"), 2, {"--only is send or receive"});
        check(cli("entities enable orders --yes --json"), 0, {R"("statusBefore":"receive-disabled")"});
        check(cli("audit list"), 0, {"entity.status.start", "entity.status.end"});
    }

    void deletion_saysWhatGoes() {
        connect();
        QVERIFY(put(*peer_, "orders", {"m-1", "body", {}}));
        check(cli("entities delete orders"), 2, {"--confirm orders", "With it goes: 1 message"});
        check(cli("entities delete orders --confirm Orders"), 2, {"letter for letter"});
        QCOMPARE(peer_->count("orders"), qint64{1});
        check(cli("entities delete orders --confirm orders --reason INC-4711"), 0,
              {R"("deleted":true)", R"("messagesLost":1)"});
        QCOMPARE(peer_->count("orders"), qint64{-1});
        check(cli("entities delete events --confirm events"), 0, {R"("deleted":true)"});
        check(cli("audit list --json"), 0, {"entity.delete.end", "INC-4711", "LockDuration"});
    }

    void rules_areChanged() {
        connect();
        const QString audit = QStringLiteral("events/Subscriptions/audit");
        check(cli("rules list", {audit}), 0, {R"("name":"eu")", "region = 'EU'"});
        check(cli("rules add", {audit, QStringLiteral("big"), QStringLiteral("--sql"),
                                QStringLiteral("quantity > > 5"), QStringLiteral("--yes")}),
              2, {"Filter: SQL filter, column 12"});
        check(cli("rules add", {audit, QStringLiteral("big"), QStringLiteral("--yes")}), 2, {"--sql"});
        check(cli("rules add",
                  {audit, QStringLiteral("big"), QStringLiteral("--match"), QStringLiteral("label=Big"),
                   QStringLiteral("--match"), QStringLiteral("quantity:int=5"), QStringLiteral("--action"),
                   QStringLiteral("SET mark = 1"), QStringLiteral("--yes")}),
              0, {R"("name":"big")", "The action is checked by the service only."});
        check(cli("rules add",
                  {audit, QStringLiteral("big"), QStringLiteral("--always"), QStringLiteral("--yes")}),
              3, {"already"});
        check(cli("rules replace",
                  {audit, QStringLiteral("eu"), QStringLiteral("--sql"), QStringLiteral("region = 'DE'"),
                   QStringLiteral("--yes"), QStringLiteral("--json")}),
              0, {R"("condition":"region = 'DE'")"});
        check(cli("rules list", {audit}), 0,
              {"region = 'DE'", "label=Big and quantity:int=5", "SET mark = 1"});
        check(cli("rules replace",
                  {audit, QStringLiteral("big"), QStringLiteral("--always"), QStringLiteral("--yes")}),
              0, {"has an action, which goes away: SET mark = 1", R"("name":"big")"});
        check(cli("rules delete", {audit, QStringLiteral("big"), QStringLiteral("--yes")}), 0,
              {R"("deleted":true)"});
        check(cli("rules delete", {audit, QStringLiteral("eu"), QStringLiteral("--yes")}), 2,
              {"gets no message at all", "--even-the-last"});
        check(cli("rules delete",
                  {audit, QStringLiteral("eu"), QStringLiteral("--yes"), QStringLiteral("--even-the-last")}),
              0, {R"("deleted":true)"});
        QCOMPARE(cli("rules list", {audit}).out, QByteArray());
        check(cli("rules list orders"), 2, {"is no subscription"});
    }

    void production_isReadOnly() {
        connect(QStringLiteral("production"));
        check(cli("entities list"), 0, {"orders"});
        check(cli("entities disable orders --yes"), 3, {"read-only", "signalbox elevate bus"});
        check(cli("rules delete events/Subscriptions/audit eu --yes --even-the-last"), 3,
              {"signalbox elevate bus"});
        check(cli("elevate bus --reason", {QStringLiteral("INC-4711: stop it")}), 0, {"elevatedUntil"});
        check(cli("entities disable orders --yes"), 0, {R"("status":"disabled")"});
        check(cli("audit list --json"), 0, {"INC-4711: stop it"});
    }

    void secret_mayComeFromAFile() {
        const QString name = program_->file(QStringLiteral("secret"));
        const auto write = [&name](const QByteArray& text) {
            QFile file(name);
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
        };
        write(peer_->connectionString() + "\n");
        qputenv("SIGNALBOX_PASSWORD_BUS_FILE", name.toLocal8Bit());
        const auto forget = qScopeGuard([] { qunsetenv("SIGNALBOX_PASSWORD_BUS_FILE"); });
        check(cli("connections add bus --service-bus --management",
                  {QStringLiteral("http://localhost:%1").arg(peer_->ports().http)}),
              0, {R"("name":"bus")"});
        check(cli("entities list"), 0, {R"("path":"orders")"});
        write({});
        check(cli("entities list"), 2, {"SIGNALBOX_PASSWORD_BUS_FILE", "is empty or cannot be read"});
    }

    void refusedAzureToken_isSaid() {
        qputenv("SIGNALBOX_AZURE_TOKEN", "opaque-azure-token");
        const auto forget = qScopeGuard([] { qunsetenv("SIGNALBOX_AZURE_TOKEN"); });
        const Said refused = cli("namespaces list --endpoint", // the peer is no Resource Manager
                                 {QStringLiteral("http://localhost:%1").arg(peer_->ports().http)});
        check(refused, 3, {"not-authenticated", "refused the access token"});
        QVERIFY(!refused.all().contains("opaque-azure-token"));
        check(cli("namespaces list --endpoint http://azure.example"), 2, {"has to be https"});
    }

    void namespaces_needAToken() {
        check(cli("namespaces list"), 2, {"SIGNALBOX_AZURE_TOKEN"});
        check(cli("namespaces list --cloud moon"), 2, {"public, china or usgov"});
        check(cli("namespaces --help"), 0, {"list"});
        check(cli("rules add --help"), 0, {"--match", "--sql", "quantity:int=5"});
    }
};

QTEST_GUILESS_MAIN(TestLiveBusEntities)
#include "tst_livebusentities.moc"
