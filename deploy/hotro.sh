#!/bin/sh
# Lệnh hotro của máy chủ: bản đang chạy, tài khoản hotro, các biến của /etc/hotro/env. Đặt ở /usr/local/bin/hotro.
set -eu
[ -r /etc/hotro/env ] || { echo "Cần quyền đọc /etc/hotro/env: sudo hotro …" >&2; exit 1; }
while IFS= read -r line || [ "$line" ]; do
    case $line in
        HOTRO_*=*)
            value=${line#*=}
            case $value in \"*\") value=${value#\"} value=${value%\"} ;; esac
            export "${line%%=*}=$value"
            ;;
    esac
done </etc/hotro/env
umask 077
[ "$(id -un)" = hotro ] || exec setpriv --reuid=hotro --regid=hotro --init-groups -- /srv/hotro/current/.venv/bin/hotro "$@"
exec /srv/hotro/current/.venv/bin/hotro "$@"
