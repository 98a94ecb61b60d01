#include "app/http/tlsfiles.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>

namespace signalbox::http {

namespace {

Error badFile(const QString& what, const QString& name) {
    return {ErrorKind::Invalid,
            QStringLiteral(
                "The %1 %2 cannot be used: it is missing, not readable or not a PEM file. Choose another in "
                "the connection's TLS settings.")
                .arg(what, name),
            {}};
}

QByteArray contentOf(const QString& name) {
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

Result<QSslConfiguration> tlsConfiguration(const TlsSettings& settings) {
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    tls.setPeerVerifyMode(settings.verify ? QSslSocket::VerifyPeer : QSslSocket::VerifyNone);
    if (!settings.caFile.isEmpty()) {
        const QList<QSslCertificate> trusted = QSslCertificate::fromData(contentOf(settings.caFile));
        if (trusted.isEmpty())
            return failure(badFile(QStringLiteral("CA file"), settings.caFile));
        tls.setCaCertificates(trusted);
    }
    if (settings.certificateFile.isEmpty())
        return tls;
    const QList<QSslCertificate> own = QSslCertificate::fromData(contentOf(settings.certificateFile));
    if (own.isEmpty())
        return failure(badFile(QStringLiteral("client certificate"), settings.certificateFile));
    const QString keyFile = settings.keyFile.isEmpty() ? settings.certificateFile : settings.keyFile;
    const QByteArray pem = contentOf(keyFile);
    QSslKey key(pem, QSsl::Rsa);
    if (key.isNull())
        key = QSslKey(pem, QSsl::Ec);
    if (key.isNull())
        return failure(badFile(QStringLiteral("client key"), keyFile));
    tls.setLocalCertificateChain(own);
    tls.setPrivateKey(key);
    return tls;
}

} // namespace signalbox::http
