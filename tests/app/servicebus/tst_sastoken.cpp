// Shared access signatures, against one made by another implementation (Python's hmac, base64 and urllib).
#include "app/servicebus/sastoken.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::servicebus;

class TestSasToken : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sign_isWhatOthersMake() {
        const QString audience = audienceOf(QStringLiteral("shop.servicebus.windows.net"),
                                            QStringLiteral("orders/eu/$management"));
        const Secret token =
            signToken(audience, QStringLiteral("Root Manage+Key"), Secret("bXlrZXk9PQ=="), 1764180000);
        QCOMPARE(token.reveal(),
                 QByteArray("SharedAccessSignature "
                            "sr=sb%3A%2F%2Fshop.servicebus.windows.net%2Forders%2Feu%2F%24management"
                            "&sig=NX8pKC8NOeP1Dko5F8c8IIuJIJ%2Fz76NbKPHCoD85F9U%3D"
                            "&se=1764180000&skn=Root%20Manage%2BKey"));
        QCOMPARE(expiryOf(token), std::optional<qint64>(1764180000));
    }

    void expiry_ofOtherTextsIsNotKnown() {
        for (const char* text :
             {"", "Bearer x", "SharedAccessSignature ", "SharedAccessSignature sr=a&se=soon",
              "SharedAccessSignature se=-5", "SharedAccessSignature xse=5"})
            QVERIFY2(!expiryOf(Secret(text)), text);
    }
};

QTEST_GUILESS_MAIN(TestSasToken)
#include "tst_sastoken.moc"
