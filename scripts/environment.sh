# Sourced by the scripts: makes the virtual environment and installs the core and every plugin into it.
# Uses uv when it is there and pip when it is not; needs no root.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VENV="${MUNIMENT_VENV:-$ROOT/.venv}"

die() { printf '%s\n' "$*" >&2; exit 1; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    die "Python 3.11 or newer is needed; name one with PYTHON=/path/to/python3.11."
}

distributions() {
    local folder
    for folder in "$ROOT"/plugins/*/; do
        [ -f "$folder/pyproject.toml" ] || continue
        [ "$(basename "$folder")" = oaipmh-invenio ] || printf '%s\n' "${folder%/}"
    done
}

# What an installation depends on: it is repeated when one of these changes.
fingerprint() {
    { cat "$ROOT/core/pyproject.toml"; distributions | while read -r folder; do cat "$folder/pyproject.toml"; done
      printf '%s\n' "$@"; } | sha256sum | cut -d' ' -f1
}

# install EXTRAS [REQUIREMENT...]: EXTRAS are extras of the core, like "postgresql" or "postgresql,test"
install() {
    local extras="$1" python stamp arguments=() folder
    shift
    stamp="$VENV/.installed-${extras//,/-}"
    [ -x "$VENV/bin/muniment" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint "$extras" "$@")" ] && return
    python="$(find_python)" || exit 1
    printf 'Installing into %s …\n' "$VENV" >&2
    arguments=(-e "$ROOT/core[$extras]")
    while read -r folder; do arguments+=(-e "$folder"); done < <(distributions)
    if command -v uv >/dev/null 2>&1; then
        [ -x "$VENV/bin/python" ] || uv venv --quiet --python "$python" "$VENV"
        uv pip install --quiet --python "$VENV/bin/python" "${arguments[@]}" "$@"
    else
        [ -x "$VENV/bin/python" ] || "$python" -m venv "$VENV"
        "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check "${arguments[@]}" "$@"
    fi || die "The installation failed; see the messages above."
    fingerprint "$extras" "$@" > "$stamp"
}
