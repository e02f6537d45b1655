import { createUuid } from "./create-uuid.ts";
import type { Page } from "./page.ts";
import type { ViewedEntity } from "./tracker.ts";

/** An entity on the screen, and the view that is counted of it. */
export class ShownView {
  readonly #page: Page;
  readonly #entity: { entity_type: string; entity_id: string | null };
  readonly #surface: string | undefined;
  #id: string | null = null;
  #handles = 0;
  /** What the page's stopwatch showed when the view began, and when its last handle was let go. */
  #began = 0;
  #ended: number | undefined;
  /** The last total that was put out. */
  #seconds = 0;

  constructor(page: Page, { entity_type, entity_id, surface }: ViewedEntity) {
    this.#page = page;
    this.#entity = { entity_type, entity_id: entity_id === null ? null : String(entity_id) };
    this.#surface = surface;
  }

  get pageViewId(): string | null {
    return this.#id;
  }

  get isHeld(): boolean {
    return this.#handles > 0;
  }

  hold(): void {
    this.#handles += 1;
    // taken up again at once, as React does in StrictMode: it never left the screen
    if (this.#ended !== undefined) this.#began += this.#page.attentionMs() - this.#ended;
    this.#ended = undefined;
  }

  letGo(): void {
    this.#handles -= 1;
    if (!this.isHeld) this.#ended = this.#page.attentionMs();
  }

  /** Counts the view, unless it is counted, or has to wait because tracking is paused or nobody sees the page. */
  begin(): void {
    if (this.#id !== null || !this.isHeld || !this.#page.isSeen()) return;
    this.#id = createUuid();
    this.#began = this.#page.attentionMs();
    this.#seconds = 0;
    this.#page.put({
      type: "page_view",
      id: this.#id,
      ...this.#entity,
      session_id: this.#page.sessionId(),
      visitor_id: this.#page.visitorId(),
      viewed_at: new Date().toISOString(),
      surface: this.#surface,
      ...this.#page.arrival.facts(),
    });
  }

  /** Puts out the reading time, when it has grown. */
  report(): void {
    const seconds = Math.round((this.#ended ?? this.#page.attentionMs()) - this.#began) / 1000;
    if (this.#id === null || seconds <= this.#seconds) return;
    this.#seconds = seconds;
    this.#page.put({ type: "time_on_page", page_view_id: this.#id, ...this.#entity, seconds });
  }

  /** Counts it no longer; while it goes on being shown it may begin again, as another view. */
  forget(): void {
    this.#id = null;
  }
}
