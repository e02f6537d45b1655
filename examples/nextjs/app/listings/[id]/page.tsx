import { createAnalyticsQueries } from "@headcount/react-hooks/queries";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { Suspense } from "react";
import { askInProcess } from "@/lib/ask-in-process";
import { Viewers } from "./viewers";

interface PageProps {
  params: Promise<{ id: string }>;
}

export default function ListingPage(props: PageProps) {
  return (
    <Suspense fallback={<p>Loading…</p>}>
      <Prefetched {...props} />
    </Suspense>
  );
}

async function Prefetched({ params }: PageProps) {
  const { id } = await params;
  const listing = { entity_type: "listing", entity_id: id };
  const { timeSeries, visitors } = createAnalyticsQueries({ fetcher: askInProcess });
  const queryClient = new QueryClient();
  await Promise.all([
    queryClient.prefetchQuery(timeSeries(listing)),
    queryClient.prefetchInfiniteQuery(visitors(listing)),
  ]);
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <Viewers listingId={id} />
    </HydrationBoundary>
  );
}
