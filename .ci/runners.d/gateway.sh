# The program, and the gateway that it deploys to: what to paste, and a log of every rule that was broken.
# shellcheck shell=bash

cargo build -q --locked --release --bin dataworks-deploy
cargo build -q --locked --example gateway
target=$(cargo metadata --format-version 1 --no-deps --locked | "$python/python" -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')

mkdir -p "$scratch/bin"
cp "$target/release/dataworks-deploy" "$scratch/bin/"
export PATH=$scratch/bin:$python:$PATH

rm -f "$scratch/gateway.log"
"$target/debug/examples/gateway" >"$scratch/gateway.log" &
gateway=$!
stop_all() {
    kill "$gateway" 2>/dev/null || true
    if [[ -f $scratch/engine/pid ]]; then kill "$(<"$scratch/engine/pid")" && wait; fi 2>/dev/null || true
}
trap stop_all EXIT
until [[ -s $scratch/gateway.log ]]; do
    kill -0 "$gateway" || fail "the gateway did not start"
    sleep 0.1
done
# pasted VARIABLE: what a shell has in it, where somebody pasted what the gateway says.
pasted() (
    eval "$(grep -E '^export (ALIBABA_CLOUD|DATAWORKS)_' "$scratch/gateway.log")"
    printf %s "${!1}"
)
address=$(pasted DATAWORKS_ENDPOINT)
key_id=$(pasted ALIBABA_CLOUD_ACCESS_KEY_ID)
key_secret=$(pasted ALIBABA_CLOUD_ACCESS_KEY_SECRET)
read -r token_service bearer < <(sed -n 's/^# A job of GitHub .* at \(.*\) with the bearer /\1 /p' "$scratch/gateway.log")

# What the examples leave to the CI: its secrets. And what they cannot know: that the service is on this machine.
keys=(ALIBABA_CLOUD_ACCESS_KEY_ID="$key_id" ALIBABA_CLOUD_ACCESS_KEY_SECRET="$key_secret")
here=(DATAWORKS_ENDPOINT="$address" DATAWORKS_POLL_INTERVAL=100ms..1s)

# The gateway has nothing to complain of.
lawful() {
    ! grep -q VIOLATION "$scratch/gateway.log" || fail "the gateway complains: $(grep VIOLATION "$scratch/gateway.log")"
}

# gateway_says TEXT: it does, or will shortly.
gateway_says() {
    local patience=$((SECONDS + 5))
    until grep -qF -- "$1" "$scratch/gateway.log"; do
        ((SECONDS < patience)) || fail "the gateway does not say: $1"
        sleep 0.1
    done
}
