import type { ReactNode } from "react";
import type { SessionAnswer } from "../../server/session-answer.ts";
import "./entity-picker.css";

type Page = SessionAnswer["pages"][number];
type PageKey = Pick<Page, "entity_type" | "entity_id">;

export interface EntityPickerProps {
  pages: readonly Page[];
  entity: PageKey;
  onPick: (page: PageKey) => void;
}

/** The owner's pages: a list beside the dashboard, or a menu above it where there is little room. */
export function EntityPicker({ pages, entity, onPick }: EntityPickerProps): ReactNode {
  const isPicked = (page: Page): boolean => page.entity_id === entity.entity_id;
  return (
    <nav className="entity-picker screen-only" aria-label="Your pages">
      <h2 className="entity-picker-heading">Your pages</h2>
      <ul className="entity-picker-list">
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
          value={entity.entity_id}
          onChange={({ target }) => {
            const page = pages.find(({ entity_id }) => entity_id === target.value);
            if (page !== undefined) onPick(page);
          }}
        >
          {pages.some(isPicked) || <option value={entity.entity_id}>Another page</option>}
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
