import type { Visitor } from "@headcount/core/contract";

/** What is known of a visitor besides the name: the username and the attributes of the account, else what tells it from others. */
export function visitorDetail(
  { username, viewer, ref }: Visitor,
  nameOfRef: (ref: string) => string,
): string {
  const known = [username, ...Object.values(viewer)].filter(Boolean);
  if (known.length > 0) return known.join(" · ");
  return ref === null ? "" : nameOfRef(ref.slice(0, 8));
}
