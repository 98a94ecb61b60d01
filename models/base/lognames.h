// Logger names (spdlog). info = what the person did, warn = retried, error = what the person was told.
#pragma once

namespace signalbox::lognames {

inline constexpr const char* app = "app";
inline constexpr const char* store = "store";
inline constexpr const char* rabbitmq = "rabbitmq";
inline constexpr const char* serviceBus = "servicebus";
inline constexpr const char* http = "http";
inline constexpr const char* replay = "replay";
inline constexpr const char* deadletters = "deadletters";
inline constexpr const char* views = "views";

} // namespace signalbox::lognames
