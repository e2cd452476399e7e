// GitHub's own parser over an action and over workflows: node workflows.cjs action.yml workflow.yml...
import { readFileSync } from "node:fs";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";

let wrong = 0;
for (const path of process.argv.slice(2)) {
  const parse = path.endsWith("action.yml") ? parseAction : parseWorkflow;
  const { context } = parse({ name: path, content: readFileSync(path, "utf8") }, new NoOperationTraceWriter());
  for (const error of context.errors.getErrors()) {
    console.log(`${path}: ${error.message}`);
    wrong += 1;
  }
}
process.exit(wrong === 0 ? 0 : 1);
