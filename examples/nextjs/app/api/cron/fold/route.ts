import { analytics } from "@/lib/analytics";

export const maxDuration = 60;

export async function GET(request: Request): Promise<Response> {
  if (request.headers.get("authorization") !== `Bearer ${process.env.CRON_SECRET}`) {
    return new Response(null, { status: 401 });
  }
  // what is folded stays folded when the time is over
  return Response.json(await analytics.aggregate({ signal: AbortSignal.timeout(50_000) }));
}
