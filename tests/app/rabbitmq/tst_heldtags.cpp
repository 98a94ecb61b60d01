// Which answers go to the broker: one cumulative where there is no gap, single ones otherwise.
#include "app/rabbitmq/heldtags.h"

#include <QTest>

using signalbox::rabbitmq::HeldTags;

class TestHeldTags : public QObject {
    Q_OBJECT

    static HeldTags upTo(std::uint64_t last) {
        HeldTags held;
        for (std::uint64_t tag = 1; tag <= last; ++tag)
            held.delivered(tag);
        return held;
    }
    static HeldTags::Settlement settle(HeldTags& held, std::vector<std::uint64_t> tags) {
        return held.settle(tags);
    }

private Q_SLOTS:
    void settle_inOrderIsCumulative() {
        HeldTags held = upTo(10);
        const auto first = settle(held, {1, 2, 3});
        QCOMPARE(first.upTo, std::uint64_t{3});
        QVERIFY(first.single.empty());
        QCOMPARE(held.held(), std::int64_t{7});
        QCOMPARE(settle(held, {4, 5, 6, 7, 8, 9, 10}).upTo, std::uint64_t{10});
        QCOMPARE(held.held(), std::int64_t{0});
    }

    // A cumulative answer may name only tags that are held.
    void every_countsHeldTagsOnly() {
        HeldTags held = upTo(10);
        QCOMPARE(held.every(3), (std::vector<std::uint64_t>{3, 6, 9}));
        settle(held, {1, 2, 5, 6});
        QCOMPARE(held.every(3), (std::vector<std::uint64_t>{7, 10}));
        QVERIFY(held.every(7).empty());
    }

    void settle_behindAGapIsSingle() {
        HeldTags held = upTo(6);
        const auto out = settle(held, {3, 5});
        QCOMPARE(out.upTo, std::uint64_t{0});
        QCOMPARE(out.single, (std::vector<std::uint64_t>{3, 5}));
        // 3 was answered already; up to 3 is right all the same, and 4 is not touched.
        const auto gap = settle(held, {1, 2});
        QCOMPARE(gap.upTo, std::uint64_t{2});
        QVERIFY(gap.single.empty());
        QCOMPARE(settle(held, {6}).single, (std::vector<std::uint64_t>{6}));
        QCOMPARE(held.held(), std::int64_t{1});
    }

    void settle_neverCoversWhatIsHeld() {
        // Every order of answering: a cumulative answer must not reach past a held tag.
        for (unsigned order = 0; order < 720; ++order) {
            std::vector<std::uint64_t> tags{1, 2, 3, 4, 5, 6};
            unsigned rest = order;
            for (std::size_t i = 6; i > 1; --i) {
                std::swap(tags[i - 1], tags[rest % i]);
                rest /= static_cast<unsigned>(i);
            }
            HeldTags held = upTo(6);
            std::vector<bool> open(7, true);
            for (const std::uint64_t tag : tags) {
                const auto out = settle(held, {tag});
                open[tag] = false;
                for (std::uint64_t below = 1; below <= out.upTo; ++below)
                    QVERIFY(!open[below]);
                QVERIFY(out.upTo >= tag || out.single == std::vector<std::uint64_t>{tag});
            }
            QCOMPARE(held.held(), std::int64_t{0});
        }
    }

    void settle_ignoresStrangersAndRepeats() {
        HeldTags held = upTo(3);
        QCOMPARE(settle(held, {2, 2, 99, 0}).single, (std::vector<std::uint64_t>{2}));
        QVERIFY(settle(held, {2}).single.empty());
        held.restart();
        QCOMPARE(settle(held, {1}).upTo, std::uint64_t{0});
        held.delivered(1);
        QCOMPARE(settle(held, {1}).upTo, std::uint64_t{1});
    }
};

QTEST_GUILESS_MAIN(TestHeldTags)
#include "tst_heldtags.moc"
