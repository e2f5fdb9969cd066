# Sourced by bin/run, bin/test and bin/bench: Debian packages and the virtual environment, installed when missing.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
export PYTHONUTF8=1

stop() { echo "$*" >&2; exit 1; }

# need_debian PACKAGE…: install what is missing as root, else say what somebody has to install.
need_debian() {
    command -v dpkg-query >/dev/null || { echo "This isn't Debian: make sure that you have the like of: $*"; return; }
    local missing=() package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    [ "$(id -u)" = 0 ] || stop "Debian packages are missing: ${missing[*]}. As root: apt-get install ${missing[*]}"
    echo "Installing Debian packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || stop "apt-get can't read its package lists; it needs them to install: ${missing[*]}"
    apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null ||
        stop "apt-get couldn't install: ${missing[*]}"
}

# need_python run|test: the pinned packages of requirements/<name>.txt, again whenever that file changes.
need_python() {
    local file="requirements/$1.txt" stamp=".venv/installed-$1.sha256"
    [ -f "$stamp" ] && sha256sum --quiet --status -c "$stamp" && return
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "The portal needs Python 3.11 or later."
    local free
    free=$(df -Pm . | awk 'NR == 2 { print $4 }')
    [ "$free" -ge 2000 ] || stop "The disk that holds $PWD has $free MB free; installing needs 2000 MB. Make room there."
    echo "Installing Python packages from $file into .venv"
    [ -x .venv/bin/pip ] || python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r "$file" ||
        stop "pip couldn't install $file; what is above says why. Start again when that is mended."
    sha256sum "$file" >"$stamp"
}
