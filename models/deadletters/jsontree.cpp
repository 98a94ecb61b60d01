#include "models/deadletters/datatrees.h"

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

using Json = nlohmann::json;

// Takes the parser's events as they come: no copy of the document, and numbers keep their digits.
class TreeMaker final : public nlohmann::json_sax<Json> {
public:
    DataTree tree;
    QString problem;
    std::size_t problemAt = 0;

    bool null() override { return leaf(QStringLiteral("null"), QStringLiteral("null")); }
    bool boolean(bool value) override {
        return leaf(QStringLiteral("boolean"), value ? QStringLiteral("true") : QStringLiteral("false"));
    }
    bool number_integer(number_integer_t value) override {
        return leaf(QStringLiteral("number"), QString::number(static_cast<qint64>(value)));
    }
    bool number_unsigned(number_unsigned_t value) override {
        return leaf(QStringLiteral("number"), QString::number(static_cast<quint64>(value)));
    }
    bool number_float(number_float_t, const string_t& digits) override {
        return leaf(QStringLiteral("number"), QString::fromStdString(digits));
    }
    bool string(string_t& value) override {
        return leaf(QStringLiteral("string"), QString::fromStdString(value));
    }
    bool binary(binary_t&) override { return false; }
    bool key(string_t& name) override {
        key_ = QString::fromStdString(name);
        return true;
    }
    bool start_object(std::size_t) override { return open(QStringLiteral("object"), false); }
    bool start_array(std::size_t) override { return open(QStringLiteral("array"), true); }
    bool end_object() override { return close(QStringLiteral("{%1}")); }
    bool end_array() override { return close(QStringLiteral("[%1]")); }
    bool parse_error(std::size_t position, const std::string&, const Json::exception& error) override {
        constexpr int numberTooLarge = 406;
        problem = (error.id == numberTooLarge
                       ? QStringLiteral("The number before byte %1 is too large for the tree.")
                       : QStringLiteral("It is not valid JSON at byte %1."))
                      .arg(position);
        problemAt = position;
        return false;
    }

private:
    struct Level {
        int node;
        bool isArray;
    };
    QString nextName() {
        if (levels_.empty())
            return QStringLiteral("(document)");
        const Level& level = levels_.back();
        return level.isArray ? QStringLiteral("[%1]").arg(tree.node(level.node).childCount) : key_;
    }
    int parent() const { return levels_.empty() ? 0 : levels_.back().node; }
    bool leaf(const QString& type, QString value) {
        if (isFull())
            return false;
        tree.add(parent(), nextName(), type, std::move(value));
        return true;
    }
    bool isFull() {
        if (tree.size() < mostTreeNodes)
            return false;
        problem = QStringLiteral("It has more than %1 values.").arg(mostTreeNodes);
        return true;
    }
    bool open(const QString& type, bool isArray) {
        if (levels_.size() >= mostTreeDepth) {
            problem = QStringLiteral("It is nested deeper than %1 levels.").arg(mostTreeDepth);
            return false;
        }
        if (isFull())
            return false;
        // The outermost object or array is not a row of its own.
        const int node = levels_.empty() ? 0 : tree.add(parent(), nextName(), type);
        levels_.push_back({node, isArray});
        return true;
    }
    bool close(const QString& form) {
        const int node = levels_.back().node;
        if (node != 0)
            tree.setValue(node, form.arg(tree.node(node).childCount));
        levels_.pop_back();
        return true;
    }

    std::vector<Level> levels_;
    QString key_;
};

} // namespace

Result<DataTree> jsonTree(const QByteArray& utf8) {
    TreeMaker maker;
    bool whole = false;
    try {
        whole = Json::sax_parse(utf8.begin(), utf8.end(), &maker);
    } catch (const std::exception& error) {
        maker.problem = QString::fromUtf8(error.what());
    }
    if (!whole)
        return failure(ErrorKind::Corrupt,
                       maker.problem.isEmpty() ? QStringLiteral("It is not valid JSON.") : maker.problem);
    maker.tree.finish();
    return std::move(maker.tree);
}

} // namespace signalbox
