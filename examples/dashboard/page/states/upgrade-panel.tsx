import type { ReactNode } from "react";
import { Icon } from "../controls/icon.tsx";
import { useSession, useSignIn } from "../session/use-session.ts";

export interface UpgradePanelProps {
  /** What the plan does not show. */
  about: "range" | "visitors";
}

const words = {
  range: {
    title: "See your full history with Pro",
    text: "The Free plan shows the last 30 days. Pro shows every day since your page went live.",
  },
  visitors: {
    title: "See who viewed your page with Pro",
    text: "Names, visits, time on page and where people came from. Search, sort and export them.",
  },
} as const;

/** In the place of what the owner's plan does not show. Here, upgrading is to become the owner on Pro. */
export function UpgradePanel({ about }: UpgradePanelProps): ReactNode {
  const { title, text } = words[about];
  const session = useSession();
  const signIn = useSignIn();
  const pro = session.data?.demo_users[0];
  return (
    <section className="panel state upgrade">
      <Preview />
      <span className="state-mark">
        <Icon name="lock" />
      </span>
      <h2>{title}</h2>
      <p className="muted">{text}</p>
      {pro !== undefined && (
        <div className="state-actions screen-only">
          <button
            type="button"
            className="button button-primary"
            disabled={signIn.isPending}
            onClick={() => signIn.mutate(pro.id)}
          >
            Try Pro
          </button>
        </div>
      )}
    </section>
  );
}

// what is behind it, without being it
function Preview(): ReactNode {
  return (
    <div className="upgrade-preview screen-only" aria-hidden="true">
      {["A", "B", "C", "D"].map((row) => (
        <div key={row}>
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
