# Runners that start the program on this machine: act, gitlab-ci-local, Jenkins's shell, and what Drone, Woodpecker and
# Yunxiao Flow make of their YAML. GitHub's own library is the oracle of what is written for GitHub.
# shellcheck shell=bash

where=(DATAWORKS_REGION=cn-hangzhou DATAWORKS_PROJECT_ID=12345)

# --- GitHub: act, without containers ---

act_host() {
    "$python/act" push -W "$1" --directory "$2" -P ubuntu-latest=-self-hosted \
        "${here[@]/#/--env=}" \
        --secret ALIYUN_ACCESS_KEY_ID="$key_id" --secret ALIYUN_ACCESS_KEY_SECRET="$key_secret" "${@:3}"
}

folder=$(fresh act-host)
commit "$folder"
check "act, host: the next step reads the outputs" act_host "$parts/act.yml" "$folder" --job good
logged "all there: 42"
refuse "act, host: a failed check fails the job, hostile texts and all" act_host "$parts/act.yml" "$folder" --job bad
logged "came through: 42" "Job failed"
! grep -E "❗ +::[a-z]+::(not|nor)" "$scratch/log" || fail "act took a text of the service for a command"

# --- GitHub: its own library ---

folder=$(fresh oracle)
touch "$folder/output" "$folder/summary.md"
refuse "a failed check, as GitHub gets it" env "${keys[@]}" "${here[@]}" "${where[@]}" DATAWORKS_OBJECT_NAME=hostile_check \
    GITHUB_ACTIONS=true GITHUB_OUTPUT="$folder/output" GITHUB_STEP_SUMMARY="$folder/summary.md" dataworks-deploy
cp "$scratch/log" "$folder/log"
check "@actions/core: outputs and workflow commands are what GitHub's own library writes" \
    "$node" "$parts/oracle.mjs" "$modules" "$folder"

# --- GitLab: gitlab-ci-local, without containers ---

folder=$(gitlab_folder gitlab-two <examples/ci/gitlab-ci.yml)
check "gitlab-ci-local, shell: examples/ci/gitlab-ci.yml, two deployments, the report of the first loaded by the second" \
    gitlab "$folder" --force-shell-executor
logged "the nodes went by pipeline run a7ef0634" "PASS  nodes" "PASS  reports"
check "GitLab's rules for a dotenv report" reader dotenv "$folder/deploy.env"
logged "DEPLOYED_STATUS=success"
check "junitparser: the JUnit report" reader junit "$folder/deploy.xml"
logged "cases=3 failures=0"

refuse "gitlab-ci-local, shell: a failed check fails the pipeline" \
    gitlab "$folder" --force-shell-executor --variable DATAWORKS_OBJECT_NAME=hostile_check
check "GitLab's rules for a dotenv report of hostile texts" reader dotenv "$folder/deploy.env"
logged "DEPLOYED_STATUS=failed"
check "junitparser: a JUnit report of hostile texts" reader junit "$folder/deploy.xml"
logged "cases=3 failures=1"

folder=$(gitlab_folder gitlab-component <examples/ci/gitlab-component.yml)
check "gitlab-ci-local, shell: examples/ci/gitlab-component.yml with templates/deploy.yml" gitlab "$folder" --force-shell-executor
logged "ended with success"
refuse "gitlab-ci-local: the component refuses an input of another type" \
    gitlab "$(sed 's/on-cancel: abolish/submit: perhaps/' examples/ci/gitlab-component.yml | gitlab_folder gitlab-wrong)" --list
logged "submit"

folder=$(reader block docs/ci/gitlab.md "Deploy in two jobs with an approval between" 1 40 | gitlab_folder gitlab-approval)
check "gitlab-ci-local, shell: docs/ci/gitlab.md, two jobs, the manual one goes on with the run of the first" \
    gitlab "$folder" --force-shell-executor --manual production
logged "object-name workflow:daily_report: stopped" "pipeline-run-id a7ef0634" "PASS  production"
folder=$(reader block README.md "First deployment on GitLab CI" | gitlab_folder gitlab-readme)
check "gitlab-ci-local, shell: README, GitLab CI" gitlab "$folder" --force-shell-executor
logged "success: deployed"
folder=$(reader block docs/ci/gitlab.md "In one job" | gitlab_folder gitlab-one)
check "gitlab-ci-local, shell: docs/ci/gitlab.md, in one job" gitlab "$folder" --force-shell-executor
logged "success: deployed"
folder=$(reader block docs/ci/gitlab.md "As a CI/CD component" | gitlab_folder gitlab-included)
check "gitlab-ci-local, shell: docs/ci/gitlab.md, as a component" gitlab "$folder" --force-shell-executor
logged "success: deployed"

folder=$(gitlab_folder gitlab-source <examples/ci/gitlab-source.yml)
check "gitlab-ci-local, shell: examples/ci/gitlab-source.yml, the job of a push" gitlab "$folder" --force-shell-executor
logged "3 unchanged" "PASS  deploy"
check "gitlab-ci-local, shell: the same, the plan of a merge request" \
    gitlab "$folder" --force-shell-executor --variable CI_PIPELINE_SOURCE=merge_request_event plan
logged "3 unchanged" "PASS  plan"
folder=$(gitlab_folder gitlab-nightly <examples/ci/gitlab-nightly.yml)
check "gitlab-ci-local, shell: examples/ci/gitlab-nightly.yml, the check, the export and the merge request" \
    gitlab "$folder" --force-shell-executor --variable CI_PIPELINE_SOURCE=schedule
