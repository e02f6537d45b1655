import { lazy, type ReactNode, Suspense } from "react";
import { Route, Switch } from "wouter";
import { PublicPage } from "./public-page/public-page.tsx";

// visitors of a page need none of it
const Dashboard = lazy(async () => ({
  default: (await import("./dashboard/dashboard.tsx")).Dashboard,
}));

// nor do owners need what is the operator's
const Settings = lazy(async () => ({
  default: (await import("./settings/settings.tsx")).Settings,
}));

/** The owner's dashboard, the pages it is about, and the settings of the host. */
export function App(): ReactNode {
  return (
    <Suspense>
      <Switch>
        <Route path="/:entity_type/:entity_id">{(page) => <PublicPage {...page} />}</Route>
        <Route path="/settings" component={Settings} />
        <Route component={Dashboard} />
      </Switch>
    </Suspense>
  );
}
