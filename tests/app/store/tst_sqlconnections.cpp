#include "app/store/sqlconnections.h"
#include "app/store/sqltriage.h"
#include "tests/app/store/storefixture.h"

using namespace signalbox;

class TestSqlConnections : public QObject {
    Q_OBJECT

    std::unique_ptr<Folder> folder_;
    std::unique_ptr<WorkspaceDb> workspace_;

    static ConnectionProfile full() {
        ConnectionProfile profile;
        profile.id = QStringLiteral("6f8b1d7e-6f0e-4a53-9a0c-0d8c2c8c3a11");
        profile.name = QStringLiteral("payroll \u00fc'\";--");
        profile.environment = Environment::Production;
        profile.host = QStringLiteral("fe80::1");
        profile.port = 5671;
        profile.virtualHost = QStringLiteral("eu/pay");
        profile.user = QStringLiteral("console");
        profile.tls = {true,
                       QStringLiteral("/etc/ca.pem"),
                       QStringLiteral("/etc/me.pem"),
                       QStringLiteral("/etc/me.key"),
                       QStringLiteral("broker"),
                       false};
        profile.managementUrl = QStringLiteral("https://broker:15671");
        profile.heartbeatSeconds = 7;
        return profile;
    }

private Q_SLOTS:
    void init() {
        workspace_.reset();
        folder_ = std::make_unique<Folder>();
        workspace_ = need(WorkspaceDb::open(folder_->file()));
    }
    void cleanup() { workspace_.reset(); }

    void save_roundTripsEveryField() {
        SqlConnections connections(*workspace_);
        need(connections.save(full()));
        QCOMPARE(need(connections.connections()), std::vector{full()});
        ConnectionProfile changed = full();
        changed.name = QStringLiteral("other");
        changed.tls = {};
        changed.environment = Environment::Test;
        need(connections.save(changed));
        QCOMPARE(need(connections.connections()), std::vector{changed});
    }

    void save_aTakenNameIsAConflict() {
        SqlConnections connections(*workspace_);
        need(connections.save(full()));
        ConnectionProfile other = full();
        other.id = QStringLiteral("other");
        const auto refused = connections.save(other);
        QCOMPARE(failed(refused), ErrorKind::Conflict);
        QVERIFY(refused.error().summary.contains(other.name));
        QCOMPARE(need(connections.connections()), std::vector{full()});
    }

    void connections_areSortedByName() {
        SqlConnections connections(*workspace_);
        for (const char* name : {"b", "c", "a"}) {
            ConnectionProfile profile;
            profile.id = profile.name = QString::fromLatin1(name);
            need(connections.save(profile));
        }
        QStringList names;
        for (const ConnectionProfile& profile : need(connections.connections()))
            names << profile.name;
        QCOMPARE(names.join(QLatin1Char(' ')), QStringLiteral("a b c"));
    }

    void connections_anUnknownEnvironmentIsTreatedAsProduction() {
        SqlConnections connections(*workspace_);
        ConnectionProfile profile = full();
        profile.environment = Environment::Development;
        need(connections.save(profile));
        need(workspace_->read(
            [](Database& db) { return db.execute("UPDATE connection SET environment = 'staging'"); }));
        QCOMPARE(need(connections.connections()).front().environment, Environment::Production);
    }

    void remove_takesElevationAndPinsAlong() {
        SqlConnections connections(*workspace_);
        SqlElevations elevations(*workspace_);
        SqlTriage triage(*workspace_);
        need(connections.save(full()));
        need(elevations.saveElevation(
            {full().id, QStringLiteral("ann"), QStringLiteral("why"), FakeClock().now()}));
        need(triage.setPin({full().id, QStringLiteral("/"), QStringLiteral("q")}, true));
        need(triage.setPin({QStringLiteral("other"), QStringLiteral("/"), QStringLiteral("q")}, true));
        need(connections.remove(full().id));
        QVERIFY(need(connections.connections()).empty());
        QVERIFY(!need(elevations.elevation(full().id)));
        QCOMPARE(need(triage.pins()).size(), 1U);
        QCOMPARE(failed(connections.remove(full().id)), ErrorKind::NotFound);
    }

    void elevation_isReplacedAndDropped() {
        SqlElevations elevations(*workspace_);
        QVERIFY(!need(elevations.elevation(QStringLiteral("c1"))));
        Elevation elevation{QStringLiteral("c1"), QStringLiteral("ann"), QStringLiteral("why"),
                            FakeClock().now()};
        need(elevations.saveElevation(elevation));
        elevation.reason = QStringLiteral("again");
        elevation.until = elevation.until.addMSecs(1234);
        need(elevations.saveElevation(elevation));
        QCOMPARE(need(elevations.elevation(QStringLiteral("c1"))), std::optional(elevation));
        need(elevations.dropElevation(QStringLiteral("c1")));
        need(elevations.dropElevation(QStringLiteral("c1")));
        QVERIFY(!need(elevations.elevation(QStringLiteral("c1"))));
    }

    void file_holdsNoSecret() {
        // The profile has no field for one; this guards the schema against growing it.
        const auto columns = workspace_->read([](Database& db) {
            return db.words("SELECT group_concat(lower(sql)) FROM sqlite_master WHERE type = 'table'");
        });
        for (const char* word : {"password", "secret", "token"})
            QVERIFY2(!need(columns).contains(QString::fromLatin1(word)), word);
    }
};

QTEST_GUILESS_MAIN(TestSqlConnections)
#include "tst_sqlconnections.moc"
