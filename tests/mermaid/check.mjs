// Parses the gantt of every golden summary with the real library, and counts what it understood.
import { readdirSync, readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><body></body>");
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false });

const folder = new URL("../golden/report/", import.meta.url);
let failed = 0;

for (const file of readdirSync(folder).filter((name) => name.endsWith(".md")).sort()) {
  const summary = readFileSync(new URL(file, folder), "utf8");
  const pictures = [...summary.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map((match) => match[1]);
  for (const picture of pictures) await check(file, picture);
  if (pictures.length === 0) console.log(`${file}: no picture`);
}
process.exitCode = failed === 0 ? 0 : 1;

async function check(file, picture) {
  const lines = picture.split("\n").map((line) => line.trim());
  const bars = lines.filter((line) => / :(done|crit|active), /.test(line));
  const sections = lines.filter((line) => line.startsWith("section "));
  try {
    const diagram = await mermaid.mermaidAPI.getDiagramFromText(picture);
    const tasks = diagram.db.getTasks();
    const names = tasks.map((task) => task.task.trim());
    const wanted = bars.map((line) => line.replace(/ :(done|crit|active), .*/, ""));
    if (JSON.stringify(names) !== JSON.stringify(wanted)) throw new Error(`read ${names}, wanted ${wanted}`);
    if (diagram.db.getSections().length !== sections.length) throw new Error("a section was lost");
    if (tasks.some((task) => !(task.endTime > task.startTime))) throw new Error("a bar has no length");
    console.log(`${file}: ${tasks.length} bars in ${sections.length} sections`);
  } catch (error) {
    failed += 1;
    console.error(`${file}: ${error.message}\n${picture}`);
  }
}
