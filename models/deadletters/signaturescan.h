// The scanner behind foldVariables(): one pass, no regular expressions. Pure.
#pragma once

#include <QString>

namespace signalbox::signaturescan {

QString fold(QStringView text);

// Length of such a thing at the start of `text`, 0 if there is none. Exposed for the tests' tables.
qsizetype guidLength(QStringView text);
qsizetype dateTimeLength(QStringView text); // date, date and time, or time of day
qsizetype ipAddressLength(QStringView text);
qsizetype numberLength(QStringView text); // 12, 1,234.5, 1e-7, 0x1f, 12ms is 12

} // namespace signalbox::signaturescan
