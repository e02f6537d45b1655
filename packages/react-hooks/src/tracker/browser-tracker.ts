import type { CollectMessage } from "@headcount/core/contract";
import { attempt } from "./attempt.ts";
import { type Arrival, createArrival } from "./create-arrival.ts";
import { createOutbox, type Outbox } from "./create-outbox.ts";
import { createSender, type Sender } from "./create-sender.ts";
import { createSession, inactivityMs, type Session } from "./create-session.ts";
import { createShownViews, type ShownViews } from "./create-shown-views.ts";
import { beatMs, createStopwatch } from "./create-stopwatch.ts";
import { createStore } from "./create-store.ts";
import { type BrowserVisitor, createVisitor } from "./create-visitor.ts";
import type { Page } from "./page.ts";
import type { TrackedView, Tracker, TrackerOptions, ViewedEntity } from "./tracker.ts";

/** A tracker that watches a page; its methods may throw. */
export class BrowserTracker implements Tracker, Page {
  readonly #session: Session;
  readonly #visitor: BrowserVisitor;
  readonly #outbox: Outbox;
  readonly #sender: Sender;
  readonly #views: ShownViews;
  readonly #stopwatch = createStopwatch();
  readonly arrival: Arrival = createArrival();
  #isPaused: boolean;
  /** Whether the page is in the browser's back/forward cache, or on its way out. */
  #isLeft = false;
  /** Whether the outbox holds what pages have left: another page may have sent or erased it since this one was left. */
  #hasLoaded = false;
  #lastAttended = Date.now();
  #listening: AbortController | undefined;
  #closing: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TrackerOptions) {
    const {
      endpoint,
      paused = false,
      persist = true,
      visitorDays = 0,
      credentials = "same-origin",
    } = options;
    const store = createStore(persist);
    this.#isPaused = paused;
    this.#session = createSession(store);
    this.#visitor = createVisitor(store, persist ? visitorDays : 0);
    this.#outbox = createOutbox(store, `headcount:outbox:${endpoint}`);
    this.#sender = createSender({
      endpoint,
      credentials,
      outbox: this.#outbox,
      isOn: () => !this.#isPaused && this.#hasLoaded,
    });
    this.#views = createShownViews(this, () => this.#removeEndedSoon());
  }

  get session_id(): string | null {
    return this.#isPaused ? null : this.#session.active();
  }

  get visitor_id(): string | null {
    return this.#isPaused ? null : this.#visitor.known();
  }

  trackPageView(entity: ViewedEntity): TrackedView {
    this.#start();
    return this.#views.show(entity);
  }

  pause(): void {
    this.#isPaused = true;
    this.#sender.stop();
    this.#look();
  }

  resume(): void {
    this.#isPaused = false;
    this.#look();
  }

  forget(): void {
    this.#drop();
    this.#visitor.erase();
    this.#session.erase();
  }

  async flush(): Promise<void> {
    this.#views.report();
    await this.#sender.send();
  }

  close(): void {
    // not at once: React in StrictMode takes all of it up again in the same task
    this.#closing ??= setTimeout(() => attempt(() => this.#stop()));
  }

  attentionMs(): number {
    return this.#stopwatch.total();
  }

  isSeen(): boolean {
    // prerendered pages and tabs opened in the background are hidden until somebody looks at them
    return !this.#isPaused && !this.#isLeft && document.visibilityState === "visible";
  }

  sessionId(): string {
    return this.#session.id();
  }

  visitorId(): string | undefined {
    return this.#visitor.id();
  }

  put(message: CollectMessage): void {
    this.#outbox.put(message);
    if (message.type === "page_view") this.#sender.sendSoon();
  }

  #start(): void {
    clearTimeout(this.#closing);
    this.#closing = undefined;
    if (this.#listening !== undefined) return;
    this.#listening = new AbortController();
    this.#listen(this.#listening.signal);
    this.#look();
  }

  #listen(signal: AbortSignal): void {
    const on = (target: EventTarget, type: string, act: (event: Event) => void): void =>
      target.addEventListener(type, (event) => attempt(() => act(event)), { signal });
    on(document, "visibilitychange", () => this.#onVisibilityChange());
    on(window, "pagehide", () => this.#onPageHide());
    on(window, "pageshow", () => this.#onPageShow());
    on(window, "focus", () => this.#look());
    on(window, "blur", () => this.#onBlur());
    on(window, "online", () => this.#sender.sendSoon());
    on(window, "storage", (event) => {
      if (this.#session.isErasedBy(event as StorageEvent)) this.#drop();
    });
    const beat = setInterval(() => attempt(() => this.#beat()), beatMs);
    on(signal, "abort", () => clearInterval(beat));
  }

  #stop(): void {
    this.#closing = undefined;
    this.#views.remove("all");
    this.#leave();
    this.#hasLoaded = false;
    this.#listening?.abort();
    this.#listening = undefined;
    this.#sender.stop();
  }

  /** Measures and begins what the page's state allows. */
  #look(): void {
    const isSeen = this.isSeen() && this.#listening !== undefined;
    const wasAttended = this.#stopwatch.isRunning;
    this.#stopwatch.run(isSeen && document.hasFocus());
    if (isSeen) this.#begin();
    if (!wasAttended && !this.#stopwatch.isRunning) return;
    this.#lastAttended = Date.now();
    this.#session.touch();
  }

  #begin(): void {
    if (Date.now() - this.#lastAttended > inactivityMs) {
      this.#forgetViews();
      // once, although a page may be visible first and focused later
      this.#lastAttended = Date.now();
    }
    if (!this.#hasLoaded) {
      if (this.#session.isErased()) this.#drop();
      this.#outbox.load();
      this.#hasLoaded = true;
    }
    this.#views.begin();
  }

  /** Stops, and sends nothing more of what was counted so far. */
  #drop(): void {
    this.pause();
    this.#views.forget();
    this.#outbox.clear();
    this.#session.leave();
  }

  /** So that what is shown begins again: the visitor came back to it. */
  #forgetViews(): void {
    this.arrival.forget();
    this.#views.report();
    this.#views.forget();
  }

  #onVisibilityChange(): void {
    this.#look();
    if (document.visibilityState === "hidden") this.#leave();
  }

  #onPageHide(): void {
    this.#isLeft = true;
    this.#look();
    this.#leave();
    this.#hasLoaded = false;
  }

  #onPageShow(): void {
    if (this.#isLeft) this.#forgetViews();
    this.#isLeft = false;
    this.#look();
  }

  #onBlur(): void {
    this.#look();
    // the focus may have gone to a frame within the page, which only shows afterwards
    setTimeout(() => attempt(() => this.#look()));
  }

  #leave(): void {
    if (this.#isPaused) return;
    this.#views.report();
    this.#outbox.save();
    void this.#sender.send();
  }

  #beat(): void {
    if (!this.#stopwatch.isRunning) return;
    this.#look();
    this.#views.report();
    this.#outbox.save();
  }

  #removeEndedSoon(): void {
    // not at once, for StrictMode's sake
    setTimeout(() => {
      this.#views.remove();
      void this.#sender.send();
    });
  }
}
