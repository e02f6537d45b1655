import type { EntityQuestion } from "../oracle/entity-question.ts";

/** A page view of a history. Ids are numbers that stand for ids of the installation's types; null stands for no id. */
export interface NewView {
  entity_type: string;
  entity: number | null;
  account: number | null;
  session: number | null;
  visitor: number | null;
  owner: number | null;
  /** A date in the reporting zone, whose midnight `seconds` counts from. */
  date: string;
  seconds: number;
  time_on_page: number | null;
}

/** Of the page views in the order they came: every so many, from an offset. */
export interface Selection {
  every: number;
  offset: number;
}

/** What a row trigger of the host does to a row that is being added. */
export interface RowEdit {
  viewed?: Pick<NewView, "entity_type" | "entity">;
  account?: number | null;
  session?: number | null;
  visitor?: number | null;
  owner?: number | null;
  time_on_page?: number | null;
  /** By so many seconds. */
  later?: number;
  remove?: true;
}

/** Somebody, by one of the ids that views have. */
export interface Person {
  of: "account" | "session" | "visitor";
  number: number;
}

/** One thing that happens to an installation. A history is a list of them. */
export type Command =
  | { kind: "add"; views: NewView[] }
  | { kind: "add, edited by a row trigger"; views: NewView[]; edits: RowEdit[] }
  | { kind: "add and remove in one transaction"; views: NewView[]; selection: Selection }
  | { kind: "add and roll back"; views: NewView[] }
  | { kind: "add or replace"; view: NewView; selection: Selection }
  | { kind: "set time on page"; selection: Selection; time_on_page: number | null }
  | { kind: "move in time"; selection: Selection; date: string; seconds: number }
  | { kind: "move to entity"; selection: Selection; entity_type: string; entity: number | null }
  | { kind: "move to session"; selection: Selection; session: number | null }
  | { kind: "move to visitor"; selection: Selection; visitor: number | null }
  | { kind: "move to owner"; selection: Selection; owner: number | null }
  | { kind: "log in"; session: number; account: number | null }
  | { kind: "edit what does not count"; selection: Selection }
  | { kind: "remove"; selection: Selection }
  /** Somebody, in steps of two views; or so that the views stay. */
  | { kind: "erase"; person: Person }
  | { kind: "anonymise"; person: Person }
  /** Those who did not come since a date, in steps of two views, and nobody else. */
  | { kind: "forget"; who: "anonymous" | "account" | "all"; before: string }
  | { kind: "erase entity"; entity_type: string; entity: number | null }
  /** Page views of dates before the first of a month, in steps of some views. */
  | { kind: "prune"; before: string }
  | { kind: "truncate" }
  | { kind: "fold"; limit: number }
  | { kind: "fold slots"; slots: number; limit: number }
  | { kind: "fold everything"; limit: number }
  | { kind: "rebuild"; from: string | null; to: string | null; step_limit: number | null }
  /** From nothing, as after an installation; views are removed and added while it goes on. */
  | { kind: "read history in"; step_limit: number; selection: Selection; views: NewView[] }
  /** From what is there; views are removed, folded and added while it goes on. */
  | { kind: "add level"; level: Level; step_limit: number; selection: Selection; views: NewView[] }
  | { kind: "remove level"; level: Level; step_limit: number }
  /** Of one entity; they are counted step by step, or stay out of date. */
  | { kind: "add breakdowns"; entity_type: string; entity: number | null }
  | { kind: "remove breakdowns"; entity_type: string; entity: number | null }
  | { kind: "count breakdowns"; limit: number; steps: number }
  /** What is known of where they came from, and with what they were viewed. */
  | { kind: "edit facts"; selection: Selection; source_no: number | null; device_no: number | null }
  | { kind: "compare" };

/** What is counted besides entities. */
export type Level = "owner" | "type" | "site";

/** A question that is asked of a history; its entity is a number as well, and so is the owner of a level. */
export interface Question extends Omit<EntityQuestion, "entity_id"> {
  entity: number | null;
  /** What else is asked the same, where it is counted. */
  level: Level;
  owner: number;
}

export interface History {
  /** Those that are counted from the beginning. */
  levels: Level[];
  /** Of which entities breakdowns are kept from the beginning. */
  breakdowns: Pick<NewView, "entity_type" | "entity">[];
  commands: Command[];
  questions: Question[];
}
