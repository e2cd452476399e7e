"""Reads what a shell cannot: the examples of a document, and the variables that a CI makes of its YAML."""

import json
import pathlib
import re
import sys

import yaml


def block(document, heading, nth="1", longest="15"):
    """The nth example under a heading of a document, as it stands."""
    text = pathlib.Path(document).read_text(encoding="utf-8")
    chapter = re.split(rf"^#+ {re.escape(heading)}$", text, maxsplit=1, flags=re.M)[1]
    chapter = re.split(r"^#{2,3} ", chapter, maxsplit=1, flags=re.M)[0]
    blocks = re.findall(r"^```\w+\n(.*?)^```$", chapter, flags=re.M | re.S)
    if int(nth) > len(blocks):
        sys.exit(f"{document} has no example {nth} under {heading}")
    example = blocks[int(nth) - 1]
    if example.count("\n") > int(longest):
        sys.exit(f"{document}: the example under {heading} has {example.count(chr(10))} lines, over {longest}")
    return example


def commands(document):
    """Every shell example of a document that starts the program, without what the runner sets and what is not ours."""
    text = pathlib.Path(document).read_text(encoding="utf-8")
    kept = []
    for example in re.findall(r"^```sh\n(.*?)^```$", text, flags=re.M | re.S):
        lines = [line for line in example.splitlines() if not line.startswith("export ")]
        if any(line.endswith(" dataworks-deploy") for line in lines) and not example.startswith("docker "):
            kept += lines
    return "\n".join(kept)


def plugin(ci, path, key_id, key_secret):
    """The variables that Drone or Woodpecker makes of a step's settings, one a line."""
    secrets = {"aliyun_access_key_id": key_id, "aliyun_access_key_secret": key_secret}
    steps = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))["steps"]
    lines = [f"CI={ci}" if ci == "woodpecker" else "DRONE=true"]
    for name, value in steps[0]["settings"].items():
        if isinstance(value, dict) and set(value) == {"from_secret"}:
            value = secrets[value["from_secret"]]
        elif isinstance(value, (dict, list)):
            value = json.dumps(value) if ci == "woodpecker" else ",".join(map(str, value))
        lines.append(f"PLUGIN_{name.upper()}={value}")
    return "\n".join(lines)


def flow(path):
    """The variables of a pipeline of Yunxiao Flow."""
    pipeline = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))
    plain = lambda value: value if isinstance(value, str) else json.dumps(value)
    return "\n".join(f"{each['key']}={plain(each['value'])}" for each in pipeline["variables"])


def flow_script(path):
    """The commands of the only step of a pipeline of Yunxiao Flow."""
    pipeline = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))
    (stage,) = pipeline["stages"].values()
    (job,) = stage["jobs"].values()
    (step,) = job["steps"].values()
    assert step["step"] == "Command"
    return step["with"]["run"]


def dotenv(path):
    """Reads a report as GitLab does: one bad line rejects the whole file."""
    data = pathlib.Path(path).read_bytes()
    assert len(data) < 5120, f"{len(data)} bytes"
    values = {}
    for line in data.decode("utf-8").split("\n")[:-1]:
        match = re.fullmatch(r"(.*?)=(.*)", line)
        assert match and re.fullmatch(r"[A-Za-z0-9_]+", match[1]), f"not a line of a dotenv report: {line!r}"
        assert "$" not in match[2] and match[1].startswith("DEPLOYED_"), line
        values[match[1]] = match[2]
    return f"DEPLOYED_STATUS={values['DEPLOYED_STATUS']}"


def junit(path):
    """Reads a report with the parser of somebody else, and counts."""
    from junitparser import Failure, JUnitXml

    report = JUnitXml.fromfile(path)
    cases = [case for suite in report for case in suite]
    failures = [result for case in cases for result in case.result if isinstance(result, Failure)]
    assert cases and len({case.name for case in cases}) == len(cases), "each case has a name of its own"
    return f"cases={len(cases)} failures={len(failures)}"


def written_in(language, document):
    """Every example of a document in that language."""
    text = pathlib.Path(document).read_text(encoding="utf-8")
    examples = re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.M | re.S)
    assert examples, f"{document} has no example in {language}"
    return "\n".join(examples)


def terraform(document):
    """The resources of the Terraform example, read by the parser of somebody else; each of a provider that is named."""
    import hcl2

    read = hcl2.loads(written_in("hcl", document))
    providers = {name for name in read["terraform"][0]["required_providers"][0] if not name.startswith("__")}
    kinds = [kind.strip('"') for resource in read["resource"] for kind in resource]
    assert {kind.split("_")[0] for kind in kinds} == providers, f"{kinds} of {providers}"
    return "\n".join(kinds)


if __name__ == "__main__":
    print(globals()[sys.argv[1]](*sys.argv[2:]))
