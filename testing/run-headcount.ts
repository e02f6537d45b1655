import { runCli } from "../packages/migrations/src/cli/run-cli.ts";

interface Surroundings {
  /** The value of DATABASE_URL. */
  url?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Who sits at the terminal; without it, there is none. */
  confirm?: ((question: string) => Promise<boolean>) | undefined;
}

/** What the command line answered. */
export interface HeadcountRun {
  code: number;
  stdout: string;
  stderr: string;
  /** Both, in their order. */
  lines: string[];
}

/** Runs a command of the migrations' CLI in this process: `up --schema public`. */
export async function runHeadcount(
  command: string,
  { url, signal = new AbortController().signal, confirm }: Surroundings = {},
): Promise<HeadcountRun> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const lines: string[] = [];
  const code = await runCli({
    argv: command.split(" "),
    env: url === undefined ? {} : { DATABASE_URL: url },
    print: (line) => lines.push(line) && stdout.push(line),
    note: (line) => lines.push(line) && stderr.push(line),
    confirm,
    signal,
  });
  return { code, stdout: stdout.join("\n"), stderr: stderr.join("\n"), lines };
}
