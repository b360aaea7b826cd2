#!/bin/sh
# Cài Hotro lên máy chủ Debian 12, hoặc nâng cấp bản đã cài. Chạy lại bao nhiêu lần cũng được.
# Nói thêm: docs/ky-thuat/may-chu.md (cài), docs/ky-thuat/nang-cap.md (nâng cấp, quay lại).
set -eu
umask 022

usage() {
    cat <<'EOF'
Cách dùng: deploy/install.sh [TÙY CHỌN]

  --check            chỉ nói sẽ đổi gì, không đổi gì
  --url ĐỊA_CHỈ      địa chỉ công khai, ghi vào /etc/hotro/env lần đầu, ví dụ https://hotro.example
  --ports "A B"      chạy hotro@A, hotro@B thay cho hotro.service (cổng 8000); nhớ cho lần sau
  --backup-to DIR    nơi giữ bản sao lưu trước khi nâng cấp; mặc định /mnt/sao-luu/hotro
  --without-backup   nâng cấp dù chưa sao lưu
  --no-start         chỉ đặt tệp; không đụng cơ sở dữ liệu, không khởi động gì
  --back             quay lại bản trước
  --copy TỆP         cùng --back: đặt lại cơ sở dữ liệu từ bản chép TỆP; mất mọi thứ nhận sau lúc chép
  --root DIR         cài vào DIR như thể đó là /; không tạo người dùng
  --python TỆP       Python từ 3.11; mặc định python3
  --wheels DIR       cài thư viện từ các gói .whl trong DIR, không dùng mạng
  --libraries VENV   dùng thư viện đã có trong một venv, để thử
  --site DIR         dùng trang đã dựng ở DIR, để thử
EOF
}

die() { printf 'Dừng: %s\n' "$*" >&2; exit 1; }

check= url= ports= backup_to=/mnt/sao-luu/hotro backup=yes start=yes back= root= python=python3 wheels= libraries= site= copy=
while [ $# -gt 0 ]; do
    case $1 in
        --check) check=yes ;;
        --without-backup) backup= ;;
        --no-start) start= ;;
        --back) back=yes ;;
        --url | --ports | --backup-to | --root | --python | --wheels | --libraries | --site | --copy)
            [ $# -gt 1 ] || die "$1 cần một giá trị. Xem --help."
            case $1 in
                --url) url=${2%/} ;;
                --ports) ports=$2 ;;
                --copy) copy=$2 ;;
                --backup-to) backup_to=$2 ;;
                --root) root=${2%/} ;;
                --python) python=$2 ;;
                --wheels) wheels=$(cd "$2" && pwd) || die "không có thư mục $2" ;;
                --libraries) libraries=$(cd "$2" && pwd) || die "không có thư mục $2" ;;
                --site) site=$(cd "$2" && pwd) || die "không có thư mục $2" ;;
            esac
            shift ;;
        -h | --help) usage; exit 0 ;;
        *) die "không có tùy chọn $1. Xem --help." ;;
    esac
    shift
