import type { ReactNode } from "react";
import { Link } from "wouter";
import { Icon } from "../controls/icon.tsx";
import { useTitle } from "../dashboard/use-title.ts";

/** For somebody who opens the settings of a host that they don't run. */
export function NotOperator(): ReactNode {
  useTitle("Settings");
  return (
    <section className="panel state state-trouble">
      <span className="state-mark">
        <Icon name="lock" />
      </span>
      <h1>You don't have access to this page</h1>
      <p className="muted">
        Only the operator of the host decides what is kept. Pick that demo account above to try it.
      </p>
      <Link href="/" className="button">
        Your pages
      </Link>
    </section>
  );
}
