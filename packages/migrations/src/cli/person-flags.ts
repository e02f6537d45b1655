import type { PersonQuery } from "@headcount/core";
import { Option } from "commander";

export interface PersonFlags {
  accountId?: string;
  sessionIds?: string[];
  visitorIds?: string[];
  /** False by `--no-linked`. */
  linked: boolean;
}

const several = (text: string): string[] => text.split(",");

/** Those of verbs that are about somebody. */
export const personOptions: readonly Option[] = [
  new Option("--account-id <id>", "somebody's account"),
  new Option("--session-ids <ids>", "sessions, with a comma between").argParser(several),
  new Option("--visitor-ids <ids>", "browsers, with a comma between").argParser(several),
  new Option("--no-linked", "leave out what is linked to these: sessions and browsers"),
];

export function personOf({ accountId, sessionIds, visitorIds }: PersonFlags): PersonQuery {
  return {
    ...(accountId !== undefined && { account_id: accountId }),
    ...(sessionIds !== undefined && { session_ids: sessionIds }),
    ...(visitorIds !== undefined && { visitor_ids: visitorIds }),
  };
}
