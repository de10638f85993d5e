# Sourced by the scripts beside it: finds Python interpreters and makes environments in .venv/.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Prints the path of a Python of this version, such as 3.12. Each candidate is started: a pyenv shim may be there and not work.
find_python() {
    local candidate check="import ensurepip, sys, venv; '%d.%d' % sys.version_info[:2] == '$1' or sys.exit(1); print(sys.executable)"
    for candidate in "python$1" python3 python "${PYENV_ROOT:-${HOME:-}/.pyenv}/versions/$1".*/bin/python; do
        "$candidate" -c "$check" 2>/dev/null && return
    done
    return 1
}

# Prints the version of the oldest supported Python that is found.
oldest_python() {
    local version
    for version in 3.11 3.12 3.13; do
        find_python "$version" >/dev/null && echo "$version" && return
    done
    echo "${0##*/}: no Python 3.11, 3.12 or 3.13 with venv was found" >&2
    return 1
}

# Makes the environment .venv/NAME unless it is there and still right. Usage: make_env NAME VERSION WHAT-PIP-INSTALLS...
make_env() {
    local env=$root/.venv/$1 python stamp
    python=$(find_python "$2")
    shift 2
    stamp=$({ cat "$root"/{,packages/*/}pyproject.toml "$root/hatch_build.py" && "$python" -VV && echo "$root $*"; } | cksum)
    [ "$(cat "$env/stamp" 2>/dev/null)" = "$stamp" ] && return
    echo "making ${env#"$root"/} with $("$python" -V) ..." >&2
    "$python" -m venv --clear "$env"
    "$env/bin/python" -m pip install -qq --upgrade pip # groups need pip 25.1
    "$env/bin/python" -m pip install -qq "$@"
    echo "$stamp" >"$env/stamp"
}
