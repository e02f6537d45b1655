import type { ReactNode } from "react";
import { Link } from "wouter";
import { Icon } from "../controls/icon.tsx";
import { useTitle } from "../dashboard/use-title.ts";

const somebodyElses = "listing/3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b001";

/** For somebody who owns nothing that could be viewed. */
export function NoPages(): ReactNode {
  useTitle("Your pages");
  return (
    <section className="panel state">
      <span className="state-mark">
        <Icon name="report" />
      </span>
      <h1>No pages yet</h1>
      <p className="muted">
        Publish a listing, an article or a profile, and you'll see here who views it. Stats of pages
        that you don't own stay private: try it.
      </p>
      <div className="state-actions">
        <Link className="button" href={`/${somebodyElses}`}>
          View a listing
        </Link>
        <Link className="button" href={`/?entity=${somebodyElses}`}>
          Open its stats
        </Link>
      </div>
    </section>
  );
}
