#!/bin/sh
# Usage: need.sh PACKAGE PROGRAM. Installs Debian's PACKAGE when PROGRAM is missing and the user may.
set -eu
package=$1 program=$2
[ -x "$program" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $package ..."
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package"; } >/dev/null 2>&1 || true
    [ -x "$program" ] && exit 0
fi
echo "The tests need $program. Install it: sudo apt-get install --no-install-recommends $package" >&2
exit 1
