// Builds ../page.html: index.html with its style and its script in it, and a policy that lets nothing else run or load.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const sources = ["index.html", "style.css", "package-lock.json", ...readdirSync("src").sort().map((file) => `src/${file}`)];
const digest = createHash("sha256");
for (const file of sources) digest.update(readFileSync(file));

const { outputFiles } = await build({
  entryPoints: ["src/main.js"],
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
});
const script = outputFiles[0].text.trimEnd();
const scriptHash = createHash("sha256").update(script).digest("base64");
// Plot writes style attributes, which have no hash.
const policy = `default-src 'none'; script-src 'sha256-${scriptHash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;

const parts = {
  "@@POLICY@@": policy,
  "@@SOURCES@@": digest.digest("hex"),
  "@@STYLE@@": readFileSync("style.css", "utf8"),
  "@@SCRIPT@@": script,
};
let page = readFileSync("index.html", "utf8");
// A function, because $ has a meaning in a replacement.
for (const [mark, text] of Object.entries(parts)) page = page.replace(mark, () => text);
writeFileSync("../page.html", page);
console.log(`dashboards/page.html: ${Math.round(page.length / 1000)} kB`);
