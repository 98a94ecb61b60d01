# The program: composition root, command line and main. Everything but main() is a library, so tests reach it.
file(GLOB app_sources CONFIGURE_DEPENDS app/workspace*.* app/brokergateways.* app/composition*.* app/options.* app/application.*
     app/logsinks.* app/cli/*.cpp app/cli/*.h)
if(app_sources)
    add_library(app_program STATIC ${app_sources})
    target_link_libraries(app_program PUBLIC signalbox_flags models app_store app_snapshot app_rabbitmq app_servicebus app_azure views_shell
        CLI11::CLI11)
    signalbox_unity(app_program)
    target_compile_definitions(app_program PRIVATE SIGNALBOX_VERSION="${PROJECT_VERSION}")
endif()
if(EXISTS ${PROJECT_SOURCE_DIR}/app/main.cpp)
    add_executable(signalbox app/main.cpp)
    target_link_libraries(signalbox PRIVATE app_program signalbox_resources)
    install(TARGETS signalbox)
endif()
