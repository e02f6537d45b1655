import { lazy, type ReactNode, Suspense } from "react";
import { Route, Switch } from "wouter";
import { PublicPage } from "./public-page/public-page.tsx";

// visitors of a page need none of it
const Dashboard = lazy(async () => ({
  default: (await import("./dashboard/dashboard.tsx")).Dashboard,
}));

/** The owner's dashboard, and the pages it is about. */
export function App(): ReactNode {
  return (
    <Suspense>
      <Switch>
        <Route path="/:entity_type/:entity_id">{(page) => <PublicPage {...page} />}</Route>
        <Route component={Dashboard} />
      </Switch>
    </Suspense>
  );
}
