import type { Page } from "./page.ts";
import { ShownView } from "./shown-view.ts";
import type { TrackedView, ViewedEntity } from "./tracker.ts";

/** The entities on the screen. */
export interface ShownViews {
  show(entity: ViewedEntity): TrackedView;
  begin(): void;
  report(): void;
  forget(): void;
  /** Reports all that nobody holds, or all, and counts them no longer. */
  remove(which?: "all"): void;
}

/** @param onEnd called when a view has ended */
export function createShownViews(page: Page, onEnd: () => void): ShownViews {
  const views = new Map<string, ShownView>();

  function show(entity: ViewedEntity): TrackedView {
    const key = `${entity.entity_type}\n${entity.entity_id}`;
    const view = views.get(key) ?? new ShownView(page, entity);
    views.set(key, view);
    view.hold();
    view.begin();
    let isHeld = true;
    return {
      get page_view_id() {
        return view.pageViewId;
      },
      end() {
        if (!isHeld) return;
        isHeld = false;
        view.letGo();
        onEnd();
      },
    };
  }

  return {
    show,
    begin: () => views.forEach((view) => view.begin()),
    report: () => views.forEach((view) => view.report()),
    forget: () => views.forEach((view) => view.forget()),
    remove(which) {
      for (const [key, view] of views) {
        if (which !== "all" && view.isHeld) continue;
        view.report();
        views.delete(key);
      }
    },
  };
}
