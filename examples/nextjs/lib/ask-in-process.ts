import type { AnalyticsFetcher } from "@headcount/react-hooks/queries";
import { headers } from "next/headers";
import { routes } from "@/lib/routes";

/** Asks the routes without HTTP, as the person who asked for the page. */
export const askInProcess: AnalyticsFetcher = async (path, init) =>
  routes(new Request(`http://localhost${path}`, { ...init, headers: await headers() }));
