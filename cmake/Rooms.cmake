# One target per room. A room is a folder; its sources are the .cpp/.h files directly in it.
#   signalbox_room(<target> DIR <folder> LINK <targets...>)
# Includes are written from the top of the tree: #include "models/base/result.h".
add_library(signalbox_flags INTERFACE)
target_include_directories(signalbox_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(signalbox_flags INTERFACE QT_NO_CAST_FROM_ASCII QT_NO_KEYWORDS QT_STRICT_ITERATORS
    QT_NO_FOREACH SPDLOG_FMT_EXTERNAL)
if(MSVC)
    target_compile_options(signalbox_flags INTERFACE /W4 /permissive- /utf-8)
else()
    target_compile_options(signalbox_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
        -Woverloaded-virtual -Wcast-qual)
    # GCC 12 reports these inside its own library headers under -O2.
    target_compile_options(signalbox_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
        $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
endif()
if(SIGNALBOX_WERROR)
    target_compile_options(signalbox_flags INTERFACE $<IF:$<CXX_COMPILER_ID:MSVC>,/WX,-Werror>)
endif()
if(SIGNALBOX_SANITIZE)
    target_compile_options(signalbox_flags INTERFACE -fsanitize=${SIGNALBOX_SANITIZE} -fno-omit-frame-pointer)
    if(SIGNALBOX_SANITIZE MATCHES undefined)
        # These three stand before every access and double the time of a build (seen: 39 s against 18 s for three
        # files); AddressSanitizer stops at a null pointer and at a dead object as well.
        target_compile_options(signalbox_flags INTERFACE -fno-sanitize=null,alignment,vptr)
    endif()
    target_link_options(signalbox_flags INTERFACE -fsanitize=${SIGNALBOX_SANITIZE})
endif()

# Where lld is installed the many test programs are linked with it.
find_program(SIGNALBOX_LLD ld.lld)
if(SIGNALBOX_LLD)
    target_link_options(signalbox_flags INTERFACE -fuse-ld=lld)
endif()

function(signalbox_room target)
    cmake_parse_arguments(ROOM "" "DIR" "LINK" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${ROOM_DIR}/*.cpp ${ROOM_DIR}/*.h)
    if(NOT sources MATCHES "[.]cpp")
        add_library(${target} INTERFACE)
        target_link_libraries(${target} INTERFACE signalbox_flags ${ROOM_LINK})
        return()
    endif()
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PUBLIC signalbox_flags ${ROOM_LINK})
    signalbox_unity(${target})
endfunction()
