# Sourced by the scripts: makes the virtual environment and installs the core and every plugin into it.
# Uses uv when it is there and pip when it is not; needs no root.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VENV="${MUNIMENT_VENV:-$ROOT/.venv}"

die() { printf '%s\n' "$*" >&2; exit 1; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14 python; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    die "Python 3.11 or newer is needed; name one with PYTHON=/path/to/python3.11."
}

has_uv() { command -v uv >/dev/null 2>&1; }

# Plugins that need other versions of libraries than the rest does: each has an environment of its own.
APART=(oaipmh-invenio)

# The folders of all plugins that are installed together.
distributions() {
    local folder
    for folder in "$ROOT"/plugins/*/; do
        [ -f "$folder/pyproject.toml" ] || continue
        [[ " ${APART[*]} " = *" $(basename "$folder") "* ]] || printf '%s\n' "${folder%/}"
    done
}

# The folders of the others.
distributions_apart() {
    local name
    for name in "${APART[@]}"; do
        [ ! -f "$ROOT/plugins/$name/pyproject.toml" ] || printf '%s\n' "$ROOT/plugins/$name"
    done
}

# What an installation depends on: it is repeated when one of these changes.
fingerprint() {
    { cat "$ROOT/scripts/environment.sh" "$ROOT/core/pyproject.toml"
      distributions | while read -r folder; do printf '%s\n' "$folder"; cat "$folder/pyproject.toml"; done
      printf '%s\n' "$@"; } | cksum
}

# make_environment FOLDER: a virtual environment, unless there is one that works
make_environment() {
    local python
    "$1/bin/python" -c 'import sys' 2>/dev/null && return
    python="$(find_python)" || exit 1
    if has_uv; then
        uv venv --quiet --clear --python "$python" "$1"
    else
        "$python" -m venv --clear "$1"
    fi || die "No virtual environment could be made in $1; see the message above."
}

# install_into FOLDER ARGUMENT...: what pip takes as arguments. Bytecode is made at once, as pip does it: where no process
# may or wants to write it, every start would compile everything again.
install_into() {
    local folder="$1"
    shift
    if has_uv; then
        uv pip install --quiet --compile-bytecode --python "$folder/bin/python" "$@"
    elif "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
        "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
    else
        die "$folder was made by uv, which is gone now: remove that folder and start again."
    fi || die "The installation failed; see the messages above."
}

# install EXTRAS [REQUIREMENT...]: EXTRAS are extras of the core, like "postgresql" or "postgresql,test"; with "test"
# plugins bring what their tests need too
install() {
    local extras="$1" stamp arguments=() folder plugin_extras=""
    [[ ",$1," != *,test,* ]] || plugin_extras="[test]"
    shift
    stamp="$VENV/.installed-$(printf '%s\n' "$extras" "$@" | cksum | cut -d' ' -f1)"
    [ -x "$VENV/bin/muniment" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint "$extras" "$@")" ] && return
    make_environment "$VENV"
    printf 'Installing into %s …\n' "$VENV" >&2
    arguments=(-e "$ROOT/core[$extras]")
    while read -r folder; do arguments+=(-e "$folder$plugin_extras"); done < <(distributions)
    install_into "$VENV" "${arguments[@]}" "$@"
    "$VENV/bin/python" -m compileall -q "$ROOT/core/src" "$ROOT"/plugins/*/src
    fingerprint "$extras" "$@" > "$stamp"
}

# What the tests need beside the core's own extra.
TEST_EXTRAS="postgresql,test"
LINTERS=("mypy>=1.18" "ruff>=0.14" "types-requests>=2.32")
