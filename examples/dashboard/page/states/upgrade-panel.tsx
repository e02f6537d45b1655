import type { ReactNode } from "react";
import { Icon } from "../controls/icon.tsx";
import { useSession, useSignIn } from "../session/use-session.ts";

export interface UpgradePanelProps {
  title: string;
  /** What there is to see. */
  children: ReactNode;
}

/** In the place of what the owner's plan does not show. Here, upgrading is to become the owner on Pro. */
export function UpgradePanel({ title, children }: UpgradePanelProps): ReactNode {
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
      <p className="muted">{children}</p>
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
