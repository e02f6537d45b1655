import { execFile, execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { copyFile, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { showProgress } from "../show-progress.ts";

const run = promisify(execFile);
const cwd = join(import.meta.dirname, "..", "..");

/** The script that drives this checkout. */
export const ownDriver: string = join(import.meta.dirname, "driver.ts");

/** A commit's files with the packages that they need, in a temporary folder that is gone when it is disposed of. */
export interface Checkout extends AsyncDisposable {
  /** The script that drives it. */
  driver: string;
}

/**
 * The short name of a commit.
 *
 * @throws {Error} when this repository does not have it
 */
export async function shortNameOf(commit: string): Promise<string> {
  const words = ["rev-parse", "--verify", "--short", `${commit}^{commit}`];
  try {
    return (await run("git", words, { cwd })).stdout.trim();
  } catch (cause) {
    throw new Error(`--against is "${commit}": give a commit that this repository has.`, { cause });
  }
}

/** Checks a commit out, and installs its packages. */
export async function checkOut(commit: string): Promise<Checkout> {
  const parent = await mkdtemp(join(tmpdir(), "headcount-against-"));
  const remove = (): void => {
    rmSync(parent, { recursive: true, force: true });
    execFileSync("git", ["worktree", "prune"], { cwd });
  };
  // also when a signal ends the run
  process.once("exit", remove);
  const folder = join(parent, "checkout");
  await run("git", ["worktree", "add", "--detach", folder, commit], { cwd });
  showProgress(`installing the packages of ${commit}`);
  // a script of its own installs what is missing before it starts
  await run("node", [join("scripts", "boot.mjs"), "bench:run", "--help"], { cwd: folder });
  showProgress(`checked out ${commit} with its packages\n`);

  const driver = join(folder, "benchmarks", "driver-of-pair.ts");
  await copyFile(ownDriver, driver);
  return {
    driver,
    async [Symbol.asyncDispose]() {
      process.off("exit", remove);
      remove();
    },
  };
}
