# Runners that start the image, and the image itself: how big it is, as whom it runs, and what it does with a signal.
# shellcheck shell=bash

# shellcheck source=/dev/null
source "$parts/engine.sh"

# --- GitHub, Gitea, Forgejo: act ---

# What a runner's own image has: a shell, bash, and nothing of ours.
job_image() {
    local tree
    packages bash-static=bash-static
    tree=$(fresh job)
    busybox_tree "$tree"
    cp /bin/bash-static "$tree/bin/bash"
    tar -C "$tree" -c . | "$docker" import - dataworks-deploy/job:local
}
check "act: an image for jobs" job_image

# This repository as others get it: without what was built in it.
action=$(fresh action)
git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- -c | tar -C "$action" -x

# The examples name the commit of a release; in the documents a placeholder stands for it.
pinned=$(grep -om 1 'your-org/dataworks-deploy@[0-9a-f]\{40\}' README.md | cut -d @ -f 2)

# act FOLDER ARGUMENT...: the action of the examples is this repository.
act() {
    local folder=$1 version mapped=()
    shift
    for version in "$pinned" main; do mapped+=(--local-repository "your-org/dataworks-deploy@$version=$action"); done
    env -C "$folder" "$python/act" push -W .github/workflows --pull=false --network host \
        -P ubuntu-latest=dataworks-deploy/job:local -P docker=dataworks-deploy/job:local -P macos-latest=-self-hosted \
        "${mapped[@]}" "${here[@]/#/--env=}" \
        --secret ALIYUN_ACCESS_KEY_ID="$key_id" --secret ALIYUN_ACCESS_KEY_SECRET="$key_secret" "$@"
}

# act_folder NAME: a repository with standard input as its workflow.
act_folder() {
    local folder
    folder=$(fresh "$1")
    mkdir -p "$folder/.github/workflows"
    cat >"$folder/.github/workflows/deploy.yml"
    warehouse "$folder"
    commit "$folder"
    printf '%s' "$folder"
}

# The first of them makes act build the action's image from the Dockerfile; it is the one that all the rest is about.
built=act-your-org-dataworks-deploy-$pinned-dockeraction:latest
"$docker" rmi -f "$built" >/dev/null 2>&1 || true
check "act, containers: docs/ci/github.md, with an AccessKey, the action built from the Dockerfile" \
    act "$(reader block docs/ci/github.md "With an AccessKey" | act_folder act-key)"
logged "ended with success"
"$docker" tag "$built" dataworks-deploy
"$docker" tag "$built" "${built/-$pinned-/-main-}"

oidc=(--env=ACTIONS_ID_TOKEN_REQUEST_URL="$token_service" --env=ACTIONS_ID_TOKEN_REQUEST_TOKEN="$bearer"
    --env=DATAWORKS_STS_ENDPOINT="$address")
check "act, containers: README, GitHub Actions, without a key" \
    act "$(reader block README.md "First deployment on GitHub Actions" 1 30 | act_folder act-readme)" "${oidc[@]}"
logged "pipeline run a7ef0634"
check "act, containers: docs/authentication.md, the job with OIDC" \
    act "$(reader block docs/authentication.md "The job" | act_folder act-oidc)" "${oidc[@]}"
logged "success: deployed"
check "act, containers: docs/ci/github.md, two jobs, the second goes on with the run of the first" \
    act "$(reader block docs/ci/github.md "Deploy in two jobs with an approval between" 1 40 | act_folder act-two)"
logged "object-name workflow:daily_report: stopped" "pipeline-run-id a7ef0634"
for file in github gitea forgejo; do
    check "act, containers: examples/ci/$file.yml" act "$(act_folder act-$file <examples/ci/$file.yml)"
    logged "ended with success"
done
check "act, containers: docs/ci/others.md, Gitea and Forgejo, container:" \
    act "$(reader block docs/ci/others.md "Gitea and Forgejo" | act_folder act-container)"
logged "success: deployed"
check "act, containers: examples/ci/github-source.yml, the job of a push" \
    act "$(act_folder act-source <examples/ci/github-source.yml)" "${oidc[@]}"
logged "3 unchanged" "ended with success"
# Whatever its trigger is, here a push; and the gateway knows one role.
on_push() {
    sed 's/^on: .*/on: push/; s/ci-plan/ci-deploy/'
}
for job in drift export; do
    check "act, containers: examples/ci/github-nightly.yml, $job" \
        act "$(sed 's/^  workflow_dispatch:/  push:/' examples/ci/github-nightly.yml | on_push | act_folder act-nightly-$job)" \
        "${oidc[@]}" --job $job
    logged "3 unchanged"
done
check "act, containers: docs/source.md, the plan of a pull request" \
    act "$(reader block docs/source.md "A plan on every pull request" 1 30 | on_push | act_folder act-plan)" "${oidc[@]}"
logged "3 unchanged"
check "act, containers: docs/source.md, the deployment of a merge" \
    act "$(reader block docs/source.md "Deploy on merge" 1 30 | on_push | act_folder act-merge)" "${oidc[@]}"
logged "3 unchanged"
check "act, containers: docs/source.md, the check of every night" \
    act "$(reader block docs/source.md "Nightly drift check" 1 30 | on_push | act_folder act-night)" "${oidc[@]}"
logged "3 unchanged"
refuse "act, containers: a failed check fails the job, and the next step reads that it failed" \
    act "$(sed 's/workflow:daily_report/hostile_check/' examples/ci/github.yml | act_folder act-bad)" --job deploy
