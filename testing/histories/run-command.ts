import type { ClientBase } from "pg";
import { foldEverything } from "../oracle/fold-everything.ts";
import { forgetHistory, readHistoryStep } from "../oracle/read-history-step.ts";
import { rebuildSteps } from "../oracle/rebuild-steps.ts";
import { forgetInHistory } from "./forget-in-history.ts";
import type { Command, NewView, Person, RowEdit, Selection } from "./history.ts";
import { idOf } from "./id-of.ts";
import { type Installation, ownerIdOf } from "./installation.ts";
import {
  anonymiseInHistory,
  eraseInHistory,
  isPruned,
  type PersonIds,
  pruneInHistory,
  sealedBefore,
} from "./prune-in-history.ts";
import { editsAsUrl } from "./row-trigger.ts";
import { switchBreakdowns } from "./switch-breakdowns.ts";
import { addLevel, removeLevel } from "./switch-level.ts";

/** Does one thing of a history to the database that `client` is connected to; "compare" is for the caller. */
export async function runCommand(
  client: ClientBase,
  installation: Installation,
  command: Command,
): Promise<void> {
  const { timeZone } = installation;
  switch (command.kind) {
    case "add":
      return addViews(client, installation, command.views);
    case "add, edited by a row trigger":
      return addViews(
        client,
        installation,
        command.views,
        // what comes to a sealed date and is taken away again may be folded one after the other
        (await isPruned(client)) ? [] : command.edits,
      );
    case "add and remove in one transaction":
      await client.query("begin");
      await addViews(client, installation, command.views);
      await changeSelected(client, "delete from page_views", command.selection);
      await client.query("commit");
      return;
    case "add and roll back":
      await client.query("begin");
      await addViews(client, installation, command.views);
      await client.query("rollback");
      return;
    case "add or replace":
      return addOrReplace(client, installation, command.view, command.selection);
    case "set time on page":
      return changeSelected(client, "update page_views set time_on_page = $3", command.selection, [
        command.time_on_page,
      ]);
    case "move in time":
      return changeSelected(
        client,
        "update page_views set viewed_at = $3::timestamp at time zone $4 + make_interval(secs => $5)",
        command.selection,
        [command.date, timeZone, command.seconds],
      );
    case "move to entity":
      return changeSelected(
        client,
        "update page_views set entity_type = $3, entity_id = $4",
        command.selection,
        [command.entity_type, idOf(installation.entityId, command.entity)],
      );
    case "move to session":
      return changeSelected(client, "update page_views set session_id = $3", command.selection, [
        idOf(installation.sessionId, command.session),
      ]);
    case "move to visitor":
      return changeSelected(client, "update page_views set visitor_id = $3", command.selection, [
        idOf(installation.sessionId, command.visitor),
      ]);
    case "move to owner":
      return changeSelected(client, "update page_views set owner_id = $3", command.selection, [
        idOf(ownerIdOf(installation), command.owner),
      ]);
    case "log in":
      await client.query(
        `update page_views set account_id = $1 where session_id = $2 and ${notSealed}`,
        [
          idOf(installation.accountId, command.account),
          idOf(installation.sessionId, command.session),
        ],
      );
      return;
    case "edit what does not count":
      return changeSelected(
        client,
        "update page_views set referrer_url = 'https://example.com', time_on_page = time_on_page",
        command.selection,
      );
    case "remove":
      return changeSelected(client, "delete from page_views", command.selection);
    case "erase":
      return eraseInHistory(client, installation, personParameters(installation, command.person));
    case "anonymise":
      return anonymiseInHistory(
        client,
        installation,
        personParameters(installation, command.person),
      );
    case "forget":
      return forgetInHistory(client, installation, command);
    case "erase entity":
      // of sessions that went on elsewhere nobody knows any more where
      if (await isPruned(client)) return;
      return eraseEntity(client, installation, command);
    case "prune":
      return pruneInHistory(client, command.before);
    case "truncate":
      await client.query("truncate page_views, oracle.pruned_page_views");
      return;
    case "fold":
      await client.query("select fold_page_view_changes($1)", [command.limit]);
      return;
    case "fold slots":
      for (let slot = 0; slot < command.slots; slot += 1) {
        await client.query("select fold_page_view_changes($1, 8)", [command.limit]);
      }
      return;
    case "fold everything":
      return foldEverything(client, command.limit);
    case "rebuild":
      return rebuild(client, command);
    case "read history in":
      if (await isPruned(client)) return;
      return readHistoryIn(client, installation, command);
    case "add level":
      if (await isPruned(client)) return;
      return addLevel(client, command, [
        () => changeSelected(client, "delete from page_views", command.selection),
        async () => {
          await client.query("select fold_page_view_changes(3, 8)");
          await addViews(client, installation, command.views);
        },
        () => client.query("select fold_page_view_changes(5)"),
      ]);
    case "add breakdowns":
    case "remove breakdowns":
      return switchBreakdowns(client, installation, command);
    case "count breakdowns":
      for (let step = 0; step < command.steps; step += 1) {
        await client.query("select count_breakdowns_step($1)", [command.limit]);
      }
      return;
    case "edit facts":
      return changeSelected(
        client,
        "update page_views set source_no = $3, device_no = $4",
        command.selection,
        [command.source_no, command.device_no],
      );
    case "remove level":
      return removeLevel(client, command);
    case "compare":
      return;
  }
}

