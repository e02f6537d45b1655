import type { ReactNode } from "react";
import { Route, Switch } from "wouter";
import { Dashboard } from "./dashboard/dashboard.tsx";
import { PublicPage } from "./public-page/public-page.tsx";

/** The owner's dashboard, and the pages it is about. */
export function App(): ReactNode {
  return (
    <Switch>
      <Route path="/" component={Dashboard} />
      <Route path="/:entity_type/:entity_id">{(page) => <PublicPage {...page} />}</Route>
      <Route component={Dashboard} />
    </Switch>
  );
}
