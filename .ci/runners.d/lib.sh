# How a check is made and told: one line each, the whole log only where it fails.
# shellcheck shell=bash

heading() {
    printf '==> %s\n' "$*"
}

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    [[ ! -s $scratch/log ]] || tail -n 80 "$scratch/log" >&2
    exit 1
}

# check WHAT COMMAND...: it must succeed. Its output is in $scratch/log.
check() {
    local what=$1 begun=$SECONDS
    shift
    "$@" >"$scratch/log" 2>&1 || fail "$what: exit $?: $*"
    printf 'ok  %s (%d s)\n' "$what" "$((SECONDS - begun))"
}

# refuse WHAT COMMAND...: it must fail, by its own decision and not for want of the command.
refuse() {
    local what=$1 code=0
    shift
    "$@" >"$scratch/log" 2>&1 || code=$?
    ((code != 0 && code < 126)) || fail "$what: exit $code: $*"
    printf 'ok  %s (exit %d)\n' "$what" "$code"
}

# logged TEXT...: each stands in the log of the last check.
logged() {
    local text
    for text; do
        grep -qF -- "$text" "$scratch/log" || fail "not in the log: $text"
    done
}

# said TEXT COMMAND...: waits until the output of the command has the text, half a minute at most.
said() {
    local text=$1 patience=$((SECONDS + 30))
    shift
    until grep -qF -- "$text" <<<"$("$@" 2>&1)"; do
        ((SECONDS < patience)) || return 1
        sleep 0.1
    done
}

# A fresh empty folder, whose name is the argument.
fresh() {
    rm -rf "${scratch:?}/runs/$1"
    mkdir -p "$scratch/runs/$1"
    printf '%s' "$scratch/runs/$1"
}

# warehouse FOLDER: the folders of examples/source in it, which the gateway's my_etl is like.
warehouse() {
    cp -r examples/source/. "$1/"
}

# A fresh repository as a CI would check it out, with one commit of what is in it.
commit() {
    git -C "$1" init -q -b main
    git -C "$1" remote add origin "${2:-https://github.com/acme/warehouse.git}"
    git -C "$1" symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main
    git -C "$1" add -A
    git -C "$1" -c user.name=mei -c user.email=mei@acme.example commit -q --allow-empty -m 'as it stands'
}
