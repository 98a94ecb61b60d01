# Qpid Proton's C library. Debian 12's libqpid-proton.pc names an include folder that is not there (it takes the multiarch
# folder for the prefix), so header and library are looked up here.
find_path(PROTON_INCLUDE_DIR proton/connection_driver.h REQUIRED)
find_library(PROTON_LIBRARY qpid-proton REQUIRED)
add_library(Proton::Proton UNKNOWN IMPORTED)
set_target_properties(Proton::Proton PROPERTIES IMPORTED_LOCATION "${PROTON_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${PROTON_INCLUDE_DIR}")