logged "ended with failed"

# --- The image itself ---

# run ARGUMENT...: the image as a CI starts it.
run() {
    "$docker" run --rm --network host --env DATAWORKS_REGION=cn-hangzhou --env DATAWORKS_PROJECT_ID=12345 \
        "${keys[@]/#/--env=}" "${here[@]/#/--env=}" "$@"
}

size() {
    local whole base
    whole=$("$docker" image inspect --format '{{.Size}}' dataworks-deploy)
    base=$("$docker" image inspect --format '{{.Size}}' "$base_image")
    echo "$whole bytes, $((whole - base)) of them on top of $base_image"
    ((whole <= 12 * 1000 * 1000))
}
check "the image has at most 12 MB" size
printf '    %s\n' "$(tail -n 1 "$scratch/log")"

check "it has a shell and certificates" run dataworks-deploy sh -c 'test -s /etc/ssl/certs/ca-certificates.crt && dataworks-deploy --version'

folder=$(fresh image)
: >"$folder/output"
check "as root, with GitHub's files" run -v "$folder:/github" -e GITHUB_ACTIONS=true -e GITHUB_OUTPUT=/github/output \
    -e INPUT_OBJECT-NAME=ods_orders dataworks-deploy
grep -q '^status<<' "$folder/output" || fail "no outputs"
check "as user 12345, on a file system that cannot be written" run --user 12345:12345 --read-only \
    -e DATAWORKS_OBJECT_NAME=ods_orders dataworks-deploy

# What release.yml does, without a compiler: the programs of a release in the place of the stage that makes one.
released() {
    local tree processor
    tree=$(fresh released)
    mkdir -p "$tree/etc/ssl/certs"
    cp /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/"
    for processor in amd64 arm64; do cp "$scratch/bin/dataworks-deploy" "$tree/dataworks-deploy-linux-$processor"; done
    for processor in amd64 arm64; do
        as_root buildah --root "$scratch/buildah" --runroot "$scratch/buildah.run" --storage-driver vfs bud --isolation chroot \
            --arch $processor --build-context build="$tree" --build-arg BASE_IMAGE=scratch -t "localhost/released:$processor" .
    done
}
packages buildah=buildah
check "buildah: Dockerfile with a release's programs, amd64 and arm64" released

# signalled SIGNAL CODE: the program is PID 1; it ends in time, with its code, and takes its run along.
signalled() {
    local name=dwd-signalled-$1 begun code
    "$docker" rm -f "$name" >/dev/null 2>&1 || true
    run -d --name "$name" --env DATAWORKS_OBJECT_NAME=endless_check --env DATAWORKS_ON_CANCEL=abolish dataworks-deploy
    said 'starting PROD_CHECK' "$docker" logs "$name" || return 1
    begun=$SECONDS
    "$docker" wait "$name" >"$scratch/code" &
    "$docker" kill --signal "$1" "$name"
    wait $!
    code=$(<"$scratch/code")
    echo "exit $code after $((SECONDS - begun)) s"
    ((code == $2 && SECONDS - begun < 5))
}
check "PID 1: SIGTERM ends it, exit 143, the run abolished" signalled TERM 143
check "PID 1: SIGINT ends it, exit 130, the run abolished" signalled INT 130

# --- GitLab: gitlab-ci-local. The jobs run in our image as it is; what moves the artifacts has bash and rsync ---

helper_image() {
    local tree library
    tree=$(fresh helper)
    mkdir -p "$tree/usr/bin"
    cp "$(command -v rsync)" "$tree/usr/bin/"
    cp /bin/bash-static "$tree/usr/bin/bash"
    for library in $(ldd "$(command -v rsync)" | grep -o '/[^ ]*'); do
        mkdir -p "$tree$(dirname "$library")"
        cp -L "$library" "$tree$library"
    done
    printf 'FROM dataworks-deploy/job:local\nCOPY . /\n' >"$tree/Dockerfile"
    "$docker" build -t dataworks-deploy/helper:local "$tree"
}
check "gitlab-ci-local: an image that moves artifacts" helper_image
in_containers=(--pull-policy if-not-present --network host --helper-image dataworks-deploy/helper:local --container-executable docker)
folder=$(gitlab_folder gitlab-image <examples/ci/gitlab-ci.yml)
check "gitlab-ci-local, containers: examples/ci/gitlab-ci.yml, the report of the first job loaded by the second" \
    gitlab "$folder" "${in_containers[@]}"
logged "the nodes went by pipeline run a7ef0634" "PASS  nodes" "PASS  reports"
refuse "gitlab-ci-local, containers: a failed check fails the pipeline" \
    gitlab "$folder" "${in_containers[@]}" --variable DATAWORKS_OBJECT_NAME=hostile_check
folder=$(reader block docs/ci/gitlab.md "As a CI/CD component" | gitlab_folder gitlab-image-component)
check "gitlab-ci-local, containers: docs/ci/gitlab.md, the component" gitlab "$folder" "${in_containers[@]}"
logged "success: deployed"

# --- Drone, Woodpecker: the image with a step's settings, and nothing else ---

for ci in drone woodpecker; do
    mapfile -t variables < <(reader plugin $ci examples/ci/$ci.yml "$key_id" "$key_secret")
    check "docker run: examples/ci/$ci.yml, settings as $ci hands them over" \
        "$docker" run --rm --network host "${here[@]/#/--env=}" "${variables[@]/#/--env=}" dataworks-deploy
    logged "object-name ods_orders: success" "workflow:daily_report: success"
done
lawful
