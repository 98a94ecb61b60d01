#include "app/servicebus/deadlettering.h"

#include "app/servicebus/amqpvalue.h"

namespace signalbox::servicebus {

namespace {

constexpr const char* deadLetterCondition = "com.microsoft:dead-letter";

} // namespace

void writeDeadLetter(pn_disposition_t* disposition, const DeadLetterWords& words) {
    pn_condition_t* condition = pn_disposition_condition(disposition);
    pn_condition_set_name(condition, deadLetterCondition);
    HeaderTable info;
    if (!words.reason.isEmpty())
        info.push_back({"DeadLetterReason", HeaderValue::string(words.reason.toUtf8())});
    if (!words.description.isEmpty())
        info.push_back({"DeadLetterErrorDescription", HeaderValue::string(words.description.toUtf8())});
    pn_data_t* data = pn_condition_info(condition);
    pn_data_clear(data);
    writeEntries(data, info, Keys::Symbol);
}

bool isDeadLetterEcho(const AmqpCondition& condition) {
    return condition.name.isEmpty() || condition.name == deadLetterCondition;
}

} // namespace signalbox::servicebus
