# What the parts share: a job as GitLab, Drone or Woodpecker would start it.
# shellcheck shell=bash

# gitlab FOLDER ARGUMENT...: the folder holds the file as .gitlab-ci.yml; a component is taken from this repository.
gitlab() {
    local folder=$1 includes
    shift
    includes=$folder/.gitlab-ci-local/includes/gitlab.com/your-group/dataworks-deploy/v0.1.0
    mkdir -p "$includes"
    cp -r "$repository/templates" "$includes/"
    env -C "$folder" "$node" "$modules/gitlab-ci-local/dist/index.js" --ignore-predefined-vars GITLAB_CI \
        --variable GITLAB_CI=true "${keys[@]/#/--variable=}" "${here[@]/#/--variable=}" "$@"
}

# gitlab_folder NAME: a repository with standard input as its .gitlab-ci.yml.
gitlab_folder() {
    local folder
    folder=$(fresh "$1")
    cat >"$folder/.gitlab-ci.yml"
    warehouse "$folder"
    commit "$folder" git@gitlab.com:acme/warehouse.git
    printf '%s' "$folder"
}

# plugin CI FILE COMMAND...: the command, with the variables that the CI makes of the step's settings.
plugin() {
    local ci=$1 file=$2 variables
    shift 2
    mapfile -t variables < <(reader plugin "$ci" "$file" "$key_id" "$key_secret")
    env "${here[@]}" "${variables[@]}" "$@"
}

# Behind the address that the examples fetch the program from: a release of our own making.
mkdir -p "$scratch/release"
for system in linux-amd64 macos-arm64; do cp "$scratch/bin/dataworks-deploy" "$scratch/release/dataworks-deploy-$system"; done
(cd "$scratch/release" && sha256sum dataworks-deploy-* >SHA256SUMS)
rm -f "$scratch/bin/curl"
hash -r
real_curl=$(command -v curl)
cat >"$scratch/bin/curl" <<END
#!/bin/sh
for argument; do
    shift
    set -- "\$@" "\$(printf %s "\$argument" | sed 's|https://github.com/your-org/dataworks-deploy/releases/download/v0.1.0|file://$scratch/release|')"
done
exec $real_curl "\$@"
END
chmod +x "$scratch/bin/curl"
