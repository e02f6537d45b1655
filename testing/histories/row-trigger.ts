import type { Pool } from "pg";
import type { RowEdit } from "./history.ts";
import { idOf } from "./id-of.ts";
import { type Installation, ownerIdOf } from "./installation.ts";

/**
 * Gives page views a row trigger, as a host may have: it edits each row that is being added as the row's own `referrer_url`
 * says. Its edits are captured before the statement's insert is.
 */
export async function installRowTrigger(pool: Pick<Pool, "query">): Promise<void> {
  await pool.query(`
    create function edit_added_view() returns trigger language plpgsql as $$
      declare
        edit jsonb;
      begin
        for edit in select value from jsonb_array_elements(new.referrer_url::jsonb) loop
          if edit ? 'remove' then
            delete from page_views where id = new.id;
          else
            update page_views p set
              (entity_type, entity_id, account_id, session_id, visitor_id, owner_id, viewed_at, time_on_page) = (
                select
                  r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.owner_id,
                  r.viewed_at + make_interval(secs => coalesce((edit ->> 'later')::float8, 0)), r.time_on_page
                from jsonb_populate_record(p, edit) r
              )
            where p.id = new.id;
          end if;
        end loop;
        return null;
      end $$;
    create trigger edit_added_view after insert on page_views
      for each row when (new.referrer_url like '[%') execute function edit_added_view()`);
}

/** What a row's `referrer_url` has to be for the trigger to do this to it. */
export function editsAsUrl(installation: Installation, edits: readonly RowEdit[]): string {
  const { entityId, accountId, sessionId } = installation;
  return JSON.stringify(
    edits.map(({ viewed, account, session, visitor, owner, ...rest }) => ({
      ...rest,
      ...(viewed && {
        entity_type: viewed.entity_type,
        entity_id: idOf(entityId, viewed.entity),
      }),
      ...(account !== undefined && { account_id: idOf(accountId, account) }),
      ...(session !== undefined && { session_id: idOf(sessionId, session) }),
      ...(visitor !== undefined && { visitor_id: idOf(sessionId, visitor) }),
      ...(owner !== undefined && { owner_id: idOf(ownerIdOf(installation), owner) }),
    })),
  );
}
