// Compiles what readers copy: the code blocks of the documents, and every @example of the packages' docstrings. Runs
// those of the documents that are whole.
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentMessages } from "./examples/document-messages.ts";
import type { WrittenExample } from "./examples/example.ts";
import { runExamples } from "./examples/run-examples.ts";
import { writeDocstringExamples, writeGuideExamples } from "./examples/write-examples.ts";
import { linkDependency } from "./link-dependency.ts";
import { readManifest } from "./package-entries.ts";

const root = join(import.meta.dirname, "..");
// Within the repository, so that the packages are read from their sources; Node runs no types below node_modules.
const folder = mkdtempSync(join(root, ".examples-"));
try {
  linkPackages();
  const guides = writeGuideExamples({ root, folder });
  const messages = compile([...guides, ...writeDocstringExamples({ root, folder })]);
  const runnable = guides.filter((one) => !one.isExcerpt && one.language !== "tsx");
  const failures = messages ?? (await runExamples({ root, folder, examples: runnable })).join("\n");
  if (failures !== "") {
    process.stderr.write(`${failures}\n`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

// An example may import the packages, and what docs/package.json says that they are used with.
function linkPackages(): void {
  const folders = new Map<string, string>();
  const packages = globSync("packages/*", { cwd: root });
  for (const path of [...packages, "docs"].map((name) => join(root, name))) {
    const { name, dependencies, peerDependencies } = readManifest(path);
    for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
      folders.set(dependency, join(path, "node_modules", dependency));
    }
    folders.set(name, path);
  }
  for (const [name, path] of folders) linkDependency(folder, name, path);
}

function compile(examples: readonly WrittenExample[]): string | undefined {
  const configuration = {
    extends: "../tsconfig.json",
    compilerOptions: {
      jsx: "react-jsx",
      allowJs: true,
      checkJs: true,
      declaration: false,
      noPropertyAccessFromIndexSignature: false,
    },
    files: examples.map(({ module }) => module),
    include: [],
  };
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(configuration));
  const shell = process.platform === "win32";
  const { status, stdout, stderr, error } = spawnSync("tsc", ["--pretty", "false"], {
    cwd: folder,
    encoding: "utf8",
    shell,
  });
  if (error !== undefined) throw error;
  return status === 0 ? undefined : `${documentMessages(stdout, examples)}${stderr}`;
}
