# For other scripts: `source scripts/venv.sh; python="$(venv NAME 'import a, b' PACKAGES...)"` gives the
# Python of a virtual environment in the target folder, made where what is to be imported is missing.
venv() {
    local folder="${CARGO_TARGET_DIR:-target}/$1-venv" imports="$2"
    shift 2
    if ! "$folder/bin/python" -c "$imports" 2>/dev/null; then
        mkdir -p "$(dirname "$folder")"
        python3 -m venv "$folder" 2>/dev/null || {
            # Debian has the module in a package of its own.
            apt-get update -qq >&2 && apt-get install -y -qq python3-venv >&2
            python3 -m venv "$folder" >&2 || return
        }
        "$folder/bin/pip" install --quiet "$@" >&2 || return
    fi
    echo "$folder/bin/python"
}
