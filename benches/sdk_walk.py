"""One deployment by the vendor's SDK, as one would write it: create a run, poll, execute each stage in its turn."""

import os
import sys
import time

from alibabacloud_dataworks_public20240518 import models
from alibabacloud_dataworks_public20240518.client import Client
from alibabacloud_tea_openapi.utils_models import Config

PAUSE = 0.3


def connect():
    return Client(
        Config(
            access_key_id=os.environ["ACCESS_KEY_ID"],
            access_key_secret=os.environ["ACCESS_KEY_SECRET"],
            endpoint=os.environ["ENDPOINT"],
            protocol="HTTP",
            region_id="cn-hangzhou",
        )
    )


def deploy(client, project, object_id):
    create = models.CreatePipelineRunRequest(project_id=project, type="Online", object_ids=[object_id])
    run = client.create_pipeline_run(create).body.id
    print("created", run, flush=True)
    executed = set()
    while True:
        pipeline = client.get_pipeline_run(models.GetPipelineRunRequest(project_id=project, id=run)).body.pipeline
        if pipeline.status == "Success":
            return
        if pipeline.status not in ("Init", "Running"):
            sys.exit(f"{pipeline.status}: {pipeline.message}")
        stages = sorted(pipeline.stages, key=lambda stage: stage.step)
        turn = next((stage for stage in stages if stage.status != "Success"), None)
        begins_itself = turn is None or turn is stages[0] or turn.type == "Build"
        if turn and turn.status == "Init" and not begins_itself and turn.code not in executed:
            client.exec_pipeline_run_stage(
                models.ExecPipelineRunStageRequest(project_id=project, id=run, code=turn.code)
            )
            executed.add(turn.code)
            print("executed", turn.code, flush=True)
        time.sleep(PAUSE)


if __name__ == "__main__":
    deploy(connect(), int(os.environ["PROJECT_ID"]), os.environ["OBJECT_ID"])
    print("deployed", flush=True)
