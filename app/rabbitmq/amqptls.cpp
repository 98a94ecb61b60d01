#include "app/rabbitmq/amqptls.h"

#include "app/rabbitmq/amqperrors.h"

#include <QFile>
#include <QFileInfo>
#include <QHostAddress>
#include <amqp_ssl_socket.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace signalbox::rabbitmq {

namespace {

// The library names the host it connects to; a server behind another name wants that name instead.
void watch(const SSL* ssl, int where, int value) {
    auto* report = static_cast<TlsReport*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    if (!report)
        return;
    if ((where & SSL_CB_HANDSHAKE_START) != 0 && !report->serverName.isEmpty())
        SSL_set_tlsext_host_name(const_cast<SSL*>(ssl), report->serverName.constData());
    constexpr int fatal = 2;
    if (where == SSL_CB_READ_ALERT && (value >> 8) == fatal)
        report->alert = value & 0xff;
}

// bad_certificate ... unknown_ca, certificate_required: about the client's certificate, whatever is wrong.
bool isAboutCertificate(int alert) {
    return (alert >= SSL_AD_BAD_CERTIFICATE && alert <= SSL_AD_CERTIFICATE_UNKNOWN) ||
           alert == SSL_AD_UNKNOWN_CA || alert == SSL_AD_CERTIFICATE_REQUIRED;
}

int noteProblem(int good, X509_STORE_CTX* store) {
    if (good == 0) {
        const auto* ssl =
            static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
        if (auto* report = static_cast<TlsReport*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl))))
            report->problem =
                QString::fromUtf8(X509_verify_cert_error_string(X509_STORE_CTX_get_error(store)));
    }
    return good;
}

int noPassphrase(char*, int, int, void*) {
    return 0; // OpenSSL would ask on the terminal
}

QString openSslText() {
    QStringList all;
    while (const unsigned long code = ERR_get_error())
        all << QString::fromUtf8(ERR_reason_error_string(code) ? ERR_reason_error_string(code) : "unknown");
    return all.join(QStringLiteral("; "));
}

bool isEncrypted(const QString& file) {
    constexpr qint64 enough = 65536;
    QFile pem(file);
    return pem.open(QIODevice::ReadOnly) && pem.read(enough).contains("ENCRYPTED");
}

Error badFile(const QString& what, const QString& file) {
    const QFileInfo info(file);
    const QString why = !info.exists()       ? QStringLiteral("there is no such file")
                        : !info.isReadable() ? QStringLiteral("it cannot be read")
                        : isEncrypted(file)
                            ? QStringLiteral("it is encrypted, and passphrases are not asked for")
                            : QStringLiteral("it is not a usable PEM file");
    return {
        ErrorKind::Invalid,
        QStringLiteral("The %1 %2 cannot be used: %3. Choose another file in the connection's TLS settings.")
            .arg(what, file, why),
        openSslText()};
}

// A key that is fine and does not fit the certificate is refused at once.
bool isOfAnother() {
    const unsigned long code = ERR_peek_last_error();
    return ERR_GET_LIB(code) == ERR_LIB_X509 && (ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH ||
                                                 ERR_GET_REASON(code) == X509_R_KEY_TYPE_MISMATCH);
}

Result<void> loadFiles(amqp_socket_t* socket, SSL_CTX* context, const TlsSettings& tls) {
    ERR_clear_error();
    if (tls.caFile.isEmpty()) {
        SSL_CTX_set_default_verify_paths(context);
    } else if (amqp_ssl_socket_set_cacert(socket, QFile::encodeName(tls.caFile).constData()) !=
               AMQP_STATUS_OK) {
        return failure(badFile(QStringLiteral("CA file"), tls.caFile));
    }
    if (tls.certificateFile.isEmpty())
        return {};
    SSL_CTX_set_default_passwd_cb(context, noPassphrase);
    const QByteArray certificate = QFile::encodeName(tls.certificateFile);
    const QByteArray key = QFile::encodeName(tls.keyFile.isEmpty() ? tls.certificateFile : tls.keyFile);
    if (SSL_CTX_use_certificate_chain_file(context, certificate.constData()) != 1)
        return failure(badFile(QStringLiteral("client certificate"), tls.certificateFile));
    if (SSL_CTX_use_PrivateKey_file(context, key.constData(), SSL_FILETYPE_PEM) != 1 && !isOfAnother())
        return failure(badFile(QStringLiteral("client key"), QFile::decodeName(key)));
    if (SSL_CTX_check_private_key(context) != 1)
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("The client key does not belong to the client certificate. Choose the pair in "
                           "the connection's TLS settings."),
            openSslText());
    return {};
}

} // namespace

