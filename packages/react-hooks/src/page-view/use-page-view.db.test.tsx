import "../../../../testing/react/install-dom.ts";
import { cleanup, render } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createReactHost, type ReactHost } from "../../../../testing/react/react-host.ts";
import { AnalyticsProvider } from "../provider/analytics-provider.tsx";
import { createTracker } from "../tracker/create-tracker.ts";
import type { ViewedEntity } from "../tracker/tracker.ts";
import { usePageView } from "./use-page-view.ts";

let host: ReactHost;

beforeAll(async () => {
  host = await createReactHost("hooks page view");
});
afterAll(() => host[Symbol.asyncDispose]());
afterEach(() => {
  cleanup();
  localStorage.clear();
});

function Page({ entity }: { entity: ViewedEntity | null }): ReactNode {
  usePageView(entity);
  return null;
}

async function countViews(): Promise<Record<string, number>> {
  const { rows } = await host.database.pool.query<{ entity: string; views: number }>(
    `select entity_type || ' ' || coalesce(entity_id, '-') as entity, count(*)::int as views
     from page_views group by 1`,
  );
  return Object.fromEntries(rows.map(({ entity, views }) => [entity, views]));
}

test("one view is counted for each entity that is shown, in StrictMode too", async () => {
  const page = (entity: ViewedEntity | null) => (
    <StrictMode>
      <AnalyticsProvider endpoint={`${host.routes.endpoint}/`}>
        <Page entity={entity} />
      </AnalyticsProvider>
    </StrictMode>
  );
  const { rerender } = render(page(null));
  rerender(page({ entity_type: "listing", entity_id: 7 }));
  await expect.poll(countViews).toEqual({ "listing 7": 1 });
  rerender(page({ entity_type: "listing", entity_id: "7" }));
  rerender(page({ entity_type: "home", entity_id: null }));
  await expect.poll(countViews).toEqual({ "listing 7": 1, "home -": 1 });
});

test("a tracker of the host's is used, and stays open", async () => {
  const tracker = createTracker({ endpoint: `${host.routes.endpoint}/collect` });
  const fetcher = () => new Response();
  const { unmount } = render(
    <AnalyticsProvider fetcher={fetcher} tracker={tracker}>
      <Page entity={{ entity_type: "listing", entity_id: "8" }} />
    </AnalyticsProvider>,
  );
  unmount();
  const view = tracker.trackPageView({ entity_type: "listing", entity_id: "9" });
  await tracker.flush();
  expect(await countViews()).toMatchObject({ "listing 8": 1, "listing 9": 1 });
  view.end();
  tracker.close();
});

test("without a provider an endpoint is enough, and all hooks of a page share one tracker", async () => {
  // an options object of its own at each render, as one writes it
  function PublicPage({ entity }: { entity: ViewedEntity }): ReactNode {
    usePageView(entity, { endpoint: host.routes.endpoint });
    return null;
  }
  const page = (
    <StrictMode>
      <PublicPage entity={{ entity_type: "article", entity_id: "1" }} />
      <PublicPage entity={{ entity_type: "author", entity_id: "2" }} />
    </StrictMode>
  );
  const { rerender } = render(page);
  await expect.poll(countViews).toMatchObject({ "article 1": 1, "author 2": 1 });
  rerender(page);
  const { rows } = await host.database.pool.query(
    "select distinct session_id from page_views where entity_type in ('article', 'author')",
  );
  expect(rows).toHaveLength(1);
});

test("options win over what a provider has", async () => {
  const tracker = createTracker({ endpoint: `${host.routes.endpoint}/collect` });
  function Featured(): ReactNode {
    usePageView({ entity_type: "listing", entity_id: "10" }, { tracker });
    return null;
  }
  render(
    <AnalyticsProvider fetcher={() => new Response()}>
      <Featured />
    </AnalyticsProvider>,
  );
  await tracker.flush();
  expect(await countViews()).toMatchObject({ "listing 10": 1 });
  tracker.close();
});

test("without a provider and without an endpoint it says what is missing", () => {
  expect(() => render(<Page entity={null} />)).toThrow(
    /^usePageView does not know where views are counted: give it { endpoint: "\/api\/analytics" }/,
  );
});

test("below a fetcher without a tracker it says what is missing", () => {
  const tree = (
    <AnalyticsProvider fetcher={() => new Response()}>
      <Page entity={null} />
    </AnalyticsProvider>
  );
  expect(() => render(tree)).toThrow(/^usePageView has no tracker: give <AnalyticsProvider> one/);
});
