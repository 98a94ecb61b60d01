// How well typed letters fit a text, for the command palette. Pure.
#pragma once

#include <QString>

namespace signalbox {

// Letters in order, case ignored; words of the query may come in any order. Higher is better, negative: no
// match. Beginnings of words and runs of letters count more.
int fuzzyScore(const QString& query, const QString& text);

// 2: the query is the text or the name in it ("error" of "Queue: error"); 1: one of them begins with it; else
// 0. Comes before the score: who types a whole name means that one.
int nameRank(const QString& query, const QString& text);

} // namespace signalbox
