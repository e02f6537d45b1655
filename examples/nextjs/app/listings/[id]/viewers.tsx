"use client";

import { useTimeSeries, useVisitors } from "@headcount/react-hooks";

export function Viewers({ listingId }: { listingId: string }) {
  const listing = { entity_type: "listing", entity_id: listingId };
  const { data: series, error } = useTimeSeries(listing);
  const { data } = useVisitors(listing);
  if (error !== null) return <p role="alert">{error.message}</p>;
  return (
    <>
      <h1>{series?.totals.unique_visitors ?? "…"} people viewed this</h1>
      <ul>
        {data?.visitors.map((visitor) => (
          <li key={visitor.account_id ?? visitor.ref}>{visitor.display_name}</li>
        ))}
      </ul>
    </>
  );
}
