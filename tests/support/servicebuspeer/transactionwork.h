// The coordinator link: declare and discharge. Lives on the peer's thread.
#pragma once

#include "tests/support/servicebuspeer/wire.h"

namespace signalbox::sbpeer {

class CoordinatorWork : public SinkWork {
public:
    using SinkWork::SinkWork;

protected:
    void onMessage(pn_delivery_t* delivery, const QByteArray& bytes) override;
};

} // namespace signalbox::sbpeer
