const minute = 60_000;

interface SessionRateOptions {
  /** How many views one session may have in a minute. */
  limit: number;
  /** How many sessions are remembered at most: when half are new, the older half is forgotten. */
  maxSessions?: number;
}

interface Window {
  beganAt: number;
  views: number;
}

/** Whether one more view of this session is too many, at this time. */
export type SessionRate = (session: string, now: number) => boolean;

/** Counts views by session and minute, in this process, in bounded memory. */
export function createSessionRate({
  limit,
  maxSessions = 20_000,
}: SessionRateOptions): SessionRate {
  let windows = new Map<string, Window>();
  let older: ReadonlyMap<string, Window> = new Map();
  return (session, now) => {
    const window = windows.get(session) ?? older.get(session);
    if (window !== undefined && now - window.beganAt < minute) {
      window.views += 1;
      return window.views > limit;
    }
    if (windows.size >= maxSessions / 2) {
      older = windows;
      windows = new Map();
    }
    windows.set(session, { beganAt: now, views: 1 });
    return false;
  };
}
