// Result<T>: a value or an Error. No exception crosses a room's border.
#pragma once

#include "models/base/error.h"

#include <tl/expected.hpp>

namespace signalbox {

template<class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(ErrorKind kind, QString summary, QString detail = {}) {
    return tl::unexpected<Error>(Error{kind, std::move(summary), std::move(detail)});
}

inline tl::unexpected<Error> failure(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

} // namespace signalbox
