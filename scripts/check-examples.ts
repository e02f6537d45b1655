// Compiles what readers copy: the code blocks of the documents, and every @example of the packages' docstrings.
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { docstringExamples } from "./examples/docstring-examples.ts";
import { documentMessages, type Place } from "./examples/document-messages.ts";
import { exampleModule } from "./examples/example-module.ts";
import { markdownExamples } from "./examples/markdown-examples.ts";
import { publicNames } from "./examples/public-names.ts";
import { linkDependency } from "./link-dependency.ts";
import { readManifest } from "./package-entries.ts";

const root = join(import.meta.dirname, "..");
const documents = ["README.md", "{packages,examples}/*/README.md", "docs/**/*.md"];
const sources = "packages/*/src/**/*.{ts,tsx}";
const isTest = /\.test(-d)?\.tsx?$/;
const packages = globSync("packages/*", { cwd: root });

// Within the repository, so that the packages are read from their sources.
const cache = join(root, "node_modules/.cache");
mkdirSync(cache, { recursive: true });
const work = mkdtempSync(join(cache, "examples-"));
try {
  linkPackages();
  const places = writeExamples();
  const shell = process.platform === "win32";
  const { status, stdout, stderr, error } = spawnSync("tsc", ["--pretty", "false"], {
    cwd: work,
    encoding: "utf8",
    shell,
  });
  if (error !== undefined) throw error;
  if (status !== 0) {
    process.stderr.write(`${documentMessages(stdout, places)}${stderr}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

// An example may import the packages, and what docs/package.json says that they are used with.
function linkPackages(): void {
  const folders = new Map<string, string>();
  for (const folder of [...packages, "docs"].map((path) => join(root, path))) {
    const { name, dependencies, peerDependencies } = readManifest(folder);
    for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
      folders.set(dependency, join(folder, "node_modules", dependency));
    }
    folders.set(name, folder);
  }
  for (const [name, folder] of folders) linkDependency(work, name, folder);
}

function writeExamples(): Map<string, Place> {
  const places = new Map<string, Place>();
  const imports = packages.map((path) => [path, publicNames(join(root, path))] as const);
  for (const document of globSync([...documents, sources], { cwd: root })) {
    if (isTest.test(document)) continue;
    const text = readFileSync(join(root, document), "utf8");
    const examples = document.endsWith(".md") ? markdownExamples(text) : docstringExamples(text);
    const [, ownImports] = imports.find(([path]) => document.startsWith(join(path, "/"))) ?? [];
    for (const { language, line, code } of examples) {
      const file = `${places.size + 1}.${language}`;
      writeFileSync(join(work, file), exampleModule(code, ownImports));
      places.set(file, { document, line });
    }
  }
  const configuration = {
    extends: "../../../tsconfig.json",
    compilerOptions: { jsx: "react-jsx", noUnusedLocals: false },
    files: [...places.keys()],
    include: [],
  };
  writeFileSync(join(work, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify(configuration));
  return places;
}
