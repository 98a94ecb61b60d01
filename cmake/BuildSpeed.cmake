# What makes a build quick. Both are a matter of speed only: every file includes what it uses, and clang-tidy reads
# the files one by one where they do not stand together.
#   Rooms are compiled several files at a time, since most time goes into reading and instantiating Qt's headers
#   again for each file. Names in unnamed namespaces are therefore unique in a room.
#   Tests, one program each, share precompiled headers: signalbox_precompiled(<target> core|widgets|network|program)
#   Qt's test headers read the macros of the modules that are linked, so there is one set for each combination.
#   What a test program itself does is not optimised in a debug build: compiled so it takes half the time.
#   AUTOMOC makes and compiles one more file per target, which for a test is empty: signalbox_moc(<target> <source>)
#   runs moc on the one source that includes its own result.
option(SIGNALBOX_UNITY "Compile the files of a room together" ON)
set(SIGNALBOX_UNITY_FILES 12)

set(core_headers <algorithm> <array> <functional> <map> <memory> <mutex> <optional> <span> <string> <vector>
    <QByteArray> <QCoreApplication> <QDateTime> <QFile> <QFileInfo> <QFuture> <QFutureWatcher> <QHash> <QJsonArray>
    <QJsonDocument> <QJsonObject> <QObject> <QPointer> <QRegularExpression> <QSet> <QSignalSpy> <QString>
    <QStringList> <QTemporaryDir> <QTest> <QThread> <QThreadPool> <QTimer> <QUrl> <QVariant> <QAbstractTableModel>
    <spdlog/spdlog.h> <tl/expected.hpp>)
set(widgets_headers <QtWidgets/QtWidgets> ${core_headers})
set(network_headers ${core_headers})
set(program_headers ${widgets_headers})

function(signalbox_unoptimised target)
    if(NOT MSVC)
        target_compile_options(${target} PRIVATE $<$<CONFIG:Debug>:-O0>)
    endif()
endfunction()

function(signalbox_precompiled target kind)
    if(NOT TARGET precompiled_${kind})
        set(source ${PROJECT_BINARY_DIR}/precompiled_${kind}.cpp)
        file(WRITE ${source}.new "// Carries the precompiled headers.\n")
        file(COPY_FILE ${source}.new ${source} ONLY_IF_DIFFERENT)
        add_library(precompiled_${kind} OBJECT ${source})
        set_target_properties(precompiled_${kind} PROPERTIES AUTOMOC OFF)
        signalbox_unoptimised(precompiled_${kind})
        target_link_libraries(precompiled_${kind} PRIVATE signalbox_flags Qt6::Test spdlog::spdlog tl::expected)
        if(kind MATCHES "widgets|program")
            target_link_libraries(precompiled_${kind} PRIVATE Qt6::Widgets)
        endif()
        if(kind MATCHES "network|program")
            target_link_libraries(precompiled_${kind} PRIVATE Qt6::Network)
        endif()
        target_precompile_headers(precompiled_${kind} PRIVATE ${${kind}_headers})
    endif()
    target_precompile_headers(${target} REUSE_FROM precompiled_${kind})
endfunction()

function(signalbox_unity target)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ${SIGNALBOX_UNITY}
                          UNITY_BUILD_BATCH_SIZE ${SIGNALBOX_UNITY_FILES})
endfunction()

function(signalbox_moc target source)
    get_filename_component(stem ${source} NAME_WE)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/moc)
    file(MAKE_DIRECTORY ${folder})
    add_custom_command(OUTPUT ${folder}/${stem}.moc COMMAND Qt6::moc ${source} -o ${folder}/${stem}.moc
                       DEPENDS ${source} VERBATIM)
    set_target_properties(${target} PROPERTIES AUTOMOC OFF)
    target_sources(${target} PRIVATE ${folder}/${stem}.moc)
    target_include_directories(${target} PRIVATE ${folder})
endfunction()
