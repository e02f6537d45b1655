// A page of a host that has nothing of its own but a panel: how it looks is what the address asks for.
import { AnalyticsProvider } from "@headcount/react-hooks";
import {
  Analytics,
  AnalyticsPanel,
  Chart,
  PagesTable,
  RangePicker,
  TopPages,
  VisitorList,
  WhereFrom,
} from "@headcount/react-ui";
import { de } from "@headcount/react-ui/messages";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";

const params = new URLSearchParams(location.search);
const entity = { entity_type: "listing", entity_id: params.get("id") ?? "7" };
// of everything of its type
const type = params.get("type");
const viewed = type === null ? { entity } : { of: { level: "type", entity_type: type } as const };
const page = ({ entity_id }: { entity_id: string | null }) => ({
  title: `Listing ${entity_id}`,
  href: `#${entity_id}`,
});
const german = params.has("german") ? { messages: de, locale: "de" } : {};

const pages: Readonly<Record<string, ReactNode>> = {
  panel: (
    <AnalyticsPanel
      {...viewed}
      page={page}
      compare
      live={params.has("live") && 60_000}
      anonymousBy="session"
      {...german}
    />
  ),
  slots: (
    <Analytics
      entity={entity}
      defaultRange="90d"
      historyDays={30}
      slots={{
        upgrade: (about) => <p>Upgrade for the {about}</p>,
        trouble: ({ error, retry }) => <button onClick={retry}>Again after {error.status}</button>,
        empty: (about) => <p>Nothing for the {about}</p>,
      }}
      classNames={{ chart: "of-the-host" }}
    >
      <RangePicker />
      <Chart />
      <WhereFrom locked />
      <VisitorList locked />
    </Analytics>
  ),
  top: <TopPages of={{ level: "type", entity_type: "listing" }} page={page} compare {...german} />,
  list: (
    <PagesTable
      entities={[
        { ...entity, title: "The seventh", href: "#seventh" },
        { entity_type: "listing", entity_id: "none", title: "Another one" },
        { entity_type: "listing", entity_id: "8", title: <a href="#eighth">The eighth</a> },
      ]}
      compare
      {...german}
    />
  ),
};

// The answers are kept in a client of its own, beside that of the rest of the page.
const queryClient = new QueryClient();
const tree = (
  <QueryClientProvider client={new QueryClient()}>
    <AnalyticsProvider endpoint="/api/analytics" queryClient={queryClient}>
      <h1>Stats</h1>
      {pages[location.pathname.slice(1)]}
    </AnalyticsProvider>
  </QueryClientProvider>
);

const root = document.body.appendChild(document.createElement("main"));
if (params.has("rendered")) {
  root.innerHTML = renderToString(tree);
  // what does not fit is said in the title
  hydrateRoot(root, tree, {
    onRecoverableError: (error) => {
      document.title = String(error);
    },
  });
} else {
  createRoot(root).render(tree);
}
