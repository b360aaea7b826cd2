#!/bin/sh
# Usage: need.sh PACKAGE FILE. Installs Debian's PACKAGE when FILE is missing and the user may.
set -eu
package=$1 file=$2
[ -e "$file" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $package ..."
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package"; } >/dev/null 2>&1 || true
    [ -e "$file" ] && exit 0
fi
echo "The tests need $file. Install it: sudo apt-get install --no-install-recommends $package" >&2
exit 1