Result<amqp_socket_t*> makeTlsSocket(amqp_connection_state_t connection, const ConnectionProfile& profile,
                                     TlsReport& report) {
    amqp_socket_t* socket = amqp_ssl_socket_new(connection);
    auto* context = socket ? static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket)) : nullptr;
    if (!context)
        return failure(ErrorKind::Internal, QStringLiteral("TLS could not be set up."), openSslText());
    amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
    amqp_ssl_socket_set_verify_hostname(socket, 0); // below, by OpenSSL: it knows wildcards and IP addresses
    amqp_ssl_socket_set_verify_peer(socket, profile.tls.verify ? 1 : 0);
    if (auto loaded = loadFiles(socket, context, profile.tls); !loaded)
        return failure(std::move(loaded.error()));

    const QString name = profile.tls.serverName.isEmpty() ? profile.host : profile.tls.serverName;
    const QByteArray ascii = name.toLatin1();
    const bool numeric = !QHostAddress(name).isNull();
    report.serverName = numeric ? QByteArray() : ascii;
    report.problem.clear();
    report.alert = 0;
    SSL_CTX_set_app_data(context, &report);
    SSL_CTX_set_info_callback(context, watch);
    if (profile.tls.verify) {
        X509_VERIFY_PARAM* rules = SSL_CTX_get0_param(context);
        X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        const int set = numeric ? X509_VERIFY_PARAM_set1_ip_asc(rules, ascii.constData())
                                : X509_VERIFY_PARAM_set1_host(rules, ascii.constData(), 0);
        if (set != 1)
            return failure(ErrorKind::Invalid, QStringLiteral("%1 is not a usable server name.").arg(name));
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, noteProblem);
    } else {
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    }
    return socket;
}

bool isTlsStatus(int status) {
    return status <= AMQP_STATUS_SSL_ERROR && status > AMQP_STATUS_SSL_ERROR - 0x100;
}

Error tlsError(const ConnectionProfile& profile, int status, const TlsReport& report) {
    const QString library = QString::fromUtf8(amqp_error_string2(status));
    const QString openSsl = openSslText();
    if (!report.problem.isEmpty())
        return {
            ErrorKind::CannotConnect,
            QStringLiteral("The certificate of %1 is not trusted: %2. Give its CA file or server name in the "
                           "connection's TLS settings.")
                .arg(endpointOf(profile), report.problem),
            library};
    if (isAboutCertificate(report.alert))
        return tlsRefusal(profile, report, library);
    return {ErrorKind::CannotConnect,
            QStringLiteral(
                "No TLS with %1. Is this the broker's TLS port (often 5671), and does it want a client "
                "certificate?")
                .arg(endpointOf(profile)),
            openSsl.isEmpty() ? library : library + QStringLiteral(": ") + openSsl};
}

Error tlsRefusal(const ConnectionProfile& profile, const TlsReport& report, const QString& library) {
    const QString endpoint = endpointOf(profile);
    const QString said = report.alert
                             ? QStringLiteral("TLS alert: %1 (%2)")
                                   .arg(QString::fromUtf8(SSL_alert_desc_string_long(report.alert)), library)
                             : library;
    if (!isAboutCertificate(report.alert))
        return {
            ErrorKind::CannotConnect,
            QStringLiteral("%1 ended the TLS link before the login. It may want another client certificate "
                           "(see the connection's TLS settings), or it is no AMQP 0-9-1 broker.")
                .arg(endpoint),
            said};
    if (profile.tls.certificateFile.isEmpty())
        return {ErrorKind::CannotConnect,
                QStringLiteral("%1 wants a client certificate. Choose one in the connection's TLS settings.")
                    .arg(endpoint),
                said};
    return {ErrorKind::CannotConnect,
            QStringLiteral("%1 does not accept the client certificate %2. Choose one that the broker's "
                           "authority has issued, in the connection's TLS settings.")
                .arg(endpoint, profile.tls.certificateFile),
            said};
}

} // namespace signalbox::rabbitmq
