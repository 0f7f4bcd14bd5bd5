#!/bin/sh
# Debian packages that tests use as real parts; with `bench`, also what its rivals need to be built and run; with
# `pictures`, only what draws the pictures of the documentation.
# Installs what is missing where it may (root), else says what is missing.
set -eu
packages="fonts-ocr-b nginx-light tmux libudev1"
# What breaks things: records of system calls, refused calls, wrong clocks.
packages="$packages strace fiu-utils faketime"
# The PC/SC path: a daemon, a virtual reader, what pyscard is built with; then other makers' readers of chips.
packages="$packages pcscd vsmartcard-vpcd libpcsclite-dev gcc pkg-config python3-dev swig libmrtd0 libeac3"
# Staff cards: a PKCS #11 library and two makers' tools that fill it.
packages="$packages softhsm2 opensc"
if [ "${1:-}" = bench ]; then
    packages="$packages g++ libicu-dev postgresql tesseract-ocr xdelta3"
fi
if [ "${1:-}" = pictures ]; then
    packages="librsvg2-bin fonts-dejavu-core"
fi
missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    # shellcheck disable=SC2086  (a list of words)
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "Not installed:$missing. What needs them will say so (sudo apt-get install$missing)." >&2
fi
