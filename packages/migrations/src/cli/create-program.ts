import { Command, CommanderError } from "commander";
import { libraryVersion } from "../generated/library-version.ts";
import { aggregate } from "./aggregate.ts";
import { breakdowns } from "./breakdowns.ts";
import { check } from "./check.ts";
import type { CalledVerb } from "./define-verb.ts";
import { erase } from "./erase.ts";
import { eraseEntity } from "./erase-entity.ts";
import { exportVerb } from "./export.ts";
import { facts } from "./facts.ts";
import { forget } from "./forget.ts";
import { levels } from "./levels.ts";
import { moveEntity } from "./move-entity.ts";
import { plan } from "./plan.ts";
import { print } from "./print.ts";
import { prune } from "./prune.ts";
import { rebuild } from "./rebuild.ts";
import { repair } from "./repair.ts";
import { schedule } from "./schedule.ts";
import { status } from "./status.ts";
import { uninstallVerb } from "./uninstall.ts";
import { unschedule } from "./unschedule.ts";
import { up } from "./up.ts";
import { UsageError } from "./usage-error.ts";
import { verify } from "./verify.ts";

const groups = {
  "Install:": [up, plan, status, print, check, uninstallVerb],
  "Keep up to date:": [
    aggregate,
    rebuild,
    verify,
    repair,
    levels,
    breakdowns,
    facts,
    schedule,
    unschedule,
  ],
  "Answer a person:": [exportVerb, erase],
  "Erase or move an entity:": [eraseEntity, moveEntity],
  "Keep less:": [prune, forget],
};

const exitCodes = `
Exit codes:
  0 done   1 failed   2 wrong usage   3 pending (status --check)   4 faults (check, verify)   130 interrupted`;

interface ProgramOptions {
  /** Writes the help, or the version. */
  print: (text: string) => void;
  /** Runs a verb. */
  call: (called: CalledVerb) => Promise<void>;
}

/** Reads the command line and calls the verb that it names. */
export function createProgram({ print: write, call }: ProgramOptions): Command {
  const program = new Command("npx @headcount/migrations")
    .usage("<verb> [options]")
    .version(libraryVersion, "--version", "the version of this package")
    .helpCommand("help [verb]", "what a verb does, and which options it takes")
    .addHelpText("after", exitCodes);
  for (const [heading, verbs] of Object.entries(groups)) {
    program.commandsGroup(heading);
    for (const verb of verbs) program.addCommand(verb(call));
  }
  for (const command of [program, ...program.commands]) {
    command
      .helpOption("-h, --help", "this help")
      .exitOverride()
      // what is wrong is thrown, and said once, without a page of help
      .configureOutput({ writeOut: (text) => write(text.trimEnd()), writeErr: () => undefined });
  }
  return program;
}

/**
 * Runs the verb that the command line names.
 *
 * @throws {UsageError}
 */
export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // the help and the version end the program as well
    if (error.exitCode === 0) return;
    throw new UsageError(usageSentence({ error, program, argv }));
  }
}

interface WrongUsage {
  error: CommanderError;
  program: Command;
  argv: readonly string[];
}

function usageSentence({ error, program, argv }: WrongUsage): string {
  const verbs = program.commands.map((command) => command.name()).join(", ");
  const [first] = argv;
  if (first === undefined || first.startsWith("-")) {
    return `A verb comes first: give one of ${verbs}.`;
  }
  const [problem = "", suggestion] = error.message
    .replace(/^error: /, "")
    .replace(/^unknown command/, "unknown verb")
    .split("\n");
  const sentence = `${problem.slice(0, 1).toUpperCase()}${problem.slice(1)}`.replace(/\.?$/, ".");
  const owners =
    error.code === "commander.unknownOption" ? verbsWithOption({ problem, program }) : "";
  if (owners !== "") return `${sentence} ${owners}`;
  if (suggestion !== undefined) return `${sentence} ${suggestion.slice(1, -1)}`;
  return error.code === "commander.unknownCommand"
    ? `${sentence} Give one of ${verbs}.`
    : `${sentence} Run: ${program.name()} help ${first}`;
}

interface UnknownOption extends Pick<WrongUsage, "program"> {
  problem: string;
}

/** Which verbs have this option: a known option was meant for one of them, not misspelled. */
function verbsWithOption({ problem, program }: UnknownOption): string {
  const [, flag] = /'(--[\w-]+)/.exec(problem) ?? [];
  const owners = program.commands
    .filter(({ options }) => options.some(({ long }) => long === flag))
    .map((command) => command.name());
  return owners.length === 0 ? "" : `${flag} belongs to ${owners.join(", ")}.`;
}
