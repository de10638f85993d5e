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
    stamp=$({ cat "$root"/pyproject.toml "$root"/packages/*/pyproject.toml && "$python" -VV && echo "$root $*"; } | cksum)
    [ "$(cat "$env/stamp" 2>/dev/null)" = "$stamp" ] && return
    echo "making ${env#"$root"/} with $("$python" -V) ..." >&2
    "$python" -m venv --clear "$env"
    # The build backend is installed first, once, instead of into a build environment of each package.
    "$env/bin/python" -m pip install -qq --upgrade pip hatchling editables
    "$env/bin/python" -m pip install -qq --no-build-isolation "$@"
    echo "$stamp" >"$env/stamp"
}

# Prints pip's arguments for all packages, editable, with the bundled extensions where a package has that extra.
members() {
    local package
    for package in packages/*/; do
        package=${package%/}
        grep -q '^bundled = ' "$package/pyproject.toml" && package+="[bundled]"
        echo "-e $package"
    done
}