done
case $root in "" | /*) ;; *) root=$PWD/$root ;; esac
case $url in "" | https://* | http://127.0.0.1*) ;; *) die "--url viết https://TÊN_MÁY" ;; esac

source=$(cd "$(dirname "$0")/.." && pwd)
parts='LICENSE README.md CHANGELOG.md deploy docs forms mkdocs.yml processor pyproject.toml requirements'
home=$root/srv/hotro
data=$root/var/lib/hotro
env_file=$root/etc/hotro/env
units=$root/etc/systemd/system
kept= stopped= trial= changes=0
steps=7

# --- Nói và làm ---

number=0
step() { number=$((number + 1)); printf '[%d/%d] %s\n' "$number" "$steps" "$*"; }
say() { printf '    %s\n' "$*"; }

# act LỜI LỆNH…: với --check chỉ nói.
act() {
    words=$1
    shift
    changes=$((changes + 1))
    if [ "$check" ]; then
        say "sẽ $words"
    else
        "$@" || die "chưa $words được"
        say "đã $words"
    fi
}

of_hotro() { [ -z "$root" ] && [ "$(id -u)" = 0 ]; }

# Bằng tài khoản hotro, với các biến của /etc/hotro/env, trong thư mục của bản nêu tên.
as_hotro() { (enter "$1" && shift && run "$@"); }

enter() { cd "$1" && load_env && umask 077; }

# Thay chính tiến trình này, để kill tới đúng chỗ.
run() {
    of_hotro || exec "$@"
    exec setpriv --reuid=hotro --regid=hotro --init-groups -- "$@"
}

load_env() {
    [ -r "$env_file" ] || return 0
    while IFS= read -r line || [ "$line" ]; do
        case $line in
            HOTRO_*=*)
                value=${line#*=}
                case $value in \"*\") value=${value#\"} value=${value%\"} ;; esac
                export "${line%%=*}=$value"
                ;;
        esac
    done <"$env_file"
    export HOTRO_DATA="$root${HOTRO_DATA:-/var/lib/hotro}"
}

setting() { sed -n "s/^$1=//p" "$env_file" 2>/dev/null | tail -n 1; }

sum_of() { sha256sum "$1" | cut -d' ' -f1; }

# put NGUỒN ĐÍCH QUYỀN: không bao giờ ghi đè tệp mà người vận hành đã sửa; bản mới nằm cạnh, tên thêm .moi.
put() {
    record=$home/installed/$(printf %s "${2#"$root"}" | tr / %)
    if [ -e "$2" ] && cmp -s "$1" "$2"; then
        [ "$check" ] || note_sum "$2" "$record"
    elif [ ! -e "$2" ] || { [ -e "$record" ] && [ "$(cat "$record")" = "$(sum_of "$2")" ]; }; then
        act "đặt ${2#"$root"}" place "$1" "$2" "$3"
        [ "$check" ] || note_sum "$2" "$record"
    elif [ -e "$2.moi" ] && cmp -s "$1" "$2.moi"; then
        say "giữ ${2#"$root"} (đã sửa ở máy này); bản mới ở ${2#"$root"}.moi"
    else
        say "giữ ${2#"$root"} (đã sửa ở máy này)"
        act "đặt bản mới cạnh nó: ${2#"$root"}.moi" place "$1" "$2.moi" "$3"
    fi
}

place() { mkdir -p "$(dirname "$2")" && cp "$1" "$2.part" && chmod "$3" "$2.part" && mv "$2.part" "$2"; }
note_sum() { mkdir -p "$home/installed" && sum_of "$1" >"$2"; }

# folder ĐƯỜNG_DẪN QUYỀN CHỦ
folder() {
    [ -d "$1" ] || act "tạo thư mục ${1#"$root"}" mkdir -p "$1"
    [ -d "$1" ] || return 0
    [ "$(stat -c %a "$1")" = "$2" ] || act "đặt quyền $2 cho ${1#"$root"}" chmod "$2" "$1"
    ! of_hotro || [ "$(stat -c %U:%G "$1")" = "$3" ] || act "giao ${1#"$root"} cho $3" chown "$3" "$1"
}

# --- Các bước ---

look_at_machine() {
    step "Xem máy"
    [ "$root" ] || [ "$(id -u)" = 0 ] || [ "$check" ] || die "cần quyền root: sudo deploy/install.sh"
    [ -z "$libraries" ] || python=$libraries/bin/python
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        die "cần Python từ 3.11: apt-get install python3"
    "$python" -c 'import venv, ensurepip' 2>/dev/null || [ "$libraries" ] ||
        die "thiếu mô-đun venv: apt-get install python3-venv"
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$source/pyproject.toml" | head -n 1)
    id=$version-$(fingerprint)
    release=$home/releases/$id
    old=$(readlink "$home/current" 2>/dev/null || true)
    say "bản sẽ chạy: $id"
    say "bản đang chạy: ${old:-chưa có}"
    read_ports
    for port in $ports; do
        case $port in *[!0-9]*) die "--ports viết các số cổng, ví dụ \"8001 8002\"" ;; esac
    done
}

# Các cổng của lần cài trước, nếu lần này không nói khác.
read_ports() {
    old_ports=$(cat "$home/ports" 2>/dev/null || true)
    [ "$ports" ] || ports=$old_ports
}

fingerprint() {
    (
        cd "$source"
        # shellcheck disable=SC2086
        find $parts -type f ! -path '*/__pycache__/*' ! -path '*.egg-info/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
        "$python" -c 'import sys; print(sys.version)'
    ) | sha256sum | cut -c1-12
}

make_folders() {
    step "Người dùng và thư mục"
    if of_hotro && ! id hotro >/dev/null 2>&1; then
        act "tạo người dùng hệ thống hotro" \
            useradd --system --user-group --home-dir /var/lib/hotro --no-create-home --shell /usr/sbin/nologin hotro
    fi
    folder "$home" 755 root:root
    folder "$home/releases" 755 root:root
    folder "$root/etc/hotro" 750 root:hotro
    folder "$data" 700 hotro:hotro
    folder "$data/before-upgrade" 700 hotro:hotro
    [ "$check" ] || lock
}

lock() {
    exec 9>"$home/.lock"
    flock -n 9 || die "một lần cài khác đang chạy"
}

make_release() {
    step "Chương trình và thư viện của bản $id"
    if [ -e "$release/.complete" ]; then
        say "đã có"
        return
    fi
    # Một bản dở dang của lần trước được làm lại từ đầu.
    [ ! -e "$release" ] || act "bỏ bản dở dang" rm -rf "$release"
    act "chép chương trình vào ${release#"$root"}" copy_program
    act "cài thư viện (vài phút, theo mã băm trong requirements/base.txt)" install_libraries
    [ "$check" ] || touch "$release/.complete"
}

copy_program() {
    mkdir -p "$release"
    # shellcheck disable=SC2086
    (cd "$source" && tar cf - --exclude=__pycache__ --exclude='*.egg-info' $parts) | (cd "$release" && tar xf - --no-same-owner)
    chmod -R a+rX,go-w "$release"
    # Trang “Đã thay đổi gì” đọc lịch sử; không có git thì trang đó trống.
    [ "$site" ] || git clone -q --bare "$source" "$release/.git" 2>/dev/null || say "không có lịch sử git: trang Đã thay đổi gì sẽ trống"
}

install_libraries() {
    own=$release/.venv/bin/python
    if [ "$libraries" ]; then
        "$python" -m venv --without-pip "$release/.venv"
        libs=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
        echo "$libs" >"$("$own" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/libraries.pth"
        pip="$python -m pip --python $own"
    else
        "$python" -m venv "$release/.venv"
        pip="$own -m pip"
        [ -z "$wheels" ] || export PIP_NO_INDEX=1 PIP_FIND_LINKS="$wheels"
        $pip install -qq --disable-pip-version-check --no-input --require-hashes -r "$release/requirements/base.txt"
    fi
    $pip install -qq --disable-pip-version-check --no-input --no-deps --no-build-isolation --no-index -e "$release"
    ! of_hotro || setpriv --reuid=hotro --regid=hotro --init-groups -- "$own" -c '' ||
        die "tài khoản hotro không chạy được $(readlink -f "$own"): dùng --python /usr/bin/python3"
    # Khi chạy, chương trình không ghi được vào đây.
    "$own" -m compileall -q "$release/processor" "$release/deploy"
}

write_settings() {
    step "Cài đặt ở /etc/hotro/env"
    if [ "$check" ] && [ ! -e "$release/.complete" ]; then
        [ -e "$env_file" ] || act "viết /etc/hotro/env" true
        return
    fi
    sample=$(mktemp)
    (cd "$release" && .venv/bin/python -m deploy.environment) >"$sample"
    [ -z "$url" ] || sed -i "s|^#HOTRO_PUBLIC_URL=.*|HOTRO_PUBLIC_URL=$url|" "$sample"
    if [ -e "$env_file" ]; then
        say "giữ nguyên /etc/hotro/env"
        fresh=$(sed -n 's/^#\{0,1\}\(HOTRO_[A-Z_]*\)=.*/\1/p' "$sample" | while read -r name; do
            grep -q "^#\{0,1\}$name=" "$env_file" || printf '%s ' "$name"
        done)
        [ -z "$fresh" ] || say "cài đặt mới của bản này, xem /etc/hotro/env.mau: $fresh"
    else
        act "viết /etc/hotro/env" secret_file "$sample" "$env_file"
    fi
    sed -i "s|^HOTRO_PUBLIC_URL=.*|#HOTRO_PUBLIC_URL=https://hotro.example|" "$sample"
    cmp -s "$sample" "$env_file.mau" || act "viết /etc/hotro/env.mau" secret_file "$sample" "$env_file.mau"
    rm -f "$sample"
    case $(setting HOTRO_DATA) in
        "" | /var/lib/hotro) ;;
        *) say "HOTRO_DATA không ở /var/lib/hotro: thêm ReadWritePaths= bằng systemctl edit cho mỗi dịch vụ hotro" ;;
    esac
}