logged "3 unchanged, 0 drifted" "0 changed, 3 unchanged" "nothing changed" "PASS  drift" "PASS  merge-request"
folder=$(reader block docs/source.md "On GitLab CI" 1 30 | gitlab_folder gitlab-page)
check "gitlab-ci-local, shell: docs/source.md, on GitLab CI, the job of a push" gitlab "$folder" --force-shell-executor
logged "3 unchanged" "PASS  deploy"

# --- Jenkins: Groovy runs the file, with stand-ins for the steps; `sh` is what Jenkins starts: sh -xe ---

# jenkins FOLDER FILE
jenkins() {
    (cd "$1" && env JENKINS_URL=http://jenkins.example/ BUILD_TAG=jenkins-deploy-1 STAGE_NAME=Deploy "${here[@]}" \
        KEY_ID="$key_id" KEY_SECRET="$key_secret" \
        java -cp "$modules/npm-groovy-lint/lib/java/groovy/lib/*" groovy.ui.GroovyMain "$parts/jenkins.groovy" "$2")
}

folder=$(fresh jenkins)
check "Groovy and dash -xe: examples/ci/Jenkinsfile" jenkins "$folder" "$repository/examples/ci/Jenkinsfile"
logged "deployed by pipeline run a7ef0634"
check "junitparser: the JUnit report" reader junit "$folder/deploy.xml"
reader block README.md "First deployment on Jenkins" 1 30 >"$folder/readme.groovy"
reader block docs/ci/jenkins.md "Scripted pipeline" >"$folder/scripted.groovy"
for file in readme scripted; do
    check "Groovy and dash -xe: $file.groovy of the documents" jenkins "$folder" $file.groovy
    logged "+ exec dataworks-deploy" "junit deploy.xml"
done

# Jenkins kills an aborted build's processes by SIGTERM, and by SIGKILL five seconds later.
abort() {
    local begun pid code=0
    env "${keys[@]}" "${here[@]}" "${where[@]}" JENKINS_URL=http://jenkins.example/ DATAWORKS_OBJECT_NAME=endless_check \
        DATAWORKS_ON_CANCEL=abolish dash -xe -c 'exec dataworks-deploy' &
    pid=$!
    said 'starting PROD_CHECK' cat "$scratch/log" || return 1
    begun=${EPOCHREALTIME/./}
    kill -TERM $pid
    wait $pid || code=$?
    echo "exit $code after $(((${EPOCHREALTIME/./} - begun) / 1000)) ms"
    ((code == 143 && ${EPOCHREALTIME/./} - begun < 5000000))
}
check "dash -xe: aborted, gone within 5 s, and the pipeline run with it" abort
gateway_says "of 8604388726201130004: Cancel"

# --- Drone, Woodpecker, Yunxiao Flow ---

reader block docs/ci/others.md "Drone and Woodpecker" >"$scratch/runs/steps.yml"
for ci in drone woodpecker; do
    folder=$(fresh $ci)
    check "examples/ci/$ci.yml, settings as $ci hands them over" \
        plugin $ci examples/ci/$ci.yml env DRONE_OUTPUT="$folder/output" dataworks-deploy
    logged "object-name ods_orders: success" "workflow:daily_report: success"
    [[ $ci == woodpecker ]] || check "the outputs as Harness takes them" reader dotenv "$folder/output"
    check "docs/ci/others.md, Drone and Woodpecker, as $ci hands it over" plugin $ci "$scratch/runs/steps.yml" dataworks-deploy
done

# --- Without Docker: the lines that fetch the program ---

folder=$(fresh fetch)
reader block docs/ci/github.md "Without Docker" >"$folder/fetch.sh"
fetch() {
    (cd "$folder" && env "${keys[@]}" "${here[@]}" "${where[@]}" DATAWORKS_OBJECT_NAME=ods_orders sh -ex fetch.sh)
}
check "sh: docs/ci/github.md, Without Docker: fetched, its sum checked, run" fetch
logged "dataworks-deploy-linux-amd64: OK" "success: deployed"
echo >>"$scratch/release/dataworks-deploy-linux-amd64"
refuse "sh: the same, of a file that was tampered with" fetch
cp "$scratch/bin/dataworks-deploy" "$scratch/release/dataworks-deploy-linux-amd64"

# --- A plain shell: every command of the documents ---

commands() {
    local script folder
    folder=$(fresh commands)
    warehouse "$folder"
    commit "$folder"
    script=$(reader commands "$1" | sed "s|DATAWORKS_WORKFLOW_CODE=|DATAWORKS_WORKFLOW_ENDPOINT=$address &|")
    env -C "$folder" "${keys[@]}" "${here[@]}" "${where[@]}" sh -ex -c "$script"
}
for page in README.md docs/deploying.md docs/source.md docs/run-after.md docs/ci/others.md; do
    check "sh: every command of $page" commands $page
done

# flow FILE FOLDER: the folder's step.sh, with the variables that Flow makes of the file's.
flow() {
    local variables
    mapfile -t variables < <(reader flow "$1")
    env -C "$2" "${keys[@]}" "${here[@]}" "${variables[@]}" bash -e step.sh
}

folder=$(fresh flow)
reader flow_script examples/ci/yunxiao.yml >"$folder/step.sh"
check "bash: examples/ci/yunxiao.yml, variables as Flow hands them over" flow examples/ci/yunxiao.yml "$folder"
logged "object-name ods_orders: success" "workflow:daily_report: success"
folder=$(fresh flow-readme)
reader block docs/ci/others.md "云效 Flow (Yunxiao)" >"$folder/flow.yml"
{
    reader block docs/ci/github.md "Without Docker" | sed '/^exec /d'
    reader flow_script "$folder/flow.yml"
} >"$folder/step.sh"
check "bash: docs/ci/others.md, Yunxiao, after the lines that fetch the program" flow "$folder/flow.yml" "$folder"
logged "object-name ods_orders: success" "workflow:daily_report: success"
lawful
