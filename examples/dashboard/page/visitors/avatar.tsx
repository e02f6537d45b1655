import type { Visitor } from "@headcount/core/contract";
import type { ReactNode } from "react";

const hues = 6;

/** A visitor's initials on a colour of their own; anonymous ones are all grey. */
export function Avatar({ visitor }: { visitor: Visitor }): ReactNode {
  const { account_id, display_name } = visitor;
  if (account_id === null) {
    return (
      <span className="avatar" aria-hidden="true">
        ?
      </span>
    );
  }
  const words = display_name.split(/\s+/).filter(Boolean);
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0]);
  return (
    <span className={`avatar avatar-${hueOf(account_id)}`} aria-hidden="true">
      {initials.join("").toUpperCase()}
    </span>
  );
}

function hueOf(id: string): number {
  return Array.from(id).reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % hues;
}
