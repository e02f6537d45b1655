import type { ReactNode } from "react";
import type { ListedPage } from "./pages-table.tsx";

/** What a page is called, and where its numbers are. */
export type PageName = Pick<ListedPage, "title" | "href">;

/** The title of a page, as a link where the host says to where. */
export function PageTitle({ title, href }: PageName): ReactNode {
  return href === undefined ? title : <a href={href}>{title}</a>;
}
