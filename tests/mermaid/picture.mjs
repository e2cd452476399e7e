// Renders a summary as GitHub shows it, its gantt too: `node picture.mjs SUMMARY.md PICTURE.png`. Needs Chromium.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { marked } from "marked";

const [summary, picture] = process.argv.slice(2);
const [width, height] = [900, 1200];
const style = `
  body { font: 15px/1.5 "DejaVu Sans", "Noto Sans CJK SC", "Noto Color Emoji", sans-serif; color: #1f2328; margin: 24px; width: ${width - 48}px }
  table { border-collapse: collapse } th, td { border: 1px solid #d1d9e0; padding: 5px 12px; text-align: left }
  th { background: #f6f8fa } code { background: #eff1f3; padding: 1px 5px; border-radius: 5px; font-size: 13px }
  h2, h3 { border-bottom: 1px solid #d1d9e0; padding-bottom: 5px } blockquote { border-left: 4px solid #d1d9e0; margin: 0; padding-left: 14px; color: #59636e }
  .alert { border-left-color: #cf222e; color: inherit } .alert b { color: #cf222e }
  a { color: #0969da; text-decoration: none }`;

const renderer = new marked.Renderer();
const code = renderer.code.bind(renderer);
renderer.code = (block) => (block.lang === "mermaid" ? `<pre class="mermaid">${block.text}</pre>` : code(block));
// GitHub's alert, `> [!CAUTION]`, is not in GFM.
const alert = /<blockquote>\s*<p>\[!(\w+)\]/g;
const framed = (_, kind) => `<blockquote class="alert"><p><b>${kind[0]}${kind.slice(1).toLowerCase()}</b><br>`;
const body = marked(readFileSync(summary, "utf8"), { gfm: true, renderer }).replace(alert, framed);
const mermaid = pathToFileURL(resolve(import.meta.dirname, "node_modules/mermaid/dist/mermaid.min.js"));
const page = `<!doctype html><meta charset="utf-8"><style>${style}</style>${body}
<script src="${mermaid}"></script><script>mermaid.initialize({ startOnLoad: true, gantt: { useWidth: ${width - 60} } })</script>`;

const folder = mkdtempSync(join(tmpdir(), "summary-"));
const file = join(folder, "summary.html");
writeFileSync(file, page);
execFileSync("chromium", [
  "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking",
  `--user-data-dir=${join(folder, "profile")}`, "--allow-file-access-from-files", "--force-device-scale-factor=1.5",
  `--window-size=${width},${height}`, "--virtual-time-budget=8000", `--screenshot=${resolve(picture)}`, pathToFileURL(file).href,
], { stdio: "ignore" });
rmSync(folder, { recursive: true, force: true });
