import type { ReactNode } from "react";
import { Link } from "wouter";
import { Icon } from "../controls/icon.tsx";
import "./states.css";

const somebodyElses = "listing/3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b001";

/** For somebody who owns nothing that could be viewed. */
export function NoPages(): ReactNode {
  return (
    <section className="panel state">
      <span className="state-mark">
        <Icon name="report" />
      </span>
      <h2>You have no pages yet</h2>
      <p className="muted">
        Once you put up a listing, an article or a profile, you see here who viewed it, how many,
        and when. Nobody sees the numbers of somebody else's page: try it.
      </p>
      <div className="state-actions">
        <Link className="button" href={`/${somebodyElses}`}>
          View a listing
        </Link>
        <Link className="button" href={`/?entity=${somebodyElses}`}>
          Ask for its numbers
        </Link>
      </div>
    </section>
  );
}
