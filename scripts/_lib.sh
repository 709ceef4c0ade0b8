# shellcheck shell=bash
# Sourced by run, test and bench: a virtual environment at the root of the checkout, made once.
#
# Theory of operation.  `prepare run` installs what the product needs, `prepare dev` also what its
# tests need, both into .venv.  A stamp in it holds a hash of everything that decides its content
# (the metadata in setup.cfg, the build backend, the interpreter, the place of the checkout);
# while it fits, nothing is done, which takes about 30 ms.  The project itself is installed as a
# link to the checkout, so an edit needs no installation.
#
# Rules.  Output goes to stderr, and pip's only if it failed.  Every refusal names the remedy.
# evdev is published as source only: without a compiler it is left out, and said so.

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd -P)
venv=$root/.venv

say() { printf '%s\n' "$*" >&2; }

die() {
    say "error: $*"
    exit 1
}

# What the content of the environment depends on.
fingerprint() {
    {
        printf '%s\n' "$root" "$1"
        awk '/^\[/ { keep = /^\[(metadata|options)/ } keep' "$root/setup.cfg"
        awk '/^\[/ { keep = /^\[build-system/ } keep' "$root/pyproject.toml"
        readlink -f -- "$venv/bin/python"
        cat -- "$venv/pyvenv.cfg"
    } 2>/dev/null | sha256sum
}

fresh() {
    [ -x "$venv/bin/python" ] || return 1
    [ "$(cat -- "$venv/.prepared-$1" 2>/dev/null)" = "$(fingerprint "$1")" ]
}

# The interpreter to build on: one that pygame has wheels for, if there is one.
find_python() {
    local candidate newer=
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        case $("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) in
            3.11 | 3.12 | 3.13)
                command -v -- "$candidate"
                return
                ;;
            3.1[4-9] | 3.[2-9][0-9]) newer=${newer:-$candidate} ;;
        esac
    done
    [ -n "$newer" ] || die "no Python 3.11 or later among: ${PYTHON:-python3 python3.13" \
        "python3.12 python3.11}; install one, or name it: PYTHON=/path/to/python3.11 $0"
    say "note: pygame 2.6.1 has wheels for Python 3.11 to 3.13 only; with $newer it must be" \
        "compiled. To avoid that, name another: PYTHON=python3.13 $0"
    command -v -- "$newer"
}

# True when .venv runs, was made at this place, and can install.
usable() {
    [ "$(sed -n 's/^command = .* -m venv //p' "$venv/pyvenv.cfg" 2>/dev/null)" = "$venv" ] &&
        "$venv/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

make_venv() {
    local python
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        die "$python cannot make virtual environments; on Debian: apt-get install python3-venv"
    find "$venv" -mindepth 1 -maxdepth 1 ! -name .lock -exec rm -rf -- {} +
    "$python" -m venv "$venv" || die "$python -m venv failed; the lines above say why"
}

# The line that says what is missing to compile evdev, or nothing.
compiler_lacks() {
    local include
    include=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
    command -v cc >/dev/null || command -v gcc >/dev/null || printf 'gcc '
    [ -e "$include/Python.h" ] || printf 'python3-dev '
    [ -e /usr/include/linux/input.h ] || printf 'linux-libc-dev '
}

# pip_install LOG REQUIREMENT
pip_install() {
    "$venv/bin/python" -m pip install --disable-pip-version-check --no-input \
        --root-user-action=ignore --editable "$2" >"$1" 2>&1
}

# install_project [EXTRA]: with evdev if that can be compiled, else without.
install_project() {
    local lacks log=$venv/.pip.log
    lacks=$(compiler_lacks)
    if [ -z "$lacks" ]; then
        pip_install "$venv/.evdev.log" "${root}[input${1:+,$1}]" && return
        lacks='what .venv/.evdev.log complains of'
    else
        lacks="apt-get install ${lacks% }"
    fi
    pip_install "$log" "${root}${1:+[$1]}" || {
        cat -- "$log" >&2
        die "pip could not install lockerd, see above; the first time it needs a network"
    }
    say "note: evdev (real keypads, scanners and touch panels) is off; to have it: $lacks," \
        "then remove .venv and start again"
}

# prepare run|dev
prepare() {
    local extra='' began=$SECONDS
    fresh "$1" && return
    [ "$1" = run ] && fresh dev && return
    [ "$1" = dev ] && extra=dev
    mkdir -p -- "$venv" 2>/dev/null && [ -w "$venv" ] ||
        die "$venv cannot be written; run $0 once as the owner of the checkout"
    exec {lock}>"$venv/.lock"
    if command -v flock >/dev/null && ! flock -n "$lock"; then
        say 'waiting for another preparation of .venv ...'
        flock "$lock"
    fi
    if ! fresh "$1"; then
        say "preparing .venv (only when it is missing or out of date) ..."
        usable || make_venv
        install_project "$extra"
        # pygame imports setuptools' pkg_resources when it can, which costs 100 ms at every start.
        "$venv/bin/python" -m pip uninstall -q -y setuptools >/dev/null 2>&1 || true
        fingerprint "$1" >"$venv/.prepared-$1"
        say "prepared in $((SECONDS - began)) s"
    fi
    exec {lock}>&-
}
