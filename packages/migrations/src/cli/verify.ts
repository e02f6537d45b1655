import { verifyInstallation } from "../verify-installation.ts";
import { type CliContext, type ExitCode, exitCode } from "./cli-command.ts";

export async function verify({ options, print, json }: CliContext): Promise<ExitCode> {
  const verification = await verifyInstallation(options);
  const { faults, schema } = verification;
  if (json) print(JSON.stringify(verification));
  else if (faults.length === 0) {
    print(`The schema "${schema}" is up to date, and everything is in its place.`);
  } else {
    for (const { problem, mend } of faults) print(`${problem}\n    ${mend}`);
  }
  return faults.length === 0 ? exitCode.ok : exitCode.faults;
}
