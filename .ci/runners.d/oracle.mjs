// Reads a job's log and outputs by the rules of GitHub's runner, has GitHub's own library write the same again, and
// compares: node oracle.mjs NODE_MODULES FOLDER, which holds `log` and `output`.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

const [modules, folder] = process.argv.slice(2);
const { issueCommand } = await import(`file://${modules}/@actions/core/lib/command.js`);
const { prepareKeyValueMessage } = await import(`file://${modules}/@actions/core/lib/file-command.js`);

// Outputs, as the runner reads them: which of `=` and `<<` comes first decides, and a delimiter is a whole line.
function outputs(text) {
  const lines = text.split("\n");
  const values = new Map();
  for (let at = 0; at < lines.length; at += 1) {
    if (lines[at] === "") continue;
    const here = lines[at].indexOf("<<");
    const equals = lines[at].indexOf("=");
    assert(here >= 0 && (equals < 0 || here < equals), `no heredoc: ${lines[at]}`);
    const end = lines.indexOf(lines[at].slice(here + 2), at + 1);
    assert(end > at, `not closed: ${lines[at]}`);
    values.set(lines[at].slice(0, here), lines.slice(at + 1, end).join("\n"));
    at = end;
  }
  return values;
}

const written = outputs(readFileSync(`${folder}/output`, "utf8"));
const result = JSON.parse(written.get("result"));
assert.equal(written.get("status"), "failed");
// JSON keeps a hostile text whole; an output that a shell may print has it on one line, without control characters.
assert(result.message.includes("\n::error::not ours\n##[error]nor this\nEOF\n"));
assert(written.get("message").includes("::error::not ours") && !/\p{Cc}/u.test(written.get("message")));
const again = [...written].map(([name, value]) => `${prepareKeyValueMessage(name, value)}\n`).join("");
writeFileSync(`${folder}/again`, again);
assert.deepEqual(outputs(again), written);

// Workflow commands, as the runner reads them: at a line's start after spaces, or in the older form anywhere.
const plain = (text) => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%25", "%");
const ours = new Set(["add-mask", "debug", "error", "warning", "notice", "group", "endgroup"]);
let commands = 0;
for (const line of readFileSync(`${folder}/log`, "utf8").split("\n")) {
  assert(!/##\[/.test(line), `the older form of a command: ${line}`);
  const match = /^\s*::(?<name>[^ :]*)(?: (?<properties>[^:]*))?::(?<data>.*)$/s.exec(line);
  if (match === null) {
    assert(!line.trimStart().startsWith("::"), `half a command: ${line}`);
    continue;
  }
  const { name, properties, data } = match.groups;
  assert(ours.has(name), `not a command of ours: ${line}`);
  const pairs = (properties ?? "").split(",").filter(Boolean).map((pair) => [pair.slice(0, pair.indexOf("=")), plain(pair.slice(pair.indexOf("=") + 1))]);
  const lines = [];
  const write = process.stdout.write;
  process.stdout.write = (text) => lines.push(text) > 0;
  issueCommand(name, Object.fromEntries(pairs), plain(data));
  process.stdout.write = write;
  assert.equal(line, lines.join("").trimEnd());
  commands += 1;
}
assert(commands > 2, "there are commands in the log");
console.log(`${written.size} outputs, ${commands} commands`);
