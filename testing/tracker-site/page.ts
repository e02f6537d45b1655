// A page of a host: it shows the entity that its address names, and another one without a load when the test asks for it.
import {
  createTracker,
  type TrackedView,
  type Tracker,
  type TrackerOptions,
} from "@headcount/react-hooks/tracker";

/** What the page has on its window, for tests. */
export interface PageWindow {
  trackerOptions: TrackerOptions;
  tracker: Tracker;
  view: TrackedView;
  /** Shows another address without a load, led to by a part of the site. */
  go(path: string, surface?: string): void;
  /** When the views of the page began, in milliseconds since 1970. */
  shown: number[];
  /** When the page gained and lost the visitor's attention, in milliseconds since 1970. */
  attention: number[];
}

declare global {
  interface Window extends PageWindow {}
}

const tracker = createTracker(window.trackerOptions);

function show(surface?: string): TrackedView {
  window.shown.push(Date.now());
  const [, entity_type = "", entity_id = ""] = location.pathname.split("/");
  return tracker.trackPageView({ entity_type, entity_id, surface });
}

function showAnother(surface?: string): void {
  window.view.end();
  window.view = show(surface);
}

window.shown = [];
window.tracker = tracker;
window.view = show();
window.go = (path, surface) => {
  history.pushState(null, "", path);
  showAnother(surface);
};
addEventListener("popstate", () => showAnother());

// The tests' own account of when somebody looked at this page.
window.attention = [];
function note(): void {
  const isAttended = document.visibilityState === "visible" && document.hasFocus();
  const wasAttended = window.attention.length % 2 === 1;
  if (isAttended !== wasAttended) window.attention.push(Date.now());
}
note();
addEventListener("focus", note);
addEventListener("blur", note);
document.addEventListener("visibilitychange", note);
