// What is told of an access token without asking anybody; hostile ones tell nothing.
#include "app/http/accesstoken.h"

#include <QTest>

#include <random>

using namespace signalbox;
using namespace signalbox::http;

namespace {

QByteArray jwt(const QByteArray& claims) {
    const auto part = [](const QByteArray& text) {
        return text.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    return part(R"({"alg":"RS256","typ":"JWT"})") + '.' + part(claims) + ".c2lnbmF0dXJl";
}

} // namespace

class TestAccessToken : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void expiry_isThatOfTheClaim_data() {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<qint64>("expires"); // 0: not known
        const auto row = [](const char* name, const QByteArray& token, qint64 expires) {
            QTest::newRow(name) << token << expires;
        };
        row("plain", jwt(R"({"exp":1795780800,"aud":"x"})"), 1795780800);
        row("with a fraction", jwt(R"({"exp":1795780800.75})"), 1795780800);
        row("opaque", "ya29.a0AfH6SMBx", 0);
        row("no claim", jwt(R"({"aud":"x"})"), 0);
        row("text", jwt(R"({"exp":"1795780800"})"), 0);
        row("null", jwt(R"({"exp":null})"), 0);
        row("negative", jwt(R"({"exp":-5})"), 0);
        row("zero", jwt(R"({"exp":0})"), 0);
        row("beyond all time", jwt(R"({"exp":1e300})"), 0);
        row("year 10000", jwt(R"({"exp":253402300800})"), 0);
        row("a list", jwt(R"([{"exp":1795780800}])"), 0);
        row("nested", jwt(R"({"a":{"exp":1795780800}})"), 0);
        row("no JSON", jwt("exp=1795780800"), 0);
        row("no Base64", "a.{\"exp\":1795780800}.c", 0);
        row("two parts", jwt(R"({"exp":1795780800})").chopped(13), 0);
        row("four parts", jwt(R"({"exp":1795780800})") + ".d", 0);
        row("dots", "..", 0);
        row("empty", {}, 0);
        row("huge", jwt(R"({"exp":1795780800,"x":")" + QByteArray(100000, 'x') + R"("})"), 0);
        row("deep", jwt(QByteArray(20000, '[') + R"({"exp":1})"), 0);
    }
    void expiry_isThatOfTheClaim() {
        QFETCH(const QByteArray, token);
        QFETCH(const qint64, expires);
        QCOMPARE(expiryOfAccessToken(Secret(token)).value_or(0), expires);
    }

    void nonsense_isNoCrash() {
        std::mt19937 random(4711); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same ones each time
        const QByteArray good = jwt(R"({"exp":1795780800,"aud":"x"})");
        for (int i = 0; i < 3000; ++i) {
            QByteArray bad = good;
            for (int j = 0; j < 4; ++j)
                bad[static_cast<qsizetype>(random() % static_cast<unsigned>(bad.size()))] =
                    static_cast<char>(random() & 0xff);
            const auto expires = expiryOfAccessToken(Secret(bad));
            QVERIFY(!expires || *expires > 0);
        }
    }

    void characters_decideWhatCanBeOne() {
        QVERIFY(canBeAccessToken(Secret(jwt("{}"))));
        QVERIFY(canBeAccessToken(Secret("opaque-token_~+/=")));
        for (const char* bad :
             {"", "two words", "line\nbreak", "Endpoint=sb://x/;y", "\"quoted\"", "caf\xc3\xa9"})
            QVERIFY2(!canBeAccessToken(Secret(bad)), bad);
        QVERIFY(!canBeAccessToken(Secret(QByteArray(70000, 'a'))));
    }

    void time_isSaidInFull() { QCOMPARE(expiryText(1795780800), QStringLiteral("2026-11-27 12:00:00 UTC")); }
};

QTEST_GUILESS_MAIN(TestAccessToken)
#include "tst_accesstoken.moc"
