# Files under resources/ go into the binary under ":/signalbox/...".
file(GLOB_RECURSE SIGNALBOX_RESOURCE_FILES CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/resources
     ${PROJECT_SOURCE_DIR}/resources/*)
list(FILTER SIGNALBOX_RESOURCE_FILES EXCLUDE REGEX "desktop$|xml$|README")
if(SIGNALBOX_RESOURCE_FILES)
    list(TRANSFORM SIGNALBOX_RESOURCE_FILES PREPEND ${PROJECT_SOURCE_DIR}/resources/)
    add_library(signalbox_resources OBJECT)
    target_link_libraries(signalbox_resources PUBLIC Qt6::Core)
    qt_add_resources(signalbox_resources signalbox PREFIX /signalbox BASE ${PROJECT_SOURCE_DIR}/resources
                     FILES ${SIGNALBOX_RESOURCE_FILES})
else()
    add_library(signalbox_resources INTERFACE)
endif()
