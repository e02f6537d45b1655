import { join } from "node:path";
import type { CollectMessage } from "@headcount/core/contract";
import type { TrackerOptions } from "@headcount/react-hooks/tracker";
import { bundleModule } from "../browser/bundle-module.ts";
import { type Site, serveSite } from "../browser/serve-site.ts";
import type { PageWindow } from "./page.ts";

/** A page view that arrived, and the longest time that arrived for it. */
export interface ArrivedView {
  id: string;
  entity_id: string | number | null;
  session_id: string | number;
  /** Undefined when the view names none. */
  visitor_id: string | number | null | undefined;
  referrer_url: string | null | undefined;
  /** What else the message says of how the view came about. */
  facts: Record<string, unknown>;
  seconds: number | undefined;
}

export interface TrackerSite extends Site {
  /** All that the tracker posted, with the time of its arrival in milliseconds since 1970. */
  posts: { arrived: number; messages: CollectMessage[] }[];
  /** The paths of all requests. */
  requests: string[];
  /** The views that arrived, each once. */
  views: () => ArrivedView[];
  /** What answers the tracker from now on; at first it is 202. */
  answerWith(answer: Answer): void;
}

type Answer = (request: Request) => Response | Promise<Response>;

interface TrackerSiteOptions extends Partial<TrackerOptions> {
  /** A script to run before the page's own. */
  before?: string;
  /**
   * Which of the pages in this folder is served.
   *
   * @default "page.ts"
   */
  page?: "page.ts" | "react-page.tsx";
  /** What other pages have in their heads, by their paths. */
  pages?: Record<string, string>;
}

const scripts = new Map<string, Promise<string>>();

/** The script of a page, made once for all the sites of a test file. */
function bundled(page: string): Promise<string> {
  const script =
    scripts.get(page) ?? bundleModule(join(import.meta.dirname, page), { mode: "development" });
  scripts.set(page, script);
  return script;
}

/**
 * Serves pages that track what they show, and takes what the tracker posts. `/elsewhere` is a page without a
 * tracker, `/requests` lists what was asked for.
 */
export async function serveTrackerSite(options: TrackerSiteOptions = {}): Promise<TrackerSite> {
  const { before = "", page = "page.ts", pages = {}, ...tracker } = options;
  const script = await bundled(page);
  const posts: TrackerSite["posts"] = [];
  const requests: string[] = [];
  let answer: Answer = () => new Response(null, { status: 202 });

  async function collect(request: Request): Promise<Response> {
    const { messages } = (await request.clone().json()) as { messages: CollectMessage[] };
    posts.push({ arrived: Date.now(), messages });
    return answer(request);
  }

  const trackerOptions: PageWindow["trackerOptions"] = { endpoint: "/collect", ...tracker };
  const head = `<script>trackerOptions = ${JSON.stringify(trackerOptions)};${before}</script>
    <script type="module" src="/page.js"></script>`;
  const site = await serveSite((request) => {
    const { pathname } = new URL(request.url);
    requests.push(pathname);
    if (pathname.endsWith("/collect")) return collect(request);
    if (pathname === "/page.js") return content("text/javascript", script);
    if (pathname === "/requests") return Response.json(requests);
    return content("text/html", html({ "/elsewhere": "", ...pages }[pathname] ?? head));
  });
  return {
    ...site,
    posts,
    requests,
    views: () => arrivedViews(posts.flatMap(({ messages }) => messages)),
    answerWith: (newAnswer) => {
      answer = newAnswer;
    },
  };
}

const content = (type: string, body: string): Response =>
  new Response(body, { headers: { "content-type": `${type}; charset=utf-8` } });

const html = (head: string): string =>
  `<!doctype html><meta charset="utf-8"><title>Page</title><link rel="icon" href="data:,">${head}`;

function arrivedViews(messages: CollectMessage[]): ArrivedView[] {
  const views = new Map<string, ArrivedView>();
  for (const message of messages) {
    if (message.type !== "page_view" || views.has(message.id)) continue;
    const { id, entity_id, session_id, visitor_id, referrer_url } = message;
    const { surface, utm_source, utm_medium, utm_campaign, ad_click } = message;
    const facts = { surface, utm_source, utm_medium, utm_campaign, ad_click };
    const times = messages.flatMap((time) =>
      time.type === "time_on_page" && time.page_view_id === id ? [time.seconds] : [],
    );
    const seconds = times.length > 0 ? Math.max(...times) : undefined;
    views.set(id, { id, entity_id, session_id, visitor_id, referrer_url, facts, seconds });
  }
  return [...views.values()];
}
