# A Docker engine: the one that is there, or one of our own for as long as this lasts. And the base images of the
# Dockerfile: the real ones where they can be pulled; else stand-ins, made of this machine's packages and tools, under
# the same names.
# shellcheck shell=bash

docker=/usr/bin/docker
[[ -x $docker ]] || docker=$(command -v docker || echo docker)

begin_engine() {
    local home=$scratch/engine driver patience
    packages dockerd=docker.io
    docker=/usr/bin/docker
    for driver in overlay2 vfs; do
        # What an engine before this one left mounted.
        awk -v home="$home/" 'index($2, home) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount
        rm -rf "$home"
        mkdir -p "$home"
        dockerd --data-root "$home/root" --exec-root "$home/exec" -H "unix://$home/socket" -p "$home/pid" --iptables=false \
            --bridge=none --storage-driver $driver >"$home/log" 2>&1 &
        export DOCKER_HOST=unix://$home/socket
        patience=$((SECONDS + 30))
        until "$docker" info >/dev/null 2>&1; do
            if ! kill -0 $! 2>/dev/null || ((SECONDS > patience)); then continue 2; fi
            sleep 0.2
        done
        printf 'ok  an engine of our own: dockerd, %s\n' $driver
        return
    done
    cp "$home/log" "$scratch/log"
    fail "no Docker engine is there, and none can be started"
}

"$docker" info >/dev/null 2>&1 || begin_engine
# act and gitlab-ci-local look for it by name.
[[ $docker -ef $scratch/bin/docker ]] || ln -sf "$docker" "$scratch/bin/docker"

base_argument() {
    sed -n "s/^ARG $1=//p" Dockerfile
}
rust_image=$(base_argument RUST_IMAGE)
base_image=$(base_argument BASE_IMAGE)

# busybox_tree FOLDER: a shell, its tools, certificates.
busybox_tree() {
    packages busybox=busybox-static
    mkdir -p "$1"/{bin,etc/ssl/certs,tmp,root}
    cp "$(command -v busybox)" "$1/bin/busybox"
    "$1/bin/busybox" --list | grep -v '^busybox$' | while read -r applet; do ln -s busybox "$1/bin/$applet"; done
    cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
    echo 'root:x:0:0:root:/root:/bin/sh' >"$1/etc/passwd"
    chmod 1777 "$1/tmp"
}

# In the place of Alpine.
stand_in_base() {
    local tree
    tree=$(fresh base)
    busybox_tree "$tree"
    tar -C "$tree" -c . | "$docker" import -c 'CMD ["/bin/sh"]' - "$base_image"
}

# In the place of Alpine's Rust: a Debian with this machine's toolchain, its crates brought along because a build has no
# network here, and a cargo that makes static programs without being told, as Alpine's does.
stand_in_rust() {
    local tree sysroot
    packages debootstrap=debootstrap
    tree=$scratch/rust
    [[ -f $tree/etc/debian_version ]] ||
        as_root debootstrap --variant=minbase --include=gcc,libc6-dev,musl-tools,ca-certificates stable "$tree"
    sysroot=$(rustc --print sysroot)
    [[ -d $sysroot/lib/rustlib/x86_64-unknown-linux-musl ]] || rustup target add x86_64-unknown-linux-musl
    as_root mkdir -p "$tree/opt/rust/lib/rustlib" "$tree/opt/crates"
    as_root cp -a "$sysroot/bin" "$tree/opt/rust/"
    as_root cp -a "$sysroot"/lib/*.so* "$tree/opt/rust/lib/"
    as_root cp -a "$sysroot"/lib/rustlib/x86_64-unknown-linux-{gnu,musl} "$tree/opt/rust/lib/rustlib/"
    as_root mkdir -p "$tree/.cargo"
    cargo vendor -q --locked "$scratch/crates"
    as_root cp -a "$scratch/crates/." "$tree/opt/crates/"
    as_root tee "$tree/.cargo/config.toml" <<'END'
[source.crates-io]
replace-with = "here"
[source.here]
directory = "/opt/crates"
END
    as_root tee "$tree/usr/local/bin/cargo" <<'END'
#!/bin/sh -e
/opt/rust/bin/cargo "$@" --offline --target x86_64-unknown-linux-musl
mkdir -p target/release
cp target/x86_64-unknown-linux-musl/release/dataworks-deploy target/release/
END
    as_root chmod +x "$tree/usr/local/bin/cargo"
    as_root tar -C "$tree" --exclude=./var/cache --exclude=./usr/share -c . |
        "$docker" import -c 'ENV PATH=/usr/local/bin:/opt/rust/bin:/usr/bin:/bin' - "$rust_image"
}

# base IMAGE STAND-IN
base() {
    if "$docker" pull -q "$1" >/dev/null 2>&1; then
        printf 'ok  %s: pulled\n' "$1"
    else
        check "$1: cannot be pulled; a stand-in of that name" "$2"
    fi
}
base "$base_image" stand_in_base
base "$rust_image" stand_in_rust
