import { checkInstallation } from "../check-installation.ts";
import { defineVerb, installationOptions, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";

export const check: Verb = defineVerb({
  name: "check",
  summary: "compare the installed tables, functions and triggers with those of the migrations",
  options: installationOptions,
  run: runCheck,
});

async function runCheck({ options, print, json }: VerbContext): Promise<ExitCode> {
  const found = await checkInstallation(options);
  const { faults, schema } = found;
  if (json) print(JSON.stringify(found));
  else if (faults.length === 0) {
    print(`The schema "${schema}" is up to date, and everything is in its place.`);
  } else {
    for (const { problem, fix } of faults) print(`${problem}\n    ${fix}`);
  }
  return faults.length === 0 ? exitCode.ok : exitCode.faults;
}
