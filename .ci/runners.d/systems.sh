# Windows and macOS: that the code is right for them, types and all. Nothing is linked or started here; ci.yml does that.
# shellcheck shell=bash

# system TARGET NAME: the crates' C is not compiled for it, because a check has no use for that.
system() {
    local underscored=${1//-/_}
    if command -v rustup >/dev/null; then rustup target add "$1" >"$scratch/log" 2>&1 || fail "rustup target add $1"; fi
    check "cargo check: $2, $1, only checked" env "CC_$underscored=true" "AR_$underscored=true" \
        cargo check -q --locked --all-targets --target "$1"
}

system x86_64-pc-windows-gnu Windows
system aarch64-apple-darwin macOS
