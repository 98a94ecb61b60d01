#include "app/cli/commandset.h"

#include <cmath>

namespace signalbox {

namespace {

// `say` words what is wrong with a value that does not fit.
template<class Fits, class Say>
CLI::Validator refusing(Fits fits, Say say) {
    return {[fits, say](std::string& value) { return fits(value) ? std::string() : std::string(say(value)); },
            std::string()};
}

} // namespace

void CommandSet::group(const std::string& name, const std::string& what) {
    root_.add_subcommand(name, what)->require_subcommand(1);
}

CLI::App* CommandSet::add(const std::string& group, const std::string& name, const std::string& what,
                          const std::string& examples, CommandBody body) {
    CLI::App* parent = group.empty() ? &root_ : root_.get_subcommand(group);
    CLI::App* command = parent->add_subcommand(name, what);
    command->footer("Everywhere: --workspace FILE, --json, --help.\n" +
                    (examples.empty() ? std::string() : "\nExamples:\n" + examples));
    bodies_[command] = std::move(body);
    return command;
}

const CommandBody* CommandSet::chosen() const {
    const CLI::App* deepest = &root_;
    for (auto parsed = deepest->get_subcommands(); !parsed.empty(); parsed = deepest->get_subcommands())
        deepest = parsed.front();
    const auto found = bodies_.find(deepest);
    return found == bodies_.end() ? nullptr : &found->second;
}

void CommandSet::refuseEmptyValues() {
    refuseEmptyValuesOf(root_);
}

void CommandSet::refuseEmptyValuesOf(CLI::App& command) {
    for (CLI::Option* option : command.get_options()) {
        if (option->get_items_expected_max() > 0 && !mayBeEmpty_.contains(option))
            option->check(refusing([](const std::string& value) { return !value.empty(); },
                                   [needed = option->get_required()](const std::string&) {
                                       return needed ? "is empty; give it a value"
                                                     : "is empty; leave it out or give it a value";
                                   }));
    }
    for (CLI::App* each : command.get_subcommands({}))
        refuseEmptyValuesOf(*each);
}

CLI::Validator wholeNumber(qint64 least, qint64 most) {
    const auto fits = [least, most](const std::string& value) {
        bool isOne = false;
        const qint64 number = QByteArray::fromStdString(value).toLongLong(&isOne);
        return isOne && number >= least && number <= most;
    };
    std::string range = "from " + std::to_string(least);
    range += most < std::numeric_limits<int>::max() ? " to " + std::to_string(most) : " on";
    return refusing(fits, [range](const std::string& value) {
        return "\"" + value + "\" is not a whole number " + range;
    });
}

CLI::Validator rateNumber() {
    const auto fits = [](const std::string& value) {
        bool isOne = false;
        const double number = QByteArray::fromStdString(value).toDouble(&isOne);
        return isOne && std::isfinite(number) && number >= 0;
    };
    return refusing(fits, [](const std::string& value) {
        return "\"" + value + "\" is not a number from 0 on, such as 50 or 0.5";
    });
}

void addConnectionOption(CLI::App& command, std::string& name) {
    command.add_option("-c,--connection", name, "Saved connection; needed when there are several")
        ->type_name("NAME");
}

void addYesOption(CLI::App& command, bool& yes) {
    command.add_flag("-y,--yes", yes, "Do it without asking; needed when nobody sits at the terminal");
}

void addOrderOption(CLI::App& command, std::string& order, const std::string& what) {
    command.add_option("--order", order, what)->type_name("COLUMN");
}

void addWhereOption(CLI::App& command, std::string& where) {
    command
        .add_option("-w,--where", where,
                    "Only messages that satisfy this filter, e.g. "
                    "'reason = rejected and body.order.id = 4711' (docs/guide/filters.md)")
        ->type_name("FILTER");
}

void addFromOption(CLI::App& command, std::string& from) {
    command.add_option(
        "--from", from,
        "Read a stream again from here: first, last, offset:1200 or time:2026-11-23T10:00:00Z; an entity of "
        "Service Bus: first, sequence:1200 or time:...");
}

void addTextOption(CLI::App& command, std::string& text) {
    command.add_option("--text", text, "Only messages with these words in headers or body");
}

void addIdOption(CLI::App& command, std::vector<qint64>& ids) {
    command
        .add_option("--id", ids,
                    "Only these messages (ids of deadletters list) of those that --where and --text find")
        ->check(wholeNumber(1));
}

} // namespace signalbox
