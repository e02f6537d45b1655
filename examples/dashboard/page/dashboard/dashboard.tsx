import { AnalyticsProvider } from "@headcount/react-hooks";
import type { ReactNode } from "react";
import { Redirect } from "wouter";
import { type SignedIn, SignedInPage } from "../session/signed-in-page.tsx";
import { NoPages } from "../states/no-pages.tsx";
import { AllPages } from "./all-pages.tsx";
import { EntityPicker } from "./entity-picker.tsx";
import { EntityView } from "./entity-view.tsx";
import { useViewState } from "./use-view-state.ts";
import "./dashboard.css";

/** The owner's page: on the left their pages, on the right one of them. */
export function Dashboard(): ReactNode {
  return (
    <SignedInPage>
      {(session) => (
        <AnalyticsProvider endpoint="/api/analytics">
          <OwnPages {...session} />
        </AnalyticsProvider>
      )}
    </SignedInPage>
  );
}

function OwnPages({ user, pages }: SignedIn): ReactNode {
  const [state, change] = useViewState();
  const shown = state.entity ?? pages[0];
  if (shown === undefined) {
    if (user.is_operator) return <Redirect to="/settings" replace />;
    return (
      <main className="state-alone">
        <NoPages />
      </main>
    );
  }
  const isAll = shown === "all";
  const title = isAll
    ? "All pages"
    : pages.find((page) => page.entity_id === shown.entity_id)?.title;
  const view = { title, plan: user.plan, state, onChange: change };
  return (
    <div className="dashboard">
      {pages.length > 0 && (
        <EntityPicker
          pages={pages}
          entity={shown}
          onPick={(picked) => change({ entity: picked })}
        />
      )}
      <main className="dashboard-main">
        {isAll ? (
          <AllPages {...view} ownerId={user.id} pages={pages} />
        ) : (
          <EntityView
            key={shown.entity_id}
            {...view}
            entity={{ entity_type: shown.entity_type, entity_id: shown.entity_id }}
          />
        )}
      </main>
    </div>
  );
}
