// The Atom around descriptions: entries, feeds with pages, errors. Any thread.
#pragma once

#include "tests/support/servicebuspeer/entity.h"
#include "tests/support/servicebuspeer/http.h"
#include "tests/support/servicebuspeer/refusal.h"

namespace signalbox::sbpeer {

// "https://host/" of a request.
QByteArray baseOf(const HttpRequest& request);

QByteArray entityEntry(const HttpRequest& request, const Entity& entity);
QByteArray ruleEntry(const HttpRequest& request, const Entity& subscription, const Rule& rule);
HttpResponse entryResponse(const QByteArray& entry, int status = 200);

// The page of `entries` that $skip and $top ask for, at most 100, with a link to the next one.
HttpResponse feedResponse(const HttpRequest& request, const QByteArray& title, std::size_t count,
                          const std::function<QByteArray(std::size_t)>& entry);
// What the service says about an entity that is not there: success, and an empty feed.
HttpResponse emptyFeed();

HttpResponse errorResponse(int status, const QByteArray& detail);
HttpResponse errorResponse(const Refusal& refusal);

} // namespace signalbox::sbpeer
