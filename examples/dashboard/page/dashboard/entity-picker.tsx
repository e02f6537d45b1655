import type { ReactNode } from "react";
import type { SessionAnswer } from "../../server/session-answer.ts";
import "./entity-picker.css";

type Page = SessionAnswer["pages"][number];
type PageKey = Pick<Page, "entity_type" | "entity_id">;

export interface EntityPickerProps {
  pages: readonly Page[];
  /** One of them, or all. */
  entity: PageKey | "all";
  onPick: (page: PageKey | "all") => void;
}

/** The owner's pages: a list beside the dashboard, or a menu above it where there is little room. */
export function EntityPicker({ pages, entity, onPick }: EntityPickerProps): ReactNode {
  const isAll = entity === "all";
  const isPicked = (page: Page): boolean => !isAll && page.entity_id === entity.entity_id;
  return (
    <nav className="entity-picker screen-only" aria-label="Your pages">
      <h2 className="entity-picker-heading">Your pages</h2>
      <ul className="entity-picker-list">
        <li>
          <button
            type="button"
            className="entity-picker-page"
            aria-current={isAll ? "page" : undefined}
            onClick={() => onPick("all")}
          >
            All pages
          </button>
        </li>
        {pages.map((page) => (
          <li key={page.entity_id}>
            <button
              type="button"
              className="entity-picker-page"
              aria-current={isPicked(page) ? "page" : undefined}
              onClick={() => onPick(page)}
            >
              <span>{page.title}</span>
              <span className="entity-picker-type">{page.entity_type}</span>
            </button>
          </li>
        ))}
      </ul>
      <label className="entity-picker-menu">
        <span className="visually-hidden">Page</span>
        <select
          className="field"
          value={isAll ? entity : entity.entity_id}
          onChange={({ target }) =>
            onPick(pages.find(({ entity_id }) => entity_id === target.value) ?? "all")
          }
        >
          <option value="all">All pages</option>
          {isAll || pages.some(isPicked) || <option value={entity.entity_id}>Another page</option>}
          {pages.map((page) => (
            <option key={page.entity_id} value={page.entity_id}>
              {page.title}
            </option>
          ))}
        </select>
      </label>
    </nav>
  );
}
