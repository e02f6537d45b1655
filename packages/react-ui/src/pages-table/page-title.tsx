import type { ReactNode } from "react";

/** What a page is called, and where its numbers are. */
export interface PageName {
  /** A text, or a link of your router's. */
  title: ReactNode;
  /** Where its numbers are, for a plain link around the title. */
  href?: string | undefined;
}

/** The title of a page, as a link where the host says to where. */
export function PageTitle({ title, href }: PageName): ReactNode {
  return href === undefined ? title : <a href={href}>{title}</a>;
}
