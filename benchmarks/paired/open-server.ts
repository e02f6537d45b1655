import { runOn } from "../../testing/postgres/run-on.ts";
import { startPostgres } from "../../testing/postgres/start-postgres.ts";
import { serverSettings } from "../server/server-settings.ts";

/** The server that both checkouts are installed on. */
export interface Server extends AsyncDisposable {
  url: string;
  /** Switches autovacuum on a server of the run's own; somebody's own server is left as it is. */
  setAutovacuum: (on: boolean) => Promise<void>;
}

/** Starts a server without autovacuum, which would disturb the one side or the other, or takes the one that there is. */
export async function openServer(serverUrl: string | undefined): Promise<Server> {
  if (serverUrl !== undefined) {
    const nothing = async (): Promise<void> => undefined;
    return { url: serverUrl, setAutovacuum: nothing, [Symbol.asyncDispose]: nothing };
  }
  const { url, stop } = await startPostgres({ settings: serverSettings() });
  const setAutovacuum = async (on: boolean): Promise<void> => {
    await runOn(url, `alter system set autovacuum = ${on ? "on" : "off"}`);
    await runOn(url, "select pg_reload_conf()");
  };
  await setAutovacuum(false);
  return { url, setAutovacuum, [Symbol.asyncDispose]: stop };
}
