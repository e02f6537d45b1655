import type { Visitor } from "@headcount/core/contract";
import type { CSSProperties, ReactNode } from "react";

/** A visitor's initials on a colour of their own; anonymous ones are all grey. */
export function Avatar({ visitor }: { visitor: Visitor }): ReactNode {
  const { account_id, display_name } = visitor;
  if (account_id === null) {
    return (
      <span className="headcount-avatar" aria-hidden="true">
        ?
      </span>
    );
  }
  const words = display_name.split(/\s+/).filter(Boolean);
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => Array.from(word ?? "")[0],
  );
  const style = { "--headcount-hue": hueOf(account_id) } as CSSProperties;
  return (
    <span className="headcount-avatar headcount-known" style={style} aria-hidden="true">
      {initials.join("").toUpperCase()}
    </span>
  );
}

function hueOf(id: string): number {
  return Array.from(id).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 0);
}
