// Tokens of a connection: when they end, where fresh ones come from, and what is said when there is none.
#include "app/servicebus/namespaceaccess.h"
#include "app/servicebus/sastoken.h"

#include <QDateTime>
#include <QTest>

using namespace signalbox;
using namespace signalbox::servicebus;

namespace {

QByteArray jwt(qint64 expires, const char* who = "a") {
    const auto part = [](const QByteArray& text) {
        return text.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    return part(R"({"alg":"none"})") + '.' +
           part("{\"exp\":" + QByteArray::number(expires) + ",\"sub\":\"" + who + "\"}") + ".c2ln";
}

qint64 fromNow(qint64 seconds) {
    return QDateTime::currentSecsSinceEpoch() + seconds;
}

ConnectionProfile keyless() {
    ConnectionProfile profile;
    profile.technology = technology::serviceBus;
    profile.host = QStringLiteral("shop.servicebus.windows.net");
    profile.user.clear();
    return profile;
}

// As text: the token, or the error.
QString tokenOf(TokenSource& source) {
    const auto token = source.token(QStringLiteral("sb://shop/orders"));
    if (!token)
        return errorWord(token.error().kind) + QStringLiteral(": ") + token.error().summary;
    return QString::fromUtf8(token->text.reveal());
}

} // namespace

class TestTokens : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void jwt_isGivenOutUntilItEnds() {
        const QByteArray good = jwt(fromNow(3600));
        QCOMPARE(tokenOf(*makeTokenSource(accessOf(keyless(), Secret(good)))), QString::fromUtf8(good));
        const QString ended = tokenOf(*makeTokenSource(accessOf(keyless(), Secret(jwt(1600000000)))));
        QCOMPARE(ended,
                 QStringLiteral("not-authenticated: The access token has expired at 2020-09-13 12:26:40 UTC. "
                                "Give the connection a new one, or a key."));
    }

    void opaque_isGivenOutWithoutAnEnd() {
        const auto source = makeTokenSource(accessOf(keyless(), Secret("opaque-token")));
        const auto token = source->token(QStringLiteral("sb://shop/orders"));
        QVERIFY(token);
        QCOMPARE(token->kind, Token::Kind::Jwt);
        QCOMPARE(token->expires, qint64{0});
    }

    void other_isNoToken() {
        for (const char* bad : {"", "two words", "Endpoint=sb://x/;SharedAccessKey=y"}) {
            const QString words = tokenOf(*makeTokenSource(accessOf(keyless(), Secret(bad))));
            QVERIFY2(words.startsWith(QLatin1String("not-authenticated: The credential")), qPrintable(words));
        }
    }

    void fresh_isTakenBeforeTheEnd() {
        int asked = 0;
        QByteArray source = jwt(fromNow(30), "old");
        const auto tokens = makeTokenSource(accessOf(keyless(), Secret(source), [&] {
            ++asked;
            return std::optional(Secret(source));
        }));
        QCOMPARE(tokenOf(*tokens), QString::fromUtf8(source)); // nothing newer is there yet
        source = jwt(fromNow(3600), "new");
        QCOMPARE(tokenOf(*tokens), QString::fromUtf8(source));
        const int before = asked;
        QCOMPARE(tokenOf(*tokens), QString::fromUtf8(source));
        QCOMPARE(asked, before); // that one lasts
    }

    void ended_isReplacedByTheFreshOne() {
        const QByteArray good = jwt(fromNow(3600));
        const auto tokens = makeTokenSource(
            accessOf(keyless(), Secret(jwt(fromNow(-5))), [&] { return std::optional(Secret(good)); }));
        QCOMPARE(tokenOf(*tokens), QString::fromUtf8(good));
    }

    void sourceOfNoUse_leavesTheOldOne() {
        const QByteArray old = jwt(fromNow(30));
        for (const QByteArray& given :
             {QByteArray("two words"), jwt(fromNow(-100)), jwt(fromNow(10)), QByteArray(),
              QByteArray("Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=k")}) {
            const auto tokens = makeTokenSource(
                accessOf(keyless(), Secret(old), [&] { return std::optional(Secret(given)); }));
            QCOMPARE(tokenOf(*tokens), QString::fromUtf8(old));
        }
        const auto tokens =
            makeTokenSource(accessOf(keyless(), Secret(old), [] { return std::optional<Secret>(); }));
        QCOMPARE(tokenOf(*tokens), QString::fromUtf8(old));
    }

    void freshConnectionString_isReadAsOne() {
        const QByteArray good = jwt(fromNow(3600));
        const auto tokens = makeTokenSource(accessOf(keyless(), Secret(jwt(fromNow(5))), [&] {
            return std::optional(Secret("Endpoint=sb://shop/;SharedAccessSignature=" + good));
        }));
        QCOMPARE(tokenOf(*tokens), QString::fromUtf8(good));
    }

    void signature_saysWhenItEnded() {
        const Secret signature =
            signToken(QStringLiteral("sb://shop/"), QStringLiteral("n"), Secret("k"), 1600000000);
        QVERIFY(tokenOf(*makeTokenSource(accessOf(keyless(), signature)))
                    .contains(QLatin1String("signature has expired at 2020-09-13 12:26:40 UTC")));
    }
};

QTEST_GUILESS_MAIN(TestTokens)
#include "tst_tokens.moc"
