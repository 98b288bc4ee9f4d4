# SPDX-License-Identifier: GPL-2.0-or-later
# The hardening that Debian builds its packages with, in every build: programs, plugin and tests alike.
# tests/cli/test_hardening.py reads it off the binaries.
include(CheckCCompilerFlag)
include(CheckPIESupported)

check_pie_supported()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_compile_options(-fstack-protector-strong)
# Control-flow protection is the processor's: an option of another is refused, or worse, ignored.
set(hardening -fstack-clash-protection)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|i.86")
    list(APPEND hardening -fcf-protection)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    list(APPEND hardening -mbranch-protection=standard)
endif()
foreach(flag ${hardening})
    string(MAKE_C_IDENTIFIER "HAVE${flag}" known)
    check_c_compiler_flag(${flag} ${known})
    if(${known})
        add_compile_options(${flag})
    endif()
endforeach()
add_link_options(LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)

# glibc checks lengths only in optimised code, and the sanitizers check them better. A distribution
# that sets its own level keeps it.
if(NOT ERSPAN_SANITIZE AND NOT ERSPAN_FUZZ AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug"
        AND NOT CMAKE_C_FLAGS MATCHES "_FORTIFY_SOURCE")
    add_compile_options(-D_FORTIFY_SOURCE=2)
endif()
