"""One push of a folder by the vendor's SDK, as one would write it: list what there is, read each object, compare, write
what differs, deploy it; 16 at once. It does less than `source`: it does not know who wrote last, does not read back what
it wrote, and does not look for an answer that was lost."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alibabacloud_dataworks_public20240518 import models
from sdk_walk import connect, deploy

AT_ONCE = 16

client = connect()
project = int(os.environ["PROJECT_ID"])


class Object:
    """A folder with a spec: the object, its code, and the nodes that it has as a workflow."""

    def __init__(self, file):
        self.spec = json.loads(file.read_text())
        self.is_node = self.spec["kind"] == "Node"
        self.body = self.spec["spec"]["nodes" if self.is_node else "workflows"][0]
        self.path = self.body["script"]["path"]
        self.nodes = []
        for code in (other for other in file.parent.iterdir() if other.is_file() and other != file):
            self.body["script"]["content"] = code.read_text()


def read(folder):
    """The workflows and the nodes that stand alone."""
    objects = {file.parent: Object(file) for file in sorted(folder.rglob("*.spec.json"))}
    alone = []
    for place, one in objects.items():
        workflow = next((objects[above] for above in place.parents if above in objects), None)
        (workflow.nodes if workflow else alone).append(one)
    return alone


def pages(operation, request, field):
    """The id of each object by its path."""
    ids, number = {}, 1
    while True:
        info = operation(request(project_id=project, page_size=100, page_number=number)).body.paging_info
        found = getattr(info, field) or []
        ids.update((one.script.path, one.id) for one in found)
        if number * 100 >= int(info.total_count or 0):
            return ids
        number += 1


def is_in(ours, theirs):
    """Whether all that the repository says is in what the workspace has."""
    if isinstance(ours, dict):
        return isinstance(theirs, dict) and all(is_in(value, theirs.get(name)) for name, value in ours.items())
    if isinstance(ours, list):
        return isinstance(theirs, list) and all(any(is_in(one, other) for other in theirs) for one in ours)
    return ours == theirs


def differs(one, object_id):
    if one.is_node:
        answer = client.get_node(models.GetNodeRequest(project_id=project, id=object_id)).body.node.spec
        spec = json.loads(answer)["spec"]
        # A node of a workflow comes inside that workflow.
        return not is_in(one.body, (spec.get("nodes") or spec["workflows"][0]["nodes"])[0])
    request = models.GetWorkflowDefinitionRequest(project_id=project, id=object_id)
    spec = client.get_workflow_definition(request).body.workflow_definition.spec
    return not is_in(one.body, json.loads(spec)["spec"]["workflows"][0])


def create(one, container=None):
    spec = json.dumps(one.spec)
    if not one.is_node:
        return client.create_workflow_definition(
            models.CreateWorkflowDefinitionRequest(project_id=project, spec=spec)
        ).body.id
    request = models.CreateNodeRequest(
        project_id=project, spec=spec, scene="DATAWORKS_PROJECT", container_id=container
    )
    return client.create_node(request).body.id


def update(one, object_id):
    if not one.is_node:
        sys.exit(f"{one.path}: the fields of this workflow differ")
    fields = {"id": object_id, "name": one.body["name"], "script": one.body["script"]}
    spec = {"version": one.spec["version"], "kind": "Node", "spec": {"nodes": [fields]}}
    client.update_node(models.UpdateNodeRequest(project_id=project, id=object_id, spec=json.dumps(spec)))


def push(unit, workflows, nodes):
    unit_id, is_changed = (nodes if unit.is_node else workflows).get(unit.path), False
    for one in [unit, *unit.nodes]:
        object_id = (nodes if one.is_node else workflows).get(one.path)
        if object_id is None:
            object_id, is_changed = create(one, unit_id if one is not unit else None), True
        elif differs(one, object_id):
            update(one, object_id)
            is_changed = True
        unit_id = unit_id or object_id
    if is_changed:
        deploy(client, project, unit_id)
    return is_changed


units = read(Path(os.environ["SOURCE"]))
nodes = pages(client.list_nodes, models.ListNodesRequest, "nodes")
workflows = pages(client.list_workflow_definitions, models.ListWorkflowDefinitionsRequest, "workflow_definitions")
with ThreadPoolExecutor(AT_ONCE) as pool:
    changed = list(pool.map(lambda unit: push(unit, workflows, nodes), units))
print("deployed", sum(changed), "of", len(units))
