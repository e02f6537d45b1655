// Next.js calls it once, when a server starts.
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { analytics } = await import("@/lib/analytics");
  analytics.startAggregating({ onError: (error) => console.error(error.message) });
}