secret_file() {
    place "$1" "$2" 640
    ! of_hotro || chown root:hotro "$2"
}

build_site() {
    step "Trang"
    wanted="$(setting HOTRO_PUBLIC_URL) $(setting HOTRO_EDIT_URI)"
    if [ -e "$release/site/csp.txt" ] && [ "$(cat "$release/site.address")" = "$wanted" ]; then
        say "đã dựng"
    elif [ "$site" ]; then
        act "chép trang từ $site" copy_site
    else
        act "dựng trang (khoảng một phút)" build_own_site
    fi
}

copy_site() { rm -rf "$release/site" && cp -r "$site" "$release/site" && echo "$wanted" >"$release/site.address"; }
build_own_site() {
    (cd "$release" && load_env && .venv/bin/hotro build) && chmod -R a+rX "$release/site" && echo "$wanted" >"$release/site.address"
}

# place_files MÃ_NGUỒN: tệp cho systemd và nginx của bản đó.
place_files() {
    for unit in "$1"/deploy/systemd/*.service "$1"/deploy/systemd/*.timer; do
        put "$unit" "$units/${unit##*/}" 644
    done
    for name in hotro- hotro hotro@; do
        put "$1/deploy/systemd/hotro-.service.d/chat-che.conf" "$units/$name.service.d/chat-che.conf" 644
    done
    put "$1/deploy/systemd/tmpfiles.conf" "$root/etc/tmpfiles.d/hotro.conf" 644
    put "$1/deploy/hotro.sh" "$root/usr/local/bin/hotro" 755
    for file in "$1"/deploy/nginx/*; do
        put "$file" "$root/etc/nginx/hotro/${file##*/}" 644
    done
}

