// Rules as ATOM management writes them. Any thread.
#pragma once

#include "tests/support/servicebuspeer/refusal.h"
#include "tests/support/servicebuspeer/settings.h"
#include "tests/support/servicebuspeer/xml.h"

namespace signalbox::sbpeer {

Outcome<Rule> readRuleDescription(const XmlElement& description, const QByteArray& name);
QByteArray writeRuleDescription(const Rule& rule); // the children of RuleDescription

} // namespace signalbox::sbpeer
