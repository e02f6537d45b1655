const minute = 60_000;

interface SessionRateOptions {
  /** How many views one session may have in a minute. */
  limit: number;
  /** How many sessions are remembered: of more, the oldest start anew. */
  mostSessions?: number;
}

/** Whether one more view of this session is too many, at this time. */
export type SessionRate = (session: string, now: number) => boolean;

/** Counts views by session and minute, in this process, in bounded memory. */
export function createSessionRate({
  limit,
  mostSessions = 10_000,
}: SessionRateOptions): SessionRate {
  const windows = new Map<string, { beganAt: number; views: number }>();
  return (session, now) => {
    const window = windows.get(session);
    if (window !== undefined && now - window.beganAt < minute) {
      window.views += 1;
      return window.views > limit;
    }
    // Taken out first, for a map keeps the place of a key: the oldest window is always the first.
    windows.delete(session);
    windows.set(session, { beganAt: now, views: 1 });
    if (windows.size > mostSessions) {
      const [oldest] = windows.keys();
      if (oldest !== undefined) windows.delete(oldest);
    }
    return false;
  };
}
