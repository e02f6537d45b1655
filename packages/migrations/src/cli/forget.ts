import {
  AnalyticsClient,
  type ForgetProgress,
  type ForgettableKind,
  type ForgottenVisitors,
} from "@headcount/core";
import { Option } from "commander";
import { confirmed } from "./confirmed.ts";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { numberIn } from "./number-in.ts";
import { count, seconds, throttled } from "./progress-lines.ts";

interface ForgetFlags {
  inactiveDays: number;
  kind?: ForgettableKind;
  actor?: string;
  dryRun?: true;
  yes?: true;
}

export const forget: Verb = defineVerb<ForgetFlags>({
  name: "forget",
  summary: "make visitors anonymous who did not come for long; every number stays",
  options: [
    new Option("--inactive-days <number>", "those who did not come for so many days")
      .argParser(numberIn)
      .makeOptionMandatory(),
    new Option("--kind <kind>", "anonymous, account or all (default: anonymous)"),
    new Option("--actor <name>", "who asked for it, for the audit"),
    new Option("--dry-run", "say whom it would forget, and write nothing"),
    new Option("--yes", "do not ask"),
  ],
  run: runForget,
});

async function runForget(
  { options, signal, print, json, ...context }: VerbContext,
  { inactiveDays, kind, actor, dryRun, yes }: ForgetFlags,
): Promise<ExitCode> {
  const { pool, schema } = options;
  const note = throttled(context.note);
  const analytics = new AnalyticsClient({ pool, schema });
  const call = { inactiveDays, kind, actor, signal };
  if (dryRun || !yes) {
    const planned = await analytics.forgetVisitors({ ...call, dryRun: true });
    if (dryRun) {
      print(json ? JSON.stringify(planned) : sentence(planned, "Would forget", "would stay"));
      return exitCode.ok;
    }
    const question = {
      planned: sentence(planned, "This forgets", "stay"),
      verb: "forget",
      refused: "Nobody was forgotten.",
    };
    if (!(await confirmed(context, question))) return exitCode.failed;
  }
  const forgotten = await analytics.forgetVisitors({
    ...call,
    onProgress: (progress) => note(progressLine(progress)),
  });
  const { receipt, duration_ms } = forgotten;
  print(
    json
      ? JSON.stringify(forgotten)
      : `${sentence(forgotten, "Forgot", "stay")} Receipt ${receipt}, ${seconds(duration_ms)} s.`,
  );
  return exitCode.ok;
}

function progressLine({ anonymised_views, elapsed_ms, ...progress }: ForgetProgress): string {
  return `  ${people(progress)}, ${count(anonymised_views)} views, ${seconds(elapsed_ms)} s`;
}

function sentence(
  { new_since, anonymised_views, ...forgotten }: ForgottenVisitors,
  did: string,
  stay: string,
): string {
  return `${did} ${people(forgotten)} that did not come since ${new_since}. ${count(anonymised_views)} views ${stay} counted, of nobody who is known.`;
}

type People = Pick<ForgottenVisitors, "accounts" | "visitor_ids" | "sessions">;

function people({ accounts, visitor_ids, sessions }: People): string {
  return `${count(accounts)} accounts, ${count(visitor_ids)} browsers and ${count(sessions)} sessions`;
}