# --- Khởi động, nâng cấp, quay lại ---

ctl() {
    if [ "${SYSTEMCTL:-}" ]; then
        "$SYSTEMCTL" "$@"
    elif [ -z "$root" ] && [ -d /run/systemd/system ]; then
        systemctl "$@"
    fi
}

has_ctl() { [ "${SYSTEMCTL:-}" ] || { [ -z "$root" ] && [ -d /run/systemd/system ]; }; }

webs() {
    [ "$ports" ] || echo hotro.service
    for port in $ports; do echo "hotro@$port.service"; done
}

port_of() { case $1 in hotro@*) port=${1#hotro@} && echo "${port%.service}" ;; *) echo 8000 ;; esac; }

answers() { (cd "$1" && .venv/bin/python -m deploy.health "$2" "$3"); }

# switch_to releases/BẢN: một lần đổi tên, không có lúc nào thiếu.
switch_to() {
    ln -sfn "$1" "$home/current.part"
    mv -T "$home/current.part" "$home/current"
}

back_up() {
    if [ -z "$backup" ]; then
        say "không sao lưu (--without-backup)"
    elif [ -z "$(setting HOTRO_BACKUP_RECIPIENTS)" ]; then
        die "chưa đặt HOTRO_BACKUP_RECIPIENTS nên chưa sao lưu được. Đặt khóa, hoặc thêm --without-backup."
    else
        say "đang sao lưu vào $backup_to"
        as_hotro "$home/current" .venv/bin/hotro backup run "$backup_to" ||
            die "chưa sao lưu được nên chưa nâng cấp gì. Sửa rồi chạy lại, hoặc thêm --without-backup."
    fi
}

# Bản mới phục vụ thử ở một cổng riêng, không ai ngoài máy này tới được, trước khi thay bản cũ.
try_out() {
    say "đang thử bản $id ở một cổng riêng"
    port=$("$release/.venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    log=$(mktemp)
    (enter "$release" && export HOTRO_WORKER=false && run .venv/bin/hotro serve --port "$port" --workers 1) >"$log" 2>&1 &
    trial=$!
    sound=
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
        kill -0 "$trial" 2>/dev/null || break
        if answers "$release" "$port" 10 2>/dev/null; then sound=yes && break; fi
    done
    end_trial
    [ "$sound" ] || tail -n 20 "$log" >&2
    rm -f "$log"
    [ "$sound" ]
}

end_trial() {
    [ "$trial" ] || return 0
    kill "$trial" 2>/dev/null || true
    wait "$trial" 2>/dev/null || true
    trial=
}

# Lần lượt từng tiến trình, nên luôn có một tiến trình trả lời.
restart_all() {
    for unit in $(webs); do
        say "khởi động $unit"
        ctl restart "$unit" || return 1
        answers "$home/current" "$(port_of "$unit")" 120 || return 1
    done
    ctl restart hotro-worker.service
}

# Cả những tiến trình của cách chạy cũ.
stop_all() { ctl stop hotro-worker.service hotro.service 'hotro@*.service'; }

# Với mọi lối ra: chưa thay xong thì trở lại như cũ.
on_exit() {
    code=$?
    trap - EXIT
    end_trial
    [ -z "$stopped" ] || come_back || code=1
    exit "$code"
}

come_back() {
    stopped= ports=$old_ports
    echo "Đang trở lại ${old:-như cũ} …" >&2
    if [ "$kept" ]; then
        as_hotro "$release" .venv/bin/python -m deploy.upgrade bring-back "$kept" ||
            { echo "Chưa đặt lại được cơ sở dữ liệu từ $kept. Xem docs/ky-thuat/nang-cap.md." >&2 && return 1; }
    fi
    [ -z "$old" ] || { switch_to "$old" && place_files "$home/$old" && echo "$ports" >"$home/ports" && ctl daemon-reload; }
    [ -z "$old" ] || restart_all || { echo "Bản cũ chưa chạy lại được: journalctl -u hotro -n 50" >&2 && return 1; }
    [ -z "$old" ] || reload_nginx >&2
    echo "Đã trở lại ${old:-như cũ}. Chưa có gì mất." >&2
}

stop_and_keep_copy() {
    stopped=yes
    stop_all
    place_kept=$data/before-upgrade/$(date -u +%Y%m%dT%H%M%SZ).copy
    as_hotro "$release" .venv/bin/python -m deploy.upgrade keep "$place_kept" || die "chưa chép được cơ sở dữ liệu"
    kept=$place_kept
}

migrate() {
    stop_and_keep_copy
    say "bản chép cơ sở dữ liệu: ${kept#"$root"} (giữ 7 ngày)"
    as_hotro "$release" .venv/bin/hotro migrate || die "chưa nâng cấp được cơ sở dữ liệu"
}

# Bước chỉ thêm: bản cũ vẫn phục vụ trong lúc đó, và vẫn chạy được sau đó.
add_to_database() {
    say "thêm vào cơ sở dữ liệu, không dừng dịch vụ"
    as_hotro "$release" .venv/bin/hotro migrate || die "chưa nâng cấp được cơ sở dữ liệu"
}

nothing_new() {
    [ "$old" = "releases/$id" ] && [ "$changes" = 0 ] &&
        [ "$(cat "$home/environment.sum" 2>/dev/null)" = "$environment" ] &&
        (check=yes && place_files "$source" >/dev/null && [ "$changes" = 0 ])
}

begin() {
    step "Sao lưu, thử bản mới"
    environment=$(sum_of "$env_file" 2>/dev/null || true)
    if nothing_new; then
        say "đang chạy đúng bản này, không có gì đổi"
    elif [ "$check" ]; then
        say "sẽ sao lưu, thử bản mới ở một cổng riêng, nâng cấp cơ sở dữ liệu nếu cần"
        step "Tệp cho systemd và nginx, khởi động lần lượt"
        place_files "$source"
    elif [ "$start" ]; then
        try_and_take_over
    else
        [ "$old" = "releases/$id" ] || remember_old
        switch_to "releases/$id"
        echo "$ports" >"$home/ports"
        step "Tệp cho systemd và nginx"
        place_files "$source"
        say "chưa khởi động (--no-start)"
    fi
}

try_and_take_over() {
    trap on_exit EXIT
    trap 'exit 1' INT TERM HUP
    standing=$(as_hotro "$release" .venv/bin/python -m deploy.upgrade state) || die "chưa hỏi được cơ sở dữ liệu"
    [ "$standing" != newer ] || die "cơ sở dữ liệu thuộc bản mới hơn. Cài bản mới hơn, hoặc xem docs/ky-thuat/nang-cap.md."
    [ -z "$old" ] || [ "$old" = "releases/$id" ] || [ "$standing" = missing ] || back_up
    [ "$standing" != older ] || migrate
    [ "$standing" != adds ] || add_to_database
    try_out || die "bản $id không chạy được"
    take_over
}

take_over() {
    [ "$old" = "releases/$id" ] || remember_old
    step "Tệp cho systemd và nginx, khởi động lần lượt"
    # Từ đây tới khi mọi tiến trình trả lời, một lối ra khác là đường về.
    stopped=yes
    switch_to "releases/$id"
    place_files "$source"
    echo "$ports" >"$home/ports"
    ctl daemon-reload
    if ! has_ctl; then
        stopped= kept=
        say "systemd không chạy ở đây: chưa khởi động dịch vụ nào"
    else
        # Từ đây bản mới có thể đã nhận hồ sơ: cơ sở dữ liệu không được đặt lại nữa.
        migrated=$kept kept=
        [ -z "$migrated" ] || stopped=
        # shellcheck disable=SC2046
        ctl enable $(webs) hotro-worker.service hotro-verify.timer
        [ -z "$(setting HOTRO_BACKUP_RECIPIENTS)" ] || ctl enable --now hotro-backup.timer
        ctl start hotro-verify.timer
        restart_all || die "bản $id chưa trả lời ở cổng của nó: journalctl -u 'hotro*' -n 50${migrated:+. Bản chép cơ sở dữ liệu: $migrated; cách quay lại: docs/ky-thuat/nang-cap.md}"
        stopped=
        say "mọi tiến trình đã trả lời"
        reload_nginx
    fi
    printf %s "$environment" >"$home/environment.sum"
    drop_old_releases
}

# nginx phục vụ trang tĩnh (site.conf) thì đọc lại chính sách của trang; không có nginx ở máy này cũng không sao.
reload_nginx() { ctl try-reload-or-restart nginx.service || say "chưa nạp lại nginx: chạy nginx -t"; }

remember_old() { [ -z "$old" ] || ln -sfn "$old" "$home/previous"; }

# Giữ bản đang chạy và bản trước nó.
drop_old_releases() {
    for one in "$home"/releases/*; do
        name=releases/${one##*/}
        [ "$name" = "releases/$id" ] || [ "$name" = "$(readlink "$home/previous" 2>/dev/null)" ] || rm -rf "$one"
    done
}

go_back() {
    before=$(readlink "$home/previous" 2>/dev/null) || die "không có bản trước nào để quay lại"
    old=$(readlink "$home/current")
    lock
    trap on_exit EXIT
    trap 'exit 1' INT TERM HUP
    [ -z "$copy" ] || put_copy_back
    release=$home/$before id=${before#releases/}
    standing=$(as_hotro "$release" .venv/bin/python -m deploy.upgrade state) || die "chưa hỏi được cơ sở dữ liệu"
    [ "$standing" != newer ] ||
        die "cơ sở dữ liệu đã được nâng cấp, bản $id không đọc được. Xem docs/ky-thuat/nang-cap.md#sau-khi-doi-co-so-du-lieu."
    try_out || die "bản $id không chạy được"
    environment=$(sum_of "$env_file") source=$release
    take_over
    echo "Đã quay lại bản $id."
}

# Bản hiện tại cũng được chép trước, để còn đường về.
put_copy_back() {
    [ -s "$copy" ] || die "không có bản chép $copy"
    release=$home/current
    stop_and_keep_copy
    say "bản chép cơ sở dữ liệu lúc này: ${kept#"$root"}"
    as_hotro "$release" .venv/bin/python -m deploy.upgrade bring-back "$copy" || die "chưa đặt lại được cơ sở dữ liệu"
    say "đã đặt lại cơ sở dữ liệu từ $copy"
}

tell_what_is_left() {
    for name in HOTRO_PUBLIC_URL HOTRO_TRUSTED_PROXIES HOTRO_CLAMD_URL HOTRO_SMTP_URL HOTRO_BACKUP_RECIPIENTS; do
        [ "$(setting $name)" ] || missing="${missing:-} $name"
    done
    [ -z "${missing:-}" ] || echo "Còn phải chọn trong /etc/hotro/env, rồi chạy lại lệnh này:$missing"
    grep -qs 'hotro/hotro.conf' "$root/etc/nginx/nginx.conf" ||
        echo "nginx chưa dùng cấu hình của Hotro: xem đầu tệp /etc/nginx/hotro/hotro.conf"
}

if [ "$back" ]; then
    steps=1
    read_ports
    go_back
    exit 0
fi
look_at_machine
make_folders
make_release
write_settings
build_site
begin
if [ "$check" ]; then
    [ "$changes" = 0 ] && echo "Không có gì phải đổi." || echo "Sẽ đổi $changes chỗ. Chạy lại không có --check để làm."
else
    tell_what_is_left
    echo "Xong: bản $id."
fi