function personParameters(
  { accountId, sessionId }: Installation,
  { of, number }: Person,
): PersonIds {
  const id = idOf(sessionId, number);
  return [
    of === "account" ? idOf(accountId, number) : null,
    of === "session" ? [id] : [],
    of === "visitor" ? [id] : [],
  ];
}

async function eraseEntity(
  client: ClientBase,
  { entityId }: Installation,
  { entity_type, entity }: Command & { kind: "erase entity" },
): Promise<void> {
  for (let done = false; !done; ) {
    const { rows } = await client.query<{ done: boolean }>(
      "select done from erase_entity_step($1, coalesce($2, oracle.no_entity()), 3, gen_random_uuid(), null)",
      [entity_type, idOf(entityId, entity)],
    );
    done = rows[0]?.done ?? true;
  }
  // what it had reached is forgotten with it
  await client.query(
    "delete from oracle.milestones where entity_type = $1 and entity_id = coalesce($2, oracle.no_entity()::text)",
    [entity_type, idOf(entityId, entity)],
  );
}

async function rebuild(
  client: ClientBase,
  { from: earliest, to, step_limit }: Command & { kind: "rebuild" },
): Promise<void> {
  const sealed = await sealedBefore(client);
  if (sealed !== null && to !== null && to < sealed) return;
  const from = sealed !== null && earliest !== null && earliest < sealed ? sealed : earliest;
  if (step_limit === null) {
    await client.query("select aggregate_page_views($1, $2)", [from, to]);
  } else {
    await rebuildSteps(client, { from, to, stepLimit: step_limit });
  }
}

async function readHistoryIn(
  client: ClientBase,
  installation: Installation,
  { step_limit, selection, views }: Command & { kind: "read history in" },
): Promise<void> {
  await forgetHistory(client);
  await readHistoryStep(client, step_limit);
  await changeSelected(client, "delete from page_views", selection);
  await readHistoryStep(client, step_limit);
  await addViews(client, installation, views);
  while (!(await readHistoryStep(client, step_limit)));
}

// Of a view that came late to a date whose other views are gone, it is not known what is left when it is taken away: nor when the visitor
// came first that day, nor in which hours.
const notSealed = "(viewed_at at time zone oracle.time_zone())::date >= oracle.sealed_before()";
const viewColumns =
  "entity_type, entity_id, account_id, session_id, visitor_id, owner_id, viewed_at, time_on_page";

function viewValues(installation: Installation, first: number): string {
  const { entityId, accountId, sessionId } = installation;
  const $ = (nth: number): string => `$${first + nth}`;
  return `(${$(0)}, ${$(1)}::${entityId}, ${$(2)}::${accountId}, ${$(3)}::${sessionId}, ${$(4)}::${sessionId},
    ${$(5)}::${ownerIdOf(installation)}, ${$(6)}::timestamp at time zone $1 + make_interval(secs => ${$(7)}), ${$(8)}::integer)`;
}

function viewParameters(installation: Installation, view: NewView): unknown[] {
  return [
    view.entity_type,
    idOf(installation.entityId, view.entity),
    idOf(installation.accountId, view.account),
    idOf(installation.sessionId, view.session),
    idOf(installation.sessionId, view.visitor),
    idOf(ownerIdOf(installation), view.owner),
    view.date,
    view.seconds,
    view.time_on_page,
  ];
}

async function addViews(
  client: ClientBase,
  installation: Installation,
  views: NewView[],
  edits: RowEdit[] = [],
): Promise<void> {
  await client.query(
    `insert into page_views (${viewColumns}, referrer_url)
     select v.*, $2 from (values ${views.map((_, n) => viewValues(installation, 3 + 9 * n)).join(", ")}) v`,
    [
      installation.timeZone,
      edits.length === 0 ? null : editsAsUrl(installation, edits),
      ...views.flatMap((view) => viewParameters(installation, view)),
    ],
  );
}

async function addOrReplace(
  client: ClientBase,
  installation: Installation,
  view: NewView,
  { offset }: Selection,
): Promise<void> {
  await client.query(
    `insert into page_views (id, ${viewColumns})
     select coalesce((select id from page_views where ${notSealed} order by id offset $11 limit 1), nextval('page_views_id_seq')), v.*
     from (values ${viewValues(installation, 2)}) v
     on conflict (id) do update set (${viewColumns}) =
       (select excluded.entity_type, excluded.entity_id, excluded.account_id, excluded.session_id, excluded.visitor_id, excluded.owner_id, excluded.viewed_at, excluded.time_on_page)`,
    [installation.timeZone, ...viewParameters(installation, view), offset],
  );
}

async function changeSelected(
  client: ClientBase,
  change: string,
  { every, offset }: Selection,
  parameters: unknown[] = [],
): Promise<void> {
  await client.query(
    `${change} where id in (
       select id from (select id, row_number() over (order by id) as nth from page_views) numbered
       where nth % $1::integer = $2::integer % $1::integer) and ${notSealed}`,
    [every, offset, ...parameters],
  );
}
