import { AnalyticsProvider } from "@headcount/react-hooks";
import type { ReactNode } from "react";
import { SignIn } from "../session/sign-in.tsx";
import { TopBar } from "../session/top-bar.tsx";
import { useSession } from "../session/use-session.ts";
import { NoPages } from "../states/no-pages.tsx";
import { TroublePanel } from "../states/trouble-panel.tsx";
import { AllPages } from "./all-pages.tsx";
import { EntityPicker } from "./entity-picker.tsx";
import { EntityView } from "./entity-view.tsx";
import { useViewState } from "./use-view-state.ts";
import "./dashboard.css";

/** The owner's page: on the left their pages, on the right one of them. */
export function Dashboard(): ReactNode {
  const session = useSession();
  return (
    <>
      <TopBar session={session.data} />
      {session.isError && (
        <main className="dashboard-state">
          <TroublePanel alone error={session.error} retry={() => void session.refetch()} />
        </main>
      )}
      {session.data?.user === null && <SignIn users={session.data.demo_users} />}
      {session.data?.user && (
        <AnalyticsProvider endpoint="/api/analytics">
          <SignedIn user={session.data.user} pages={session.data.pages} />
        </AnalyticsProvider>
      )}
    </>
  );
}

type Session = NonNullable<ReturnType<typeof useSession>["data"]>;

interface SignedInProps {
  user: NonNullable<Session["user"]>;
  pages: Session["pages"];
}

function SignedIn({ user, pages }: SignedInProps): ReactNode {
  const [state, change] = useViewState();
  const shown = state.entity ?? pages[0];
  if (shown === undefined) {
    return (
      <main className="dashboard-state">
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
          <AllPages {...view} pages={pages} />
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
