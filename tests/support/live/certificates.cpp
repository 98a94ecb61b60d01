#include "tests/support/live/certificates.h"

#include <QDir>
#include <QFile>
#include <QProcess>

namespace signalbox::live {

namespace {

constexpr auto extensions = R"([req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[server]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1, DNS:rabbit.signalbox.test
[client]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
)";

class Maker {
public:
    explicit Maker(const QString& folder)
        : folder_(folder) {}
    QString path(const QString& file) const { return folder_.filePath(file); }

    Result<void> make(const QString& file, const QString& section, const QString& commonName,
                      const QString& authority) {
        QStringList arguments{QStringLiteral("req"),
                              QStringLiteral("-x509"),
                              QStringLiteral("-config"),
                              path(QStringLiteral("openssl.cnf")),
                              QStringLiteral("-extensions"),
                              section,
                              QStringLiteral("-newkey"),
                              QStringLiteral("ec"),
                              QStringLiteral("-pkeyopt"),
                              QStringLiteral("ec_paramgen_curve:prime256v1"),
                              QStringLiteral("-nodes"),
                              QStringLiteral("-days"),
                              QStringLiteral("30"),
                              QStringLiteral("-subj"),
                              QStringLiteral("/CN=") + commonName,
                              QStringLiteral("-keyout"),
                              path(file + QStringLiteral(".key")),
                              QStringLiteral("-out"),
                              path(file + QStringLiteral(".pem"))};
        if (!authority.isEmpty())
            arguments << QStringLiteral("-CA") << path(authority + QStringLiteral(".pem"))
                      << QStringLiteral("-CAkey") << path(authority + QStringLiteral(".key"));
        QProcess openssl;
        openssl.setProcessChannelMode(QProcess::MergedChannels);
        openssl.start(QStringLiteral("openssl"), arguments);
        if (!openssl.waitForStarted())
            return failure(ErrorKind::NotFound, QStringLiteral("The openssl command is not installed."));
        if (!openssl.waitForFinished() || openssl.exitCode() != 0)
            return failure(ErrorKind::Internal,
                           QStringLiteral("openssl could not make the certificate %1.").arg(file),
                           QString::fromLocal8Bit(openssl.readAll()));
        return {};
    }

private:
    QDir folder_;
};

} // namespace

Result<Certificates> makeCertificates(const QString& folder, const QString& clientName) {
    const Maker at(folder);
    const auto pem = [&at](const char* name) {
        return at.path(QLatin1String(name) + QStringLiteral(".pem"));
    };
    const auto key = [&at](const char* name) {
        return at.path(QLatin1String(name) + QStringLiteral(".key"));
    };
    const Certificates made{pem("ca"),     pem("server"),   key("server"),   pem("client"),
                            key("client"), pem("stranger"), key("stranger"), pem("strangerca")};
    if (QFile::exists(made.stranger))
        return made;
    QFile config(at.path(QStringLiteral("openssl.cnf")));
    if (!QDir().mkpath(folder) || !config.open(QIODevice::WriteOnly) || config.write(extensions) < 0)
        return failure(ErrorKind::Storage, QStringLiteral("Cannot write into %1.").arg(folder));
    config.close();
    Maker maker(folder);
    const QString ca = QStringLiteral("ca");
    const QString strangers = QStringLiteral("strangerca");
    struct Wanted {
        QString file, section, name, authority;
    };
    for (const Wanted& each :
         {Wanted{ca, ca, QStringLiteral("Signalbox test authority"), {}},
          Wanted{QStringLiteral("server"), QStringLiteral("server"), QStringLiteral("localhost"), ca},
          Wanted{QStringLiteral("client"), QStringLiteral("client"), clientName, ca},
          Wanted{strangers, ca, QStringLiteral("Somebody else's authority"), {}},
          Wanted{QStringLiteral("stranger"), QStringLiteral("client"), clientName, strangers}}) {
        if (auto done = maker.make(each.file, each.section, each.name, each.authority); !done)
            return failure(std::move(done.error()));
    }
    return made;
}

} // namespace signalbox::live
