// The coordinator link: declare and discharge. Lives on the peer's thread.
#pragma once

#include "tests/support/servicebuspeer/wire.h"

namespace signalbox::sbpeer {

class CoordinatorWork : public SinkWork {
public:
    using SinkWork::SinkWork;
    // OASIS AMQP 1.0, part 4.2: open transactions are rolled back when their coordinator link is closed.
    void onGone() override;

protected:
    void onMessage(pn_delivery_t* delivery, const QByteArray& bytes) override;

private:
    void disableWhatIsToBe();          // see Faults::sendDisabledAtCommit
    std::vector<QByteArray> declared_; // those that are over included
};

} // namespace signalbox::sbpeer
