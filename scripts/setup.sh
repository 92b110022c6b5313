#!/usr/bin/env bash
# Prepare this machine: `scripts/setup.sh run` for the program, `scripts/setup.sh test` for its checks as well.
#
# Three parts, each skipped when it is in place already, so that a second run takes a moment and no network:
#   1. system packages (Debian, Ubuntu; as root or through a password-less sudo);
#   2. one font, FandolFang (仿宋), out of a large package that is not installed as a whole;
#   3. a virtual environment .venv, from a lock with hashes.
# It may be interrupted and run again. What it may not install itself it names in one line, and goes on.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-run}
case $purpose in
    run) lock=requirements.lock ;;
    test) lock=requirements-test.lock ;;
    *) echo "usage: scripts/setup.sh run|test" >&2; exit 2 ;;
esac

say() { printf 'setup: %s\n' "$*" >&2; }

export HOME=${HOME:-~}

# Two runs at once would build the same environment twice: the second waits. (Installers do not inherit the lock,
# 9>&-: a service that one of them started would hold it for ever.)
if command -v flock >/dev/null; then
    exec 9>.setup.lock
    flock 9
fi

# --- 1. system packages ------------------------------------------------------------------------------------

# What tells that a package's work is done here, whatever brought it (another package, another system).
# LibreOffice is looked for by its modules: its "nogui" packages would throw out an installed desktop edition.
present() {
    case $1 in
        libpango-1.0-0) library libpango-1.0.so.0 ;;
        libpangoft2-1.0-0) library libpangoft2-1.0.so.0 ;;
        libharfbuzz-subset0) library libharfbuzz-subset.so.0 ;;
        fontconfig) command -v fc-list ;;
        fonts-noto-cjk) font 'Noto Serif CJK SC' && font 'Noto Sans CJK SC' ;;
        fonts-arphic-ukai) font 'AR PL UKai CN' ;;
        libreoffice-calc-nogui) command -v soffice && office_module sc ;;
        libreoffice-writer-nogui) command -v soffice && office_module sw ;;
        chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
        poppler-utils) command -v pdftoppm && command -v pdftotext ;;
        postgresql) command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' ;;
        *) return 1 ;;
    esac >/dev/null 2>&1
}
library() { case $libraries in *"$1"*) ;; *) return 1 ;; esac; }
font() { [ -n "$(fc-list "$1" family)" ]; }
office_module() { compgen -G "$(dirname "$(readlink -f "$(command -v soffice)")")/lib$1lo.*"; }

packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk fonts-arphic-ukai)
if [ "$purpose" = test ]; then
    packages+=(libreoffice-calc-nogui libreoffice-writer-nogui chromium poppler-utils postgresql)
fi

find_missing() {
    local package
    libraries=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null || true)
    missing=()
    for package in "${packages[@]}"; do present "$package" || missing+=("$package"); done
}

as_root=none
if [ "$(id -u)" = 0 ]; then as_root=''
elif sudo -n true 2>/dev/null; then as_root='sudo -n'
fi

# RUNLEVEL=1 keeps a freshly installed PostgreSQL from being started: the tests start their own.
apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq -o DPkg::Lock::Timeout=300 \
        -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@" </dev/null 9>&-
}
install() {
    $as_root dpkg --configure -a >>"$log" 2>&1 </dev/null 9>&- || true # finish what an interrupted run left half done
    apt install -y --no-install-recommends "$@" >>"$log" 2>&1 && return
    apt update >>"$log" 2>&1 # no package lists yet, or old ones: once more with new ones
    apt install -y --no-install-recommends "$@" >>"$log" 2>&1
}

log=.setup.log
: >"$log"
find_missing
if [ ${#missing[@]} -gt 0 ] && [ "$as_root" != none ] && command -v apt-get >/dev/null; then
    say "installing system packages: ${missing[*]}"
    install "${missing[@]}" || say "apt-get did not succeed; what it said is in $log"
    find_missing
fi
if [ ${#missing[@]} -gt 0 ]; then
    say "please install (names as in Debian): ${missing[*]}"
fi

# --- 2. FandolFang -----------------------------------------------------------------------------------------

# The package is 49 MB and its installation draws in all of TeX; one file of it is wanted. Its Bold faces are left
# where they are: they call themselves regular, and fontconfig would then set plain text in bold.
fonts=${XDG_DATA_HOME:-$HOME/.local/share}/fonts/huizong
fandol() (
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cd "$work"
    apt-get -qq download texlive-lang-chinese </dev/null || { apt update && apt-get -qq download texlive-lang-chinese </dev/null; }
    dpkg-deb --fsys-tarfile texlive-lang-chinese_*.deb | tar -x --wildcards --transform 's,.*/,,' '*/FandolFang-Regular.otf'
    mkdir -p "$fonts"
    cp FandolFang-Regular.otf "$fonts/.part"
    mv "$fonts/.part" "$fonts/FandolFang-Regular.otf" # whole or not at all
    fc-cache "$fonts" || true
)
if [ ! -s "$fonts/FandolFang-Regular.otf" ] && ! font FandolFang 2>/dev/null; then
    say "fetching the font FandolFang (仿宋)"
    if ! { command -v apt-get >/dev/null && fandol >>"$log" 2>&1; }; then
        say "no FandolFang: 仿宋 will be printed in Noto Serif; to have it, put FandolFang-Regular.otf (package texlive-lang-chinese) into $fonts"
    fi
fi

# --- 3. the virtual environment ----------------------------------------------------------------------------

# One stamp a purpose. The test lock holds the other, so its stamp serves both.
state=$(cat scripts/setup.sh pyproject.toml requirements.lock requirements-test.lock | sha256sum | cut -d' ' -f1)
ready() { [ "$(cat ".venv/.ready-$1" 2>/dev/null)" = "$state" ] && [ -x .venv/bin/python ] && [ -x .venv/bin/huizong ]; }
if ready "$purpose" || ready test; then exit 0; fi

suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.11 python3.12 python3.13; do
        if suitable "$candidate"; then echo "$candidate"; return; fi
    done
    return 1
}
if ! python=$(find_python); then
    if [ "$as_root" != none ] && command -v apt-get >/dev/null; then
        say "installing Python"
        install python3 python3-venv || true
    fi
    python=$(find_python) || { say "please install Python 3.11 or newer"; exit 1; }
fi

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then # none yet, half made, or its Python is gone
    # Debian keeps venv's other half in a package of its own.
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null && [ "$as_root" != none ] && command -v apt-get >/dev/null; then
        say "installing python3-venv"
        install python3-venv || true
    fi
    say "making .venv with $("$python" -V)"
    "$python" -m venv --clear .venv >>"$log" 2>&1 || { say "please install python3-venv"; exit 1; }
fi

say "installing Python packages from $lock (a few minutes on a new machine)"
pip() { .venv/bin/python -m pip -qq --disable-pip-version-check --no-input "$@"; }
# Wheels only: nothing is compiled, and no package's own set-up code runs.
pip install --require-hashes --only-binary :all: -r "$lock"
pip install --no-deps --no-build-isolation --editable .

# A docx names the standard's faces; where they are missing, fontconfig shows the open ones the PDFs embed.
faces=${XDG_CONFIG_HOME:-$HOME/.config}/fontconfig/conf.d
{ mkdir -p "$faces" && .venv/bin/python -m templates.aliases >"$faces/60-huizong.conf"; } 2>>"$log" || true
printf '%s\n' "$state" >".venv/.ready-$purpose"
say "ready"
