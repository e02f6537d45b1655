export interface TrackerOptions {
  /** Where messages are posted: the host's route for them, like `/api/analytics/collect`. */
  endpoint: string;
  /**
   * Whether nothing is measured, stored or sent until {@link Tracker.resume}, for hosts that ask for consent first.
   *
   * @default false
   */
  paused?: boolean | undefined;
  /**
   * Whether the session's id and what is unsent are kept in localStorage. Without it they are kept in memory, so that
   * every load of a page is a session of its own.
   *
   * @default true
   */
  persist?: boolean | undefined;
  /**
   * For how many days a browser is known over sessions, by a random id in localStorage that every view is sent with (`visitor_id`):
   * up to 395, from when it was made. Without it, somebody who is not signed in and comes back after 30 minutes is another visitor.
   * Ask for consent first where the law wants that; with `persist: false` there is none.
   *
   * @default 0
   */
  visitorDays?: number | undefined;
  /**
   * Whether cookies go along to an endpoint of another origin, as `fetch` has it.
   *
   * @default "same-origin"
   */
  credentials?: RequestCredentials | undefined;
}

/** What is on the screen: a kind of thing and its id; `null` stands for pages without an entity. */
export interface ViewedEntity {
  entity_type: string;
  entity_id: string | number | null;
  /**
   * The part of your own site that led to it, like `"search"` or `"similar_listings"`: 1 to 40 of a-z, 0-9, `_` and `-`. It is stored with
   * the view, and does not make another one.
   */
  surface?: string | undefined;
}

/** An entity on the screen. */
export interface TrackedView {
  /** The page view's id; null as long as it is not counted: tracking is paused, or nobody has seen the page yet. */
  readonly page_view_id: string | null;
  /** Says that the entity is no longer on the screen. */
  end(): void;
}

/** Counts page views and reading time. None of its methods ever throws. */
export interface Tracker {
  /**
   * The id of this browser's session, to send along when somebody signs in; null while tracking is paused, before the
   * first view, and after 30 minutes without activity.
   */
  readonly session_id: string | null;
  /** The id of this browser over sessions, as `session_id`; null without `visitorDays`. */
  readonly visitor_id: string | null;
  /**
   * Counts one view of an entity, from now until `end()`, and the time that the page is visible and focused until then.
   *
   * While the entity is shown, another call is another handle on the same view; the view ends with its last handle.
   *
   * @example
   * const view = tracker.trackPageView({ entity_type: "listing", entity_id: 42 });
   * addEventListener("popstate", () => view.end());
   */
  trackPageView(entity: ViewedEntity): TrackedView;
  /** Stops measuring, storing and sending, at once. */
  pause(): void;
  /** Goes on, or begins: what is on the screen is counted from now on. */
  resume(): void;
  /**
   * Pauses, and erases the ids of session and browser and all that is unsent from this device. Other tabs of the site that are open do
   * the same, and each goes on by a `resume()` of its own.
   */
  forget(): void;
  /** Sends what is not yet sent, reading time until now included; resolves when that is answered, whatever the answer. */
  flush(): Promise<void>;
  /** Ends all views, sends what is unsent and stops listening to the page; the next view starts all of it again. */
  close(): void;
}
